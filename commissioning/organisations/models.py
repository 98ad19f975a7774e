from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from commissioning.kernel.models import at_has_by
from commissioning.kernel.references import new_reference
from commissioning.organisations.roles import Role


class Sector(models.TextChoices):
    """Who bears the costs of domestic abuse, in the words of the 2012 commissioning report."""

    COUNCILS = "councils", "Councils"
    COMMUNITY_SAFETY = "csp", "Community safety partnerships"
    CENTRAL = "central", "Central government"
    HEALTH = "health", "Health"
    CRIMINAL_JUSTICE = "cjs", "Criminal justice"
    SOCIAL_SERVICES = "social_services", "Social services"
    HOUSING = "housing", "Housing"
    CHARITY = "charity", "Charities"


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def funders(self) -> "OrganisationQuerySet":
        return self.filter(is_funder=True)

    def providers(self) -> "OrganisationQuerySet":
        return self.filter(is_provider=True)


class Organisation(models.Model):
    """A partner, a provider, or both: one organisation may be commissioner, funder and provider at once."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120, unique=True)
    is_commissioner = models.BooleanField(default=False)
    is_funder = models.BooleanField(default=False)
    is_provider = models.BooleanField(default=False)
    sector = models.CharField(max_length=20, choices=Sector.choices, blank=True)
    illustrative = models.BooleanField(default=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_commissioner=True) | Q(is_funder=True) | Q(is_provider=True),
                name="organisation_has_a_part",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kinds(self) -> set[str]:
        """What the organisation is: some of commissioner, funder, provider."""
        return {kind for kind in ("commissioner", "funder", "provider") if getattr(self, f"is_{kind}")}


def person_reference() -> str:
    return new_reference("P")


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser, PermissionsMixin):
    """A member of staff of an organisation. Staff accounts are the only personal data that the portal holds."""

    reference = models.CharField(max_length=20, unique=True, default=person_reference)
    email = models.EmailField(max_length=254, unique=True)
    job_title = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    joined_on_clock = models.DateTimeField(auto_now_add=True)
    session_generation = models.PositiveIntegerField(default=1)

    objects = PersonManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["job_title"]

    class Meta:
        ordering = ["email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_once")]

    def __str__(self) -> str:
        return self.job_title

    def get_full_name(self) -> str:
        return self.job_title

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What each session of the person carries: a new password or a new generation ends them all at once."""
        return salted_hmac("portal.session", f"{self.password}:{self.session_generation}", secret=secret, algorithm="sha256").hexdigest()


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> "MembershipQuerySet":
        return self.filter(ended_at=None, person__is_active=True)


class Membership(models.Model):
    """One role of one person in one organisation."""

    reference = models.CharField(max_length=20, unique=True, default=person_reference)
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    given_at = models.DateTimeField(auto_now_add=True)
    given_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["organisation", "role"]
        constraints = [
            models.UniqueConstraint(fields=["person", "organisation", "role"], condition=Q(ended_at=None), name="membership_role_once"),
            at_has_by("ended_at", "membership_ended_at_has_by"),
        ]

    def __str__(self) -> str:
        return f"{self.person} as {self.get_role_display()} of {self.organisation}"


def invitation_reference() -> str:
    return new_reference("INV")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self, now: datetime) -> "InvitationQuerySet":
        return self.filter(accepted_at=None, withdrawn_at=None, expires_on_clock__gt=now)


class Invitation(models.Model):
    """An invitation to one address, for one organisation: single use, 72 hours. Only the hash of its token is kept."""

    reference = models.CharField(max_length=20, unique=True, default=invitation_reference)
    email = models.EmailField(max_length=254)
    job_title = models.CharField(max_length=120)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    roles = models.JSONField(default=list)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    expires_on_clock = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at"]
        constraints = [
            at_has_by("accepted_at", "invitation_accepted_at_has_by"),
            at_has_by("withdrawn_at", "invitation_withdrawn_at_has_by"),
            models.CheckConstraint(condition=Q(expires_on_clock__gt=F("invited_at")), name="invitation_expires_later"),
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.organisation}"
