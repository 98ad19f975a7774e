"""The contracts of 2017 as the framework paper tells them: four areas, five years with four in option, Medway apart.

The paper names one provider; the others, the yearly values and the targets are invented and flagged. The yearly values of
the four areas add up to the £810,000 of the 2012 cost model.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from commissioning.areas.models import ContractArea
from commissioning.contracts.models import Contract, ContractOption, ContractTarget, TermExtension
from commissioning.contracts.rules import last_day_of, notice_day
from commissioning.contracts.states import ContractState
from commissioning.measures.models import Measure, Service
from commissioning.organisations.models import Organisation

STARTS_ON = date(2017, 4, 1)
TERM_MONTHS, OPTION_MONTHS, EXTENSION_MONTHS = 60, 48, 12
PAPER = "Kent integrated domestic abuse service, framework of 2017: five years with a renewal option of four"
NOTICES = "Public contract notices: extended by modification to March 2027"
GROUND = "A modification outside the tendered options. The papers do not state the legal ground; the commissioner's decision does."


@dataclass(frozen=True)
class Let:
    area: str
    commissioner: str
    provider: str
    annual_amount: Decimal


LETS = (
    Let("north-and-maidstone", "kcc", "centra", Decimal("243000")),
    Let("west", "kcc", "weald", Decimal("162000")),
    Let("mid-and-east", "kcc", "stour", Decimal("202500")),
    Let("dover-and-thanet", "kcc", "stour", Decimal("202500")),
    Let("medway", "medway", "ports", Decimal("140000")),
)

# Measure, target and floor: illustrative, near the benchmarks that the papers of 2012 give. Volumes are for a quarter.
TARGETS = {
    "A02": ("90", "75"),
    "B05": ("80", "60"),
    "E01": ("80", "60"),
    "E02": ("63", "50"),
    "E03": ("74", "60"),
}


@transaction.atomic
def load() -> str:
    """Make the contracts that are missing, and targets for the measures that are loaded."""
    for let in LETS:
        contract = _contract(let)
        _time(contract)
        _targets(contract)
    targets = ContractTarget.objects.filter(contract__starts_on=STARTS_ON).count()
    return f"{len(LETS)} contracts of 2017, Medway's apart; {targets} targets."


def _contract(let: Let) -> Contract:
    area = ContractArea.objects.get(code=let.area)
    return Contract.objects.get_or_create(
        area=area,
        starts_on=STARTS_ON,
        defaults={
            "title": f"Integrated domestic abuse service: {area.name}",
            "commissioner": Organisation.objects.get(code=let.commissioner),
            "provider": Organisation.objects.get(code=let.provider),
            "annual_amount": let.annual_amount,
            "term_months": TERM_MONTHS,
            "ends_on": last_day_of(STARTS_ON, TERM_MONTHS + OPTION_MONTHS + EXTENSION_MONTHS),
            "state": ContractState.LIVE,
            "services": list(Service.values),
            "illustrative": True,
        },
    )[0]


def _time(contract: Contract) -> None:
    notice_by = notice_day(last_day_of(STARTS_ON, TERM_MONTHS))
    ContractOption.objects.get_or_create(
        contract=contract,
        number=1,
        defaults={"months": OPTION_MONTHS, "notice_by": notice_by, "exercised_on": notice_by, "source": PAPER},
    )
    TermExtension.objects.get_or_create(
        contract=contract, number=1, defaults={"months": EXTENSION_MONTHS, "ground": GROUND, "source": NOTICES}
    )


def _targets(contract: Contract) -> None:
    for measure in Measure.objects.filter(code__in=TARGETS):
        target, floor = TARGETS[measure.code]
        ContractTarget.objects.get_or_create(
            contract=contract, measure=measure, service="", defaults={"target": Decimal(target), "floor": Decimal(floor)}
        )
