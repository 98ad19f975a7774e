"""Tables of the contract register."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.urls import reverse

from commissioning.contracts.models import Contract, ContractOption, ContractTarget, TermExtension
from commissioning.contracts.states import ContractState
from commissioning.kernel import words
from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.measures.models import Service, Unit

COLOURS = {
    ContractState.SIGNING: "amber",
    ContractState.MOBILISING: "blue",
    ContractState.LIVE: "green",
    ContractState.ENDED: "grey",
}
COLUMNS = (
    Column("area", "Contract area", "link"),
    Column("provider", "Provider"),
    Column("commissioner", "Commissioner"),
    Column("starts_on", "Starts", "day"),
    Column("ends_on", "Ends", "day"),
    Column("annual_amount", "A year", "money"),
    Column("state", "State", "tag"),
    Column("reference", "Reference"),
)


def register_table(contracts: Iterable[Contract]) -> Table:
    return Table(COLUMNS, [_row(one) for one in contracts], caption="Contracts")


def _row(contract: Contract) -> dict[str, object]:
    return {
        "area": Link(contract.area.name, reverse("contracts:contract", args=[contract.reference])),
        "provider": contract.provider.name,
        "commissioner": contract.commissioner.name,
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        "annual_amount": contract.annual_amount,
        "state": Tag(contract.get_state_display(), COLOURS[ContractState(contract.state)]),
        "reference": contract.reference,
    }


def options_table(options: Sequence[ContractOption]) -> Table:
    """The options with their notice days; an option is no commitment until it is exercised."""
    columns = [
        Column("number", "Option"),
        Column("months", "Months", "count"),
        Column("notice_by", "Notice by", "day"),
        Column("state", "State", "tag"),
    ]
    rows = [
        {
            "number": f"Option {one.number}",
            "months": one.months,
            "notice_by": one.notice_by,
            "state": Tag(f"Exercised {words.short(one.exercised_on)}", "green") if one.exercised_on else Tag("Not used", "grey"),
        }
        for one in options
    ]
    return Table(columns, rows, caption="Options to extend", notes=_sources(options))


def extensions_table(extensions: Sequence[TermExtension]) -> Table:
    columns = [Column("months", "Months", "count"), Column("ground", "Ground")]
    rows = [{"months": one.months, "ground": one.ground} for one in extensions]
    return Table(columns, rows, caption="Beyond the options", notes=_sources(extensions))


def _sources(found: Sequence[ContractOption | TermExtension]) -> list[str]:
    return [f"Source: {one}" for one in dict.fromkeys(each.source for each in found if each.source)]


def targets_table(targets: Sequence[ContractTarget]) -> Table:
    columns = [
        Column("measure", "Measure"),
        Column("service", "Service"),
        Column("target", "Target"),
        Column("floor", "Floor"),
    ]
    rows = [
        {
            "measure": str(one.measure),
            "service": Service(one.service).label if one.service else "All services",
            "target": _said(one, one.target),
            "floor": _said(one, one.floor),
        }
        for one in targets
    ]
    return Table(
        columns, rows, caption="Targets", notes=["Below the floor a figure is inadequate, between floor and target it is on its way."]
    )


def _said(target: ContractTarget, number: Decimal) -> str:
    return f"{number.normalize():f}{'%' if target.measure.unit == Unit.PERCENT else ''}"


def district_words(districts: Sequence[str]) -> str:
    return words.join(districts)


def service_words(contract: Contract) -> str:
    return words.join(Service(one).label for one in contract.services if one in Service.values)
