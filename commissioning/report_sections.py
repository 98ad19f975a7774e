"""Parts of the quarterly report that the common ground gives."""

from decimal import Decimal

from commissioning.contracts.queries import running_in
from commissioning.kernel.money import as_pounds
from commissioning.kernel.words import number_word, short
from commissioning.periods.models import ReportingPeriod
from commissioning.reports.registry import SectionContent, TableData, register_section


def contract_register(period: ReportingPeriod) -> SectionContent:
    """Who held a contract in the period; an area under a contract of its own is never summed into the county."""
    found = list(running_in(period.first_day, period.last_day))
    county = [one for one in found if not one.area.apart]
    apart = len(found) - len(county)
    total = as_pounds(sum((one.annual_amount for one in county), Decimal(0)))
    finding = f"{number_word(len(county)).capitalize()} contracts of {total} a year ran in this period" if county else "No contract ran"
    finding += f", and {number_word(apart)} apart." if apart else "."
    rows = tuple(
        (one.area.name, one.provider.name, short(one.starts_on), short(one.ends_on), as_pounds(one.annual_amount)) for one in found
    )
    table = TableData(
        caption="Contract areas and their contracts",
        head=("Contract area", "Provider", "From", "Until", "A year"),
        kinds=("text", "text", "day", "day", "money"),
        rows=rows,
        note="Medway has a contract of its own; its amount is not part of the total." if apart else "",
    )
    return SectionContent(finding=finding, tables=(table,), illustrative=any(one.illustrative for one in found))


register_section("contracts", order=50, title="Contract areas and contracts", build=contract_register)
