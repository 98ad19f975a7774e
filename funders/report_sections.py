"""Parts of the quarterly report that this house gives: the pooled fund, and what each partner gives to it."""

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Table
from commissioning.kernel.words import join, plural
from commissioning.periods.models import ReportingPeriod
from commissioning.reports.registry import ChartData, Figure, SectionContent, TableData, register_section
from funders.calls.queries import calls_asked
from funders.pool.models import PooledFund
from funders.pool.queries import running_fund
from funders.pool.tables.fund import choices_sentence, costs_finding
from funders.statements.charts import target_of, year_series
from funders.statements.queries import FundPicture, giving, picture_of
from funders.statements.rules import coverage, finding
from funders.statements.tables import giving_table, shares_table, years_table

NO_FUND = SectionContent(finding="No pooled fund covers this period.")
AS_IT_STOOD = "As it stood when this report was built. A pledge counts when the partner’s approver has agreed it."


def pooled_fund(period: ReportingPeriod) -> SectionContent:
    """What the fund of the period's year requires, holds and lacks, and who is asked for the gap."""
    fund = _fund_of(period)
    if fund is None:
        return NO_FUND
    picture = picture_of(fund)
    sums, year = picture.requirement, FinancialYear.of(period.last_day)
    once = f"{as_pounds(sums.once_in(year.start))} of it once" if sums.once_in(year.start) else ""
    chart = ChartData(
        kind="stacked",
        title="How far each year is covered",
        finding=coverage(picture.positions),
        labels=tuple(str(FinancialYear(one.year)) for one in picture.positions),
        series=dict(year_series(picture.positions)),
        unit="£",
        target=target_of(picture.positions),
    )
    return SectionContent(
        finding=finding(picture.positions),
        paragraphs=(f"{fund.name}, held by {fund.host}.", *_reckoned(picture), *_calls(fund, period)),
        figures=(
            Figure(f"Required in {year}" if once else "Required each year", as_pounds(sums.required_in(year.start)), once),
            Figure("Pooled already", as_pounds(sums.pooled)),
            Figure("Gap to share", as_pounds(sums.gap_in(year.start)), f"shared {picture.ratio}"),
        ),
        tables=(
            _printed(shares_table(picture, signs=True)),
            _printed(years_table(picture.positions, short=True), AS_IT_STOOD),
        ),
        charts=(chart,),
        illustrative=fund.illustrative,
    )


def _calls(fund: PooledFund, period: ReportingPeriod) -> tuple[str, ...]:
    """A line on the calls that were asked in the period: counts and pounds, never what they were about."""
    found = calls_asked(fund, period.first_day, period.last_day)
    if not found.count:
        return ()
    sums = found.sums
    named = [("asked", sums.asked), ("accepted", sums.accepted), ("received", sums.received), ("paid out", sums.paid)]
    said = join([f"{as_pounds(amount)} {name}" for name, amount in named])
    return (f"{plural(found.count, 'one-off call')} in this period: {said}. Covered by no partner: {as_pounds(sums.uncovered)}.",)


def _reckoned(picture: FundPicture) -> list[str]:
    """Every choice behind the shares, and what they leave out."""
    told = [choices_sentence(picture.split, picture.fund.in_force), costs_finding(picture.split, picture.fund)]
    return [sentence for sentence in told if sentence] if picture.shown else []


def funders(period: ReportingPeriod) -> SectionContent:
    """What each partner agreed and pledged for the year of the period, apart."""
    fund = _fund_of(period)
    if fund is None:
        return NO_FUND
    year = FinancialYear.of(period.last_day)
    rows = giving(picture_of(fund), year=year.code)
    agreed = sum(1 for row in rows if row.agreed)
    waiting = sum(1 for row in rows if row.pledged)
    said = f"For {year}, {agreed} of {len(rows)} partners have agreed money; {waiting or 'none'} {'have' if waiting > 1 else 'has'} pledged money that is not agreed yet."
    if conditional := sum(row.conditional for row in rows):
        said += f" {as_pounds(conditional)} of what is agreed waits for an event and stands apart."
    return SectionContent(finding=said, tables=(_printed(giving_table(rows), AS_IT_STOOD),), illustrative=fund.illustrative)


def _fund_of(period: ReportingPeriod) -> PooledFund | None:
    return running_fund(FinancialYear.of(period.last_day).start)


def _printed(table: Table, note: str = "") -> TableData:
    """The table as text, with its total last."""
    rows = [tuple(cell.text for cell in row) for row in table.cells()]
    total = [tuple(cell.text for cell in table.total_cells())] if table.total is not None else []
    kinds = tuple("money" if column.kind == "money" else "text" for column in table.columns)
    head = tuple(column.label for column in table.columns)
    return TableData(table.caption, head, kinds, tuple(rows + total), note)


register_section("pooled-fund", order=30, title="Pooled fund", build=pooled_fund)
register_section("funders", order=31, title="Funders", build=funders)
