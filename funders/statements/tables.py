"""A fund in tables: what it needs, what it holds, who is asked, how each year stands, who gives."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.urls import reverse

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.kernel.words import join
from funders.pool.models import PooledFund
from funders.pool.queries import requirement_of
from funders.pool.rules import NOTHING, YearPosition
from funders.pool.states import FundState
from funders.pool.tables.fund import asked_table, lines_table, requirement_table, sources_table
from funders.statements.queries import Alert, FundPicture, PartnerTotal, PartnerYear
from funders.statements.rules import Answer, YearCertainty

ANSWERS = {
    Answer.NONE: Tag("Not answered", "amber"),
    Answer.NOTHING: Tag("Answered: nothing", "blue"),
    Answer.GIVEN: Tag("Answered", "green"),
}
STATES = {FundState.DRAFT: "amber", FundState.OPEN: "green"}


def shares_table(picture: FundPicture, *, signs: bool = False) -> Table:
    return lines_table(picture.shown, picture.base_amount, signs=signs)


CARRIED_NOTE = "Carried over: what the end of a year took out of it, below zero, and brought into the next one. It counts once. A closed year lacks nothing."
CLOSED_NOTE = "A closed year shows what it used. What it left stands in the year to which it was carried, or went back to the partners."
YEAR_COLUMNS = (
    Column("year", "Year"),
    Column("required", "Required", "money"),
    Column("pooled", "Pooled", "money"),
    Column("agreed", "Agreed", "money"),
    Column("carried", "Carried over", "money"),
    Column("doubtful", "Long overdue", "money"),
    Column("conditional", "Conditional", "money"),
    Column("pledged", "Pledged only", "money"),
    Column("indicative", "Indicative", "money"),
    Column("missing", "Missing", "money"),
    Column("missing_with_conditional", "If conditions are met", "money"),
    Column("missing_with_pledges", "If pledges are agreed", "money"),
)


def years_table(positions: list[YearPosition], *, short: bool = False, received: Mapping[int, Decimal] | None = None) -> Table:
    """:param short: without what the page says in other places: what is required each year or, where that differs, what is pooled; and
    no wider than a page where much is uncertain.
    :param received: what has arrived for each year; with it, a column more. Agreed is not received.
    """
    said_elsewhere = "required" if len({one.required for one in positions}) <= 1 else "pooled"
    left_out = {said_elsewhere} if short else set()
    left_out |= set() if any(one.conditional for one in positions) else {"conditional", "missing_with_conditional"}
    left_out |= {key for key in ("indicative", "carried", "doubtful") if not any(getattr(one, key) for one in positions)}
    if short and "conditional" not in left_out:
        left_out |= {"pooled"} if "indicative" in left_out else {"pooled", "missing_with_conditional"}
    columns = [column for column in YEAR_COLUMNS if column.key not in left_out]
    keys = [column.key for column in columns[1:]]
    rows = [{"year": str(FinancialYear(one.year)), **{key: getattr(one, key) for key in keys}} for one in positions]
    total = {"year": "All years", **{key: sum((getattr(one, key) for one in positions), NOTHING) for key in keys}}
    if received is not None:
        columns.insert(keys.index("agreed") + 2, Column("received", "Of it received", "money"))
        rows = [{**row, "received": received.get(one.year, NOTHING)} for row, one in zip(rows, positions, strict=True)]
        total["received"] = sum(received.values(), NOTHING)
    notes = [*([CARRIED_NOTE] if "carried" in keys else []), *late_notes(positions)]
    return Table(columns, rows, "Year by year", total=total if len(rows) > 1 else None, notes=notes)


SIGNED_NOTE = (
    "Signed, not yet committed: what contracts that both sides have signed will cost and no line of the budget bears yet. A contract "
    "belongs to the fund of its tender; one without a tender to the first fund of its commissioner that runs in the year."
)


def certainty_table(years: Sequence[YearCertainty]) -> Table:
    """What each year rests on, what contracts take of it, and what is less sure. A year of which they take more has a column that says so."""
    columns = [
        Column("year", "Year"),
        Column("arrived", "Received", "money"),
        Column("agreed_open", "Agreed or pooled, not received", "money"),
        Column("committed", "Committed", "money"),
        Column("signed", "Signed, not yet committed", "money"),
        Column("beyond", "Beyond what is agreed", "money"),
        Column("carried_in", "Carried over", "money"),
        Column("doubtful", "Long overdue", "money"),
        Column("conditional", "Conditional", "money"),
        Column("pledged", "Pledged only", "money"),
        Column("indicative", "Indicative", "money"),
    ]
    empty = {key for key in ("carried_in", "doubtful", "conditional", "indicative") if not any(getattr(one.position, key) for one in years)}
    empty |= {key for key in ("signed", "beyond") if not any(getattr(one, key) for one in years)}
    columns = [column for column in columns if column.key not in empty]
    keys = [column.key for column in columns[1:]]
    rows = [{key: getattr(one if hasattr(one, key) else one.position, key) for key in keys} for one in years]
    total = {"year": "All years", **{key: sum((row[key] for row in rows), NOTHING) for key in keys}}
    named = [{"year": str(FinancialYear(one.position.year)), **row} for one, row in zip(years, rows, strict=True)]
    notes = [*([CLOSED_NOTE] if any(one.position.closed for one in years) else []), *late_notes([one.position for one in years])]
    notes += [SIGNED_NOTE] if "signed" in keys else []
    return Table(columns, named, "What each year rests on", total=total if len(rows) > 1 else None, notes=notes)


def alert_sentence(alerts: Sequence[Alert]) -> str:
    """Which contracts start or go on into which years without money, and what to do; "" where none does."""
    years: dict[int, list[Alert]] = {}
    for one in alerts:
        years.setdefault(one.year, []).append(one)
    said = []
    for year, found in sorted(years.items()):
        named = join([one.name for one in found])
        goes = "starts or goes on" if len(found) == 1 else "start or go on"
        why = "after the fund has ended, and no other fund pays" if found[0].is_beyond else "and the money of the year is not secured"
        said.append(f"{named} {goes} into {FinancialYear(year)}, {why}: {as_pounds(found[0].found.missing)} is missing.")
    return " ".join(said)


def late_notes(positions: Sequence[YearPosition]) -> list[str]:
    """Why less is secured than is agreed, where money has not come for so long that the host no longer counts on it."""
    late = [f"{as_pounds(one.doubtful)} in {FinancialYear(one.year)}" for one in positions if one.doubtful]
    return [f"Agreed and long overdue, so left out of what is secured until it comes: {join(late)}."] if late else []


def shortfall_table(positions: Sequence[YearPosition]) -> Table:
    """The three lines of shortfall: with what is secured alone, with conditions met, with pledges agreed too."""
    columns = [
        Column("year", "Year"),
        Column("required", "Required", "money"),
        Column("secured", "Pooled, agreed or carried over" if any(one.carried for one in positions) else "Pooled or agreed", "money"),
        Column("missing", "Missing on what is secured", "money"),
        Column("missing_with_conditional", "Missing if conditions are met", "money"),
        Column("missing_with_pledges", "Missing if pledges are agreed too", "money"),
    ]
    keys = [column.key for column in columns[1:]]
    rows = [{"year": str(FinancialYear(one.year)), **{key: getattr(one, key) for key in keys}} for one in positions]
    total = {"year": "All years", **{key: sum((getattr(one, key) for one in positions), NOTHING) for key in keys}}
    caption, notes = "What is missing, on three assumptions", late_notes(positions)
    return Table(columns, rows, caption, total=total if len(rows) > 1 else None, notes=notes)


PARTNER_COLUMNS = (
    Column("funder", "Partner"),
    Column("asked", "Asked for", "money"),
    Column("agreed", "Agreed", "money"),
    Column("conditional", "Conditional", "money"),
    Column("pledged", "Pledged, not agreed", "money"),
    Column("indicative", "Indicative", "money"),
    Column("outstanding", "Asked, not promised", "money"),
)


def partners_table(partners: list[PartnerTotal]) -> Table:
    """Over all years of the fund."""
    columns = _said_columns(partners)
    keys = [column.key for column in columns]
    rows = [{key: getattr(one, key) for key in keys} for one in partners]
    total = {"funder": "All partners", **{key: sum((getattr(one, key) for one in partners), NOTHING) for key in keys[1:]}}
    return Table(columns, rows, "Who gives what, all years together", total=total if rows else None)


def _said_columns(rows: Iterable[PartnerTotal | PartnerYear]) -> tuple[Column, ...]:
    """Columns of what is conditional or indicative only where something is."""
    listed = list(rows)
    empty = {key for key in ("conditional", "indicative") if not any(getattr(one, key) for one in listed)}
    return tuple(column for column in PARTNER_COLUMNS if column.key not in empty)


def giving_table(rows: Iterable[PartnerYear]) -> Table:
    """One row a partner and year, for the page of contributions and for files."""
    listed = list(rows)
    partner, *others = _said_columns(listed)
    limits = [Column("limits", "Limited to")] if any(one.limits for one in listed) else []
    columns = (partner, Column("year", "Financial year"), Column("answer", "Answer", "tag"), *others, *limits)
    keys = [column.key for column in columns]
    rows = [{**{key: getattr(row, key) for key in keys}, "answer": ANSWERS[row.answer]} for row in listed]
    return Table(columns, rows, "Who gives what, year by year")


def silent_sentence(rows: Iterable[PartnerYear]) -> str:
    """Who has not answered for which year: "Health partner for 2027/28 and 2028/29"; "" where everybody has."""
    years: dict[str, list[FinancialYear]] = {}
    for row in rows:
        years.setdefault(row.funder.name, []).append(row.year)
    return "; ".join(f"{name} for {join(found)}" for name, found in years.items())


def asks_table(picture: FundPicture) -> Table:
    return asked_table(picture.asks)


def page_tables(picture: FundPicture, certainty: Sequence[YearCertainty]) -> dict[str, Table]:
    """Every table of a fund's page, by the name that its file goes by."""
    return {
        "requirement": requirement_table(picture.requirement),
        "sources": sources_table(picture.requirement, pots=True),
        "shares": shares_table(picture),
        "asks": asks_table(picture),
        "years": years_table(picture.positions, received=picture.received),
        "certainty": certainty_table(certainty),
        "shortfall": shortfall_table(picture.positions),
        "partners": partners_table(picture.partners),
    }


def shown_tables(picture: FundPicture, certainty: Sequence[YearCertainty]) -> dict[str, Table]:
    """The same for the page: differences with their sign."""
    return {**page_tables(picture, certainty), "shares": shares_table(picture, signs=True)}


def funds_table(funds: Iterable[PooledFund]) -> Table:
    listed = list(funds)
    columns = (
        Column("name", "Fund", "link"),
        Column("host", "Held by"),
        *([Column("state", "Standing", "tag")] if any(fund.is_draft for fund in listed) else []),
        Column("required", "Required each year", "money"),
        Column("pooled", "Pooled already", "money"),
        Column("gap", "Gap", "money"),
    )
    rows = []
    for fund in listed:
        requirement = requirement_of(fund)
        sums = {"required": requirement.required, "pooled": requirement.pooled, "gap": requirement.gap}
        name, state = Link(fund.name, reverse("pool:fund", args=[fund.code])), Tag(fund.get_state_display(), STATES[fund.state])
        rows.append({"name": name, "host": str(fund.host), "state": state, **sums})
    return Table(columns, rows, "Pooled funds")
