"""Parts of the quarterly report that this house gives. Counts of people are protected for the partner view here, before they leave."""

from collections.abc import Sequence

from commissioning.kernel.small_numbers import HIDDEN, MISSING, Shown, View, shown_percent
from commissioning.kernel.words import count, join, on, percent, plural
from commissioning.measures.models import Service
from commissioning.periods.models import PeriodKind, ReportingPeriod
from commissioning.reports.registry import ChartData, Figure, SectionContent, TableData, register_section
from providers.performance.queries import Kpi, Performance, contracts_in, performance_in, run_of_quarters, supported_over
from providers.performance.rules import RAG, Rating
from providers.returns.queries.standing import ACCEPTED, standing_of
from providers.returns.queries.standing import MISSING as NOT_SENT

SERVICES = tuple(Service)
EXCLUDED = "Not counted inside: walk-ins at One Stop Shops, brief advice and guidance, resettlement and MARAC support cases."
UNTOLD = {
    MISSING: "The number of victims supported is not complete",
    HIDDEN: "The number of victims supported is not told, to protect a few people",
}
WORDS = {NOT_SENT: "Not received", ACCEPTED: "Accepted"}


def found_in(period: ReportingPeriod) -> list[Performance]:
    return performance_in(period, contracts_in(period))


def in_county(found: Sequence[Performance]) -> list[Performance]:
    """Without the areas under a contract of their own, which are never summed into the county."""
    return [one for one in found if not one.contract.area.apart]


def total(values: Sequence[Shown]) -> Shown:
    """The sum over areas: not available while one part is missing (a total of some is not compared with a total of all),
    hidden when one part is hidden, which the sum beside the other parts would give away."""
    if not values or MISSING in values:
        return MISSING
    return HIDDEN if HIDDEN in values else Shown(sum(one.value or 0 for one in values))


def headline(period: ReportingPeriod) -> SectionContent:
    """The first page: how many were supported, who reported, how the measures stand."""
    found = found_in(period)
    county = in_county(found)
    supported = total([one.protected.total for one in county])
    received = sum(one.version is not None for one in found)
    ratings = [kpi.rating for one in found if one.is_settled for kpi in one.kpis if kpi.target]
    rated = {name: sum(RAG[one] == name for one in ratings) for name in ("Green", "Amber", "Red", "Grey")}
    said = f"{supported} victims were supported" if supported.value is not None else UNTOLD[supported]
    place = " in Kent" if period.kind == PeriodKind.QUARTER else ""
    red = [f"{one.contract.area}: “{_name(kpi)}”" for one in found if one.is_settled for kpi in one.kpis if kpi.rating == Rating.INADEQUATE]
    return SectionContent(
        finding=f"{said}{place}; {received} of {plural(len(found), 'return')} came in.",
        figures=(
            Figure(f"Victims supported{place}", str(supported), "core services, this period"),
            Figure("Returns received", f"{received} of {len(found)}", "by contract"),
            *(Figure(f"Measures rated {name}", str(number)) for name, number in rated.items() if ratings),
        ),
        decisions=tuple(f"{one} is rated inadequate. Name a cause, an owner and a date." for one in red),
        illustrative=any(one.illustrative for one in found),
    )


def outcomes(period: ReportingPeriod) -> SectionContent:
    """Victims supported by service and area, and the rates at exit against target."""
    found = found_in(period)
    masked = {one.contract.area.name: one.protected for one in found}
    supported = TableData(
        caption="Victims supported by contract area and service",
        head=("Contract area", *(service.label for service in SERVICES), "All core services"),
        kinds=("text", "count", "count", "count", "count"),
        rows=tuple((area, *(str(cell) for cell in row.cells), str(row.total)) for area, row in masked.items()),
        note=EXCLUDED,
    )
    chart = ChartData(
        kind="stacked",
        title="Victims supported by contract area and service",
        finding=_what_the_chart_shows(found, period),
        labels=tuple(masked),
        series={service.label: tuple(_number(row.cells[place].value) for row in masked.values()) for place, service in enumerate(SERVICES)},
        unit="",
    )
    rates = _rates(found)
    return SectionContent(
        finding=_what_the_chart_shows(found, period),
        tables=(supported, rates) if rates.rows else (supported,),
        charts=(chart,) if masked else (),
        illustrative=any(one.illustrative for one in found),
    )


def _name(kpi: Kpi) -> str:
    return kpi.measure.name.removesuffix(", percent")


