"""A scenario in tables: by line, by year, by contract area and district, targets; saved ones in a list and side by side."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.urls import reverse

from commissioning.kernel.money import PENNY, as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Column, Link, Table, Tag
from funders.scenarios.models import Scenario
from funders.scenarios.rules import CutLine, Line, Outcome, YearOutcome, outcome_from
from funders.scenarios.sentences import contingency_words, finding, kept_words, start_words, subject, units
from funders.scenarios.states import ScenarioState

COLOURS = {ScenarioState.DRAFT: "amber", ScenarioState.SHARED: "green", ScenarioState.ARCHIVED: "grey"}
LINE_COLUMNS = (
    Column("label", "Line"),
    Column("before", "Now", "money"),
    Column("left", "Left", "money"),
    Column("lost", "Lost", "money"),
    Column("buys", "Still buys"),
    Column("buys_less", "Fewer"),
)
YEAR_COLUMNS = (
    Column("year", "Year"),
    Column("lost", "Money lost", "money"),
    Column("contingency", "From contingency", "money"),
    Column("cut", "Taken off lines", "money"),
    Column("left", "Left for lines", "money"),
    Column("secured", "Missing on what is secured", "money"),
    Column("conditional", "If conditions are met", "money"),
    Column("pledged", "If pledges are agreed", "money"),
)
AREA, DISTRICT = Column("area", "Contract area"), Column("name", "District")
Row = dict[str, Any]


def tables_of(outcome: Outcome, *, every_year: bool = False) -> dict[str, Table]:
    """Every table of a scenario, by the name that its file goes by. :param every_year: districts and targets of each year, for files."""
    return {
        "lines": lines_table(outcome),
        "years": years_table(outcome),
        "areas": areas_table(outcome, every_year=every_year),
        "districts": districts_table(outcome, every_year=every_year),
        "targets": targets_table(outcome, every_year=every_year),
    }


def lines_table(outcome: Outcome) -> Table:
    """What is left of each line. Years that are cut alike stand together; with one such group, years are not named."""
    groups = [list(years) for _, years in groupby(outcome.years, key=lambda one: one.lines)]
    several = len(groups) > 1 or outcome.worst.months < 12
    rows = [{"year": _span(years), **_line_row(line)} for years in groups for line in years[0].lines]
    year = [Column("year", "Year")] if several else []
    total = None if len(groups) > 1 else {"year": "", "label": "Together", **_sums(outcome.worst), "buys": "", "buys_less": ""}
    columns = [*LINE_COLUMNS[:1], *year, *LINE_COLUMNS[1:]]
    return Table(columns, rows, "What is left of each line" if several else "What is left of each line, a year", total=total)


def _span(years: list[YearOutcome]) -> str:
    first, last = years[0], years[-1]
    return first.label if first is last else f"{first.label} to {FinancialYear(last.year)}"


def _sums(year: YearOutcome) -> Row:
    return {"before": year.required, "left": year.left, "lost": year.cut}


def _line_row(one: CutLine) -> Row:
    return {
        "label": f"{one.line.label}{' (kept whole)' if one.is_protected else ''}",
        "before": one.line.amount,
        "left": one.left,
        "lost": one.lost,
        "buys": units(one.quantity, one.line.unit),
        "buys_less": units(one.quantity_lost, one.line.unit) if one.quantity_lost else "none",
    }


def years_table(outcome: Outcome) -> Table:
    """Money and the three lines of shortfall, year by year."""
    has_conditional = any(one.missing_after[0] != one.missing_after[1] for one in outcome.years)
    columns = [one for one in YEAR_COLUMNS if has_conditional or one.key != "conditional"]
    rows = [
        {
            "year": one.label,
            "lost": one.lost,
            "contingency": one.from_contingency,
            "cut": one.cut,
            "left": one.left,
            **dict(zip(("secured", "conditional", "pledged"), one.missing_after, strict=True)),
        }
        for one in outcome.years
    ]
    return Table(columns, rows, "Year by year, and what is missing before a line is cut")


def areas_table(outcome: Outcome, *, every_year: bool = False) -> Table:
    """What each contract area loses; the districts of an area add up to it, and the areas to the whole."""
    rows = []
    for year in outcome.years if every_year else [outcome.worst]:
        for area, places in groupby(year.places, key=lambda one: one.area):
            sums = [sum(column, Decimal(0)) for column in zip(*(one.lost for one in places), strict=True)]
            rows.append({"year": year.label, "area": area, **_lost_cells(sums)})
    return _place_table(outcome, rows, [AREA], "Lost by contract area", every_year=every_year)


def districts_table(outcome: Outcome, *, every_year: bool = False, with_areas: bool = True) -> Table:
    """:param with_areas: name the contract area of each, where its own table does not stand beside it."""
    years = outcome.years if every_year else (outcome.worst,)
    rows = [{"year": year.label, "area": one.area, "name": one.name, **_lost_cells(one.lost)} for year in years for one in year.places]
    return _place_table(outcome, rows, [DISTRICT, AREA] if with_areas else [DISTRICT], "Lost by district", every_year=every_year)


def _place_table(outcome: Outcome, rows: list[Row], first: list[Column], caption: str, *, every_year: bool) -> Table:
    """Only lines of which something is lost have a column."""
    years = outcome.years if every_year else (outcome.worst,)
    lost = {place for year in years for place, one in enumerate(year.lines) if one.quantity_lost}
    shown = _lost_columns([(place, one.line) for place, one in enumerate(outcome.worst.lines) if place in lost])
    if every_year:
        return Table([Column("year", "Year"), *first, *shown], rows, f"{caption}, year by year")
    total = {first[0].key: "Together", **_lost_cells([one.quantity_lost for one in outcome.worst.lines])}
    return Table([*first, *shown], rows if shown else [], f"{caption}, {outcome.worst.label}", total=total if rows else None)


def _lost_columns(lines: list[tuple[int, Line]]) -> list[Column]:
    """ "Fewer cases"; with the label of the line where several are counted in the same unit."""
    units_used = [line.unit for _, line in lines]
    return [
        Column(f"lost{place}", f"Fewer {line.unit}s{f': {line.label}' if units_used.count(line.unit) > 1 else ''}", "count")
        for place, line in lines
    ]


def _lost_cells(lost: Iterable[Decimal]) -> Row:
    return {f"lost{place}": figure(one) for place, one in enumerate(lost)}


def figure(number: Decimal) -> Decimal | int:
    """Whole, or with two places: 10, 0.40."""
    return int(number) if number == number.to_integral_value() else number.quantize(PENNY)


def targets_table(outcome: Outcome, *, every_year: bool = False) -> Table:
    columns = (AREA, Column("measure", "Measure"), Column("before", "Target a quarter", "count"), Column("after", "Restated", "count"))
    rows = [
        {"year": year.label, "area": one.area, "measure": one.measure, "before": figure(one.before), "after": figure(one.after)}
        for year in (outcome.years if every_year else [outcome.worst])
        for one in year.targets
    ]
    year_column = [Column("year", "Year")] if every_year else []
    return Table(
        [*year_column, *columns],
        rows,
        f"Contract targets restated, {outcome.worst.label}" if not every_year else "Contract targets restated",
    )


def saved_table(scenarios: Iterable[Scenario], *, for_file: bool = False) -> Table:
    columns = (
        *([Column("reference", "Reference")] if for_file else []),
        Column("name", "Scenario", "text" if for_file else "link"),
        Column("finding", "What it finds"),
        Column("organisation", "Saved by"),
        Column("saved_at", "Saved", "moment" if for_file else "day"),
        Column("state", "State", "tag"),
    )
    rows = [
        {
            "reference": one.reference,
            "name": one.name if for_file else Link(one.name, reverse("scenarios:saved", args=[one.reference])),
            "finding": finding(outcome_from(one.outcome)),
            "organisation": str(one.organisation),
            "saved_at": one.saved_at,
            "state": state_tag(one),
        }
        for one in scenarios
    ]
    return Table(columns, rows, "Saved scenarios")


def state_tag(scenario: Scenario) -> Tag:
    state = ScenarioState(scenario.state)
    return Tag(str(state.label), COLOURS[state])


def compare_table(one: Scenario, other: Scenario) -> Table:
    """Two saved answers side by side, as they were on their days."""
    columns = (
        Column("what", "In the year in which most is cut"),
        Column("one", one.name),
        Column("other", other.name),
        Column("difference", "Difference"),
    )
    sides = [outcome_from(scenario.outcome) for scenario in (one, other)]
    words = [("What happens", subject), ("From", start_words), ("Contingency", contingency_words), ("Kept whole", kept_words)]
    rows: list[Row] = [{"what": label, "one": say(sides[0]), "other": say(sides[1]), "difference": ""} for label, say in words]
    rows += [_money_row(label, *(getattr(side.worst, key) for side in sides)) for label, key in _MONEY]
    rows += [_money_row(label, *(side.worst.missing_after[place] for side in sides)) for label, place in _MISSING]
    rows += _line_rows(*sides)
    return Table(columns, rows, "Two scenarios side by side")


_MONEY = (("Money lost", "lost"), ("From contingency", "from_contingency"), ("Taken off lines", "cut"), ("Left for lines", "left"))
_MISSING = (("Missing on what is secured", 0), ("Missing if conditions are met", 1), ("Missing if pledges are agreed", 2))


def _money_row(label: str, one: Decimal, other: Decimal) -> Row:
    return {"what": label, "one": as_pounds(one), "other": as_pounds(other), "difference": _signed(other - one)}


def _signed(amount: Decimal) -> str:
    return f"+{as_pounds(amount)}" if amount > 0 else as_pounds(amount) if amount else "none"


def _line_rows(one: Outcome, other: Outcome) -> list[Row]:
    """What each line still buys; a line that only one of the two knows stands with a dash."""
    sides = [{line.line.label: line for line in side.worst.lines} for side in (one, other)]
    return [_line_compared(label, *(side.get(label) for side in sides)) for label in dict.fromkeys([*sides[0], *sides[1]])]


def _line_compared(label: str, one: CutLine | None, other: CutLine | None) -> Row:
    said = [units(line.quantity, line.line.unit) if line else "-" for line in (one, other)]
    difference = other.quantity - one.quantity if one and other else Decimal(0)
    more = f"{'+' if difference > 0 else '−'}{units(abs(difference), one.line.unit)}" if difference and one else "none"
    return {"what": f"{label} still buys", "one": said[0], "other": said[1], "difference": more}
