from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commissioning.areas.models import ContractArea
from commissioning.contracts.states import ContractState
from commissioning.evaluation.models import Award
from commissioning.kernel.models import at_has_by, money_field
from commissioning.kernel.references import new_reference
from commissioning.measures.models import Measure, Service
from commissioning.organisations.models import Organisation


def contract_reference() -> str:
    return new_reference("C")


class ContractQuerySet(models.QuerySet["Contract"]):
    def live(self) -> "ContractQuerySet":
        return self.filter(state=ContractState.LIVE)

    def signed(self) -> "ContractQuerySet":
        """What anybody may read: contracts that both sides have signed, here or before this portal."""
        return self.exclude(state=ContractState.SIGNING)


class Contract(models.Model):
    """A contract for one area: five years and up to four in option, as in 2017.

    `term_months` is the first term; `ends_on` the day to which it runs today, with options and extensions that were used.
    """

    reference = models.CharField(max_length=20, unique=True, default=contract_reference)
    award = models.OneToOneField(Award, models.PROTECT, null=True, blank=True, related_name="contract")
    title = models.CharField(max_length=160)
    area = models.ForeignKey(ContractArea, models.PROTECT, related_name="contracts")
    commissioner = models.ForeignKey(Organisation, models.PROTECT, related_name="contracts_let")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="contracts_held")
    annual_amount = money_field()
    starts_on = models.DateField()
    term_months = models.PositiveSmallIntegerField(default=60)
    ends_on = models.DateField()
    state = models.CharField(max_length=10, choices=ContractState.choices, default=ContractState.SIGNING)
    services = models.JSONField(default=list)
    illustrative = models.BooleanField(default=False)
    terms_sha256 = models.CharField(max_length=64, blank=True)
    provider_signed_at = models.DateTimeField(null=True, blank=True)
    provider_signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    commissioner_signed_at = models.DateTimeField(null=True, blank=True)
    commissioner_signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ["area__order", "-starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="contract_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(annual_amount__gt=0), name="contract_amount_above_zero"),
            at_has_by("provider_signed_at", "contract_provider_signed_at_has_by"),
            at_has_by("commissioner_signed_at", "contract_commissioner_signed_at_has_by"),
            models.CheckConstraint(condition=~Q(provider_signed_by=F("commissioner_signed_by")), name="contract_two_signatories"),
        ]

    def __str__(self) -> str:
        return self.title


class ContractOption(models.Model):
    """A right to extend by some months; an option is no commitment until it is exercised."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="options")
    number = models.PositiveSmallIntegerField()
    months = models.PositiveSmallIntegerField()
    notice_by = models.DateField()
    exercised_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["contract", "number"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="contract_option_once"),
            models.CheckConstraint(condition=Q(months__gt=0), name="contract_option_some_months"),
        ]

    def __str__(self) -> str:
        return f"Option {self.number}: {self.months} months"


class TermExtension(models.Model):
    """More time than the options gave: a change of the contract of its own kind, with the ground it rests on."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="extensions")
    number = models.PositiveSmallIntegerField()
    months = models.PositiveSmallIntegerField()
    ground = models.TextField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["contract", "number"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="term_extension_once"),
            models.CheckConstraint(condition=Q(months__gt=0), name="term_extension_some_months"),
            models.CheckConstraint(condition=~Q(ground=""), name="term_extension_has_ground"),
        ]

    def __str__(self) -> str:
        return f"Extension {self.number}: {self.months} months"


class ContractTarget(models.Model):
    """What a contract is to reach on a measure, and the floor below which it is inadequate."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="targets")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+")
    service = models.CharField(max_length=10, choices=Service.choices, blank=True)
    target = models.DecimalField(max_digits=12, decimal_places=2)
    floor = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "measure", "service"], name="contract_target_once")]

    def __str__(self) -> str:
        return f"{self.measure} {self.target}"
