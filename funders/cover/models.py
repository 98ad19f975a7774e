from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commissioning.contracts.models import Contract
from commissioning.kernel.models import Versioned, at_has_by
from commissioning.kernel.references import new_reference
from commissioning.organisations.models import Organisation
from commissioning.tenders.models import Tender
from funders.cover.states import OverrideState
from funders.pool.models import PooledFund


def override_reference() -> str:
    return new_reference("OV")


class OverrideQuerySet(models.QuerySet["Override"]):
    def standing(self) -> "OverrideQuerySet":
        return self.filter(state=OverrideState.CONFIRMED)


class Override(Versioned):
    """Two signatories of different partners let one tender pass although agreed money does not cover some of its years.

    `years` are the uncovered years of the day on which it was proposed; it covers no more than that.
    """

    reference = models.CharField(max_length=20, unique=True, default=override_reference)
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="overrides")
    tender = models.ForeignKey(Tender, models.PROTECT, related_name="overrides")
    commissioner = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    reason = models.TextField()
    years = models.JSONField(help_text="Each: year, needed, secured; pounds as text.")
    state = models.CharField(max_length=9, choices=OverrideState.choices, default=OverrideState.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_because = models.TextField(blank=True)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tender"], condition=Q(state="proposed"), name="override_proposed_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_reason"),
            models.CheckConstraint(condition=Q(partner=None) | ~Q(partner=F("commissioner")), name="override_two_partners"),
            models.CheckConstraint(condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")), name="override_two_people"),
            models.CheckConstraint(
                condition=Q(partner=None, confirmed_at=None) | Q(partner__isnull=False, confirmed_at__isnull=False),
                name="override_partner_confirms",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", confirmed_at=None, withdrawn_at=None)
                | Q(state="confirmed", confirmed_at__isnull=False, withdrawn_at=None)
                | (Q(state="withdrawn", withdrawn_at__isnull=False) & ~Q(withdrawn_because="")),
                name="override_state_complete",
            ),
            at_has_by("confirmed_at", "override_confirmed_at_has_by"),
            at_has_by("withdrawn_at", "override_withdrawn_at_has_by"),
        ]

    def __str__(self) -> str:
        return self.reference


class CoverAlert(models.Model):
    """That the host was told of a contract that starts or goes on into a year whose money is not secured: once for each year."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    missing_amount = models.DecimalField(max_digits=14, decimal_places=2)
    needed_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    sent_on_clock = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "year"], name="cover_alert_once")]

    def __str__(self) -> str:
        return f"{self.contract}, {self.year}"
