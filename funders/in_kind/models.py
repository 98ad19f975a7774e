from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commissioning.kernel.models import Versioned, at_has_by, money_field
from commissioning.kernel.references import new_reference
from commissioning.organisations.models import Organisation
from funders.contributions.models import EvidenceFile
from funders.in_kind.states import InKindState
from funders.pool.models import PooledFund


def gift_reference() -> str:
    return new_reference("IK")


class Kind(models.TextChoices):
    POST = "post", "Staff post"
    PREMISES = "premises", "Premises"
    OTHER = "other", "Something else"


class GiftQuerySet(models.QuerySet["Gift"]):
    def standing(self) -> "GiftQuerySet":
        return self.exclude(state=InKindState.WITHDRAWN)


class Gift(Versioned):
    """What a partner gives to a fund in kind: capacity with a value, in a table of its own so that no cash total can hold it.

    A post is named by its title, never by who holds it, and worth FTE x months x the agreed yearly rate / 12.
    """

    reference = models.CharField(max_length=20, unique=True, default=gift_reference)
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="gifts")
    funder = models.ForeignKey(Organisation, models.PROTECT, related_name="gifts")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    title = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    fte = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    annual_rate_amount = money_field(null=True, blank=True)
    value_amount = money_field()
    valued_how = models.TextField(blank=True)
    evidence_note = models.TextField(blank=True)
    source = models.CharField(max_length=200, blank=True)
    illustrative = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=InKindState.choices, default=InKindState.PLEDGED)
    pledged_at = models.DateTimeField()
    pledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decision_reference = models.CharField(max_length=120, blank=True)

    objects = GiftQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(value_amount__gt=Decimal(0)), name="gift_value_above_zero"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="gift_days_in_order"),
            models.CheckConstraint(
                condition=Q(kind="post", fte__isnull=False, months__isnull=False, annual_rate_amount__isnull=False)
                | (~Q(kind="post") & Q(fte=None, months=None, annual_rate_amount=None) & ~Q(valued_how="")),
                name="gift_says_how_it_is_valued",
            ),
            models.CheckConstraint(
                condition=Q(fte=None) | Q(fte__gt=0, months__gt=0, annual_rate_amount__gt=0), name="gift_post_above_zero"
            ),
            at_has_by("agreed_at", "gift_agreed_at_has_by"),
        ]

    def __str__(self) -> str:
        return self.reference


class GiftEvent(models.Model):
    """One dated step of what is given in kind. Append-only: the database refuses change and deletion."""

    gift = models.ForeignKey(Gift, models.PROTECT, related_name="events")
    funder = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=InKindState.choices)
    reason = models.TextField(blank=True)
    happened_at = models.DateTimeField()
    happened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["happened_at", "id"]

    def __str__(self) -> str:
        return f"{self.gift} {self.get_state_display()}"


class GiftEvidence(EvidenceFile):
    """The file that shows that the post or the premises exist."""

    gift = models.OneToOneField(Gift, models.PROTECT, related_name="evidence")