def _number(value: int | None) -> float | None:
    return None if value is None else float(value)


def _what_the_chart_shows(found: Sequence[Performance], period: ReportingPeriod) -> str:
    rows = [(one.protected, str(one.contract.area)) for one in found if one.supported() is not None]
    if period.kind == PeriodKind.SPECIAL and len(rows) == 1 and all(cell.value is not None for cell in rows[0][0].cells):
        row = rows[0][0]
        parts = [f"{cell} {name}" for cell, name in zip(row.cells, ("IDVA", "outreach", "refuge"), strict=True)]
        return f"{' + '.join(parts)} = {row.total} victims supported, {on(period.first_day)} to {on(period.last_day)}."
    told = [(row.total.value, area) for row, area in rows if row.total.value is not None]
    if not told:
        return "No return came in for this period."
    most, area = max(told)
    return f"{area} supported most: {count(most)} victims."


def _rates(found: Sequence[Performance]) -> TableData:
    rows = []
    for one in found:
        for kpi in one.kpis if one.version else ():
            rating = kpi.rating if one.is_settled else Rating.OTHER
            shown = shown_percent(kpi.ratio.numerator, kpi.ratio.denominator, View.PARTNER) if kpi.ratio else "[x]"
            target = percent(kpi.target.target) if kpi.target else "[z]"
            value = f"{shown}%" if str(shown)[:1].isdigit() else str(shown)
            rows.append((str(one.contract.area), _name(kpi), value, target, f"{rating.label} ({RAG[rating]})"))
    return TableData(
        caption="Rates against target",
        head=("Contract area", "Measure", "Rate", "Target", "Rating"),
        kinds=("text", "text", "percent", "percent", "text"),
        rows=tuple(rows),
        note="A rate is not rated while fewer than 8 people stand behind it or its return is not accepted.",
    )


def trend(period: ReportingPeriod) -> SectionContent:
    """Victims supported over the quarters, by area: a run chart, as long as there are few points."""
    if period.kind != PeriodKind.QUARTER:
        return SectionContent(finding="A special period is not a quarter: it is compared with nothing and enters no trend.")
    quarters = run_of_quarters(period)
    contracts = [one for one in contracts_in(period) if not one.area.apart]
    series = supported_over(quarters, contracts)
    whole = [total([values[place] for values in series.values()]) for place in range(len(quarters))]
    told = [one.value for one in whole if one.value is not None]
    finding = (
        f"In Kent between {count(min(told))} and {count(max(told))} victims were supported in each quarter."
        if told
        else "No quarter is complete yet."
    )
    labels = tuple(quarter.code[2:] for quarter in quarters)
    chart = ChartData(
        "line", "Victims supported in Kent, quarter by quarter", finding, labels, {"Kent": tuple(_number(one.value) for one in whole)}
    )
    note = "Medway is not part of the sum. Run chart: twelve quarters are needed before limits are drawn."
    rows = tuple((quarter.name, str(value)) for quarter, value in zip(quarters, whole, strict=True))
    table = TableData("Victims supported in Kent", ("Quarter", "Victims supported"), ("text", "count"), rows, note)
    return SectionContent(finding=finding, tables=(table,), charts=(chart,) if told else (), illustrative=True)


def received(period: ReportingPeriod) -> SectionContent:
    """Who has reported and who has not, by name."""
    if period.kind != PeriodKind.QUARTER:
        return SectionContent(finding="The figures are those of the paper; no return was asked for.")
    standing = standing_of(period)
    missing = [str(one.contract.provider) for one in standing if one.standing == NOT_SENT]
    rows = tuple(
        (str(one.contract.area), str(one.contract.provider), WORDS.get(one.standing, "Received, not accepted yet"), _when(one.submitted_at))
        for one in standing
    )
    table = TableData("Returns of this period", ("Contract area", "Provider", "Return", "Received"), ("text", "text", "text", "day"), rows)
    said = f"Nothing came from {join(dict.fromkeys(missing))}." if missing else "Every provider has reported."
    return SectionContent(finding=said, tables=(table,), illustrative=any(one.contract.illustrative for one in standing))


def _when(moment: object) -> str:
    return on(moment) if moment else ""  # type: ignore[arg-type]


register_section("headline", order=10, title="Headline", build=headline)
register_section("outcomes", order=12, title="Outcomes by contract area", build=outcomes)
register_section("trend", order=14, title="Trend", build=trend)
register_section("received", order=16, title="Providers and data quality", build=received)
