"""Outcome returns. The database shows a provider's drafts to that provider alone (row level security, 0003_walls)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from commissioning.areas.models import District
from commissioning.contracts.models import Contract
from commissioning.kernel.models import Versioned, at_has_by
from commissioning.kernel.references import new_reference
from commissioning.measures.models import Measure, Service
from commissioning.organisations.models import Organisation
from commissioning.periods.models import ReportingPeriod
from providers.returns.kinds import Part
from providers.returns.states import EDITABLE, SENT, ReturnState


def return_reference() -> str:
    return new_reference("R")


def query_reference() -> str:
    return new_reference("Q")


class ReturnQuerySet(models.QuerySet["OutcomeReturn"]):
    def sent(self) -> "ReturnQuerySet":
        return self.filter(state__in=SENT)

    def to_be_filled_in(self) -> "ReturnQuerySet":
        return self.filter(state__in=EDITABLE)


class OutcomeReturn(Versioned):
    """What one contract reports for one period: one return that serves every funder."""

    reference = models.CharField(max_length=20, unique=True, default=return_reference)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="returns")
    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="returns")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="returns")
    commissioner = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=ReturnState.choices, default=ReturnState.NOT_STARTED)
    due_on = models.DateField()
    extended_from = models.DateField(null=True, blank=True)
    extended_because = models.CharField(max_length=200, blank=True)
    illustrative = models.BooleanField(default=False)
    prepared_at = models.DateTimeField(null=True, blank=True)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    first_submitted_at = models.DateTimeField(null=True, blank=True)
    first_submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sent_back_because = models.TextField(blank=True)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        ordering = ["-period__first_day", "contract__area__order"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "period"], name="return_one_per_contract_and_period"),
            at_has_by("prepared_at", "return_prepared_at_has_by"),
            at_has_by("first_submitted_at", "return_first_submitted_at_has_by"),
            at_has_by("accepted_at", "return_accepted_at_has_by"),
        ]

    def __str__(self) -> str:
        return f"{self.contract.area}, {self.period}"


class ReturnLine(models.Model):
    """One figure of a return: measure x service (x district, where a contract asks for it). Blank is not zero."""

    outcome_return = models.ForeignKey(OutcomeReturn, models.CASCADE, related_name="lines")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+")
    service = models.CharField(max_length=10, choices=Service.choices, blank=True)
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="+")
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outcome_return", "measure", "service", "district"],
                nulls_distinct=False,
                name="return_line_once",
            ),
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0), name="return_line_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.measure.code} {self.service}: {self.value}"


class ReturnPart(Versioned):
    """One page of a return: its words, and what was typed there that is no figure yet, so that nothing typed is lost."""

    outcome_return = models.ForeignKey(OutcomeReturn, models.CASCADE, related_name="parts")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    part = models.CharField(max_length=20, choices=Part.choices)
    note = models.TextField(blank=True)
    typed = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outcome_return", "part"], name="return_part_once")]

    def __str__(self) -> str:
        return f"{self.get_part_display()} of {self.outcome_return}"


class ReturnVersion(models.Model):
    """What was submitted, figure by figure, with its hash. Never changed. Others than the provider read versions only."""

    outcome_return = models.ForeignKey(OutcomeReturn, models.PROTECT, related_name="versions")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    commissioner = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    certified_at = models.DateTimeField()
    certified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["outcome_return", "-number"]
        constraints = [models.UniqueConstraint(fields=["outcome_return", "number"], name="return_version_once")]

    def __str__(self) -> str:
        return f"{self.outcome_return} version {self.number}"


class ReturnQuery(models.Model):
    """A commissioner's question about one figure: asked, answered, closed."""

    reference = models.CharField(max_length=20, unique=True, default=query_reference)
    outcome_return = models.ForeignKey(OutcomeReturn, models.PROTECT, related_name="queries")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    commissioner = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+")
    service = models.CharField(max_length=10, choices=Service.choices, blank=True)
    question = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            at_has_by("answered_at", "return_query_answered_at_has_by"),
            at_has_by("closed_at", "return_query_closed_at_has_by"),
        ]

    def __str__(self) -> str:
        return self.reference
