"""A fund in tables: what it needs, what it holds, who is asked, how each year stands, who gives."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.urls import reverse

from commissioning.home.registry import Tile
from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Column, Link, Table
from commissioning.kernel.words import count
from funders.pool.models import PooledAlready, PooledFund
from funders.pool.queries import Requirement, amount_of, requirement_of
from funders.pool.rules import NOTHING, YearPosition
from funders.statements.queries import FundPicture, PartnerTotal, PartnerYear


def requirement_table(requirement: Requirement) -> Table:
    columns = (
        Column("label", "What is needed each year"),
        Column("reckoning", "How it is reckoned"),
        Column("amount", "Amount", "money"),
    )
    rows = [
        {
            "label": line.label,
            "reckoning": f"{count(int(line.quantity))} {line.unit}{'s' if line.quantity != 1 else ''} at {as_pounds(line.unit_cost_amount, whole=True)}",
            "amount": amount_of(line),
        }
        for line in requirement.lines
    ]
    return Table(columns, rows, "Requirement", total={"label": "Required each year", "reckoning": "", "amount": requirement.required})


def sum_tiles(requirement: Requirement) -> list[Tile]:
    """The three sums that a fund begins with."""
    return [
        Tile("Required each year", as_pounds(requirement.required, whole=True), "What the joint services cost.", "#requirement"),
        Tile("Pooled already", as_pounds(requirement.pooled, whole=True), "What partners keep in the pool each year.", "#sources"),
        Tile("Gap to share", as_pounds(requirement.gap, whole=True), "What is left for the sectors to share each year.", "#shares"),
    ]


def sources_table(requirement: Requirement) -> Table:
    columns = (
        Column("label", "Source"),
        Column("amount", "Amount", "money"),
        Column("kept", "In the pool", "money"),
        *([Column("conditional", "Conditional", "money")] if requirement.conditional else []),
        *([Column("note", "Note")] if any(one.note or one.condition for one in requirement.sources) else []),
    )
    sums = {"amount": requirement.all_sources, "kept": requirement.pooled, "conditional": requirement.conditional}
    total = {"label": "All sources", **sums, "note": ""}
    return Table(columns, [_source_row(one) for one in requirement.sources], "Money that sources give already", total=total)


def _source_row(one: PooledAlready) -> dict[str, object]:
    """What is conditional stands in a column of its own and in no other."""
    if one.condition:
        return {"label": one.label, "amount": None, "kept": None, "conditional": one.amount, "note": one.condition}
    return {"label": one.label, "amount": one.amount, "kept": one.amount if one.poolable else None, "conditional": None, "note": one.note}


def shares_table(picture: FundPicture, *, signs: bool = False) -> Table:
    """:param signs: write a plus before what a sector pays more, for the page; in files the difference is a bare number."""
    said = signed if signs else _bare
    columns = (
        Column("sector", "Sector"),
        Column("amount", f"Share at {picture.ratio}", "money"),
        Column("true_amount", f"At the true {picture.true_ratio}", "money"),
        Column("difference", "Difference", "money"),
    )
    rows = [
        {"sector": line.label, "amount": line.amount, "true_amount": line.true_amount, "difference": said(line.difference)}
        for line in picture.shown
    ]
    total = {"sector": "Together", "amount": picture.base_amount, "true_amount": picture.base_amount, "difference": NOTHING}
    return Table(columns, rows, f"Shares of {as_pounds(picture.base_amount)} a year", total=total)


def _bare(amount: Decimal) -> Decimal:
    return amount


def signed(amount: Decimal) -> str:
    """ "+£7,210.06", "−£16,696.97", "£0.00"."""
    return f"+{as_pounds(amount)}" if amount > 0 else as_pounds(amount)


YEAR_COLUMNS = (
    Column("year", "Year"),
    Column("required", "Required", "money"),
    Column("pooled", "Pooled", "money"),
    Column("agreed", "Agreed", "money"),
    Column("conditional", "Conditional", "money"),
    Column("pledged", "Pledged only", "money"),
    Column("indicative", "Indicative", "money"),
    Column("missing", "Missing", "money"),
    Column("missing_with_conditional", "If conditions are met", "money"),
    Column("missing_with_pledges", "If pledges are agreed", "money"),
)


def years_table(positions: list[YearPosition], *, short: bool = False, received: Mapping[int, Decimal] | None = None) -> Table:
    """:param short: without what is required, which the page says in other places, and no wider than a page where much is uncertain.
    :param received: what has arrived for each year; with it, a column more. Agreed is not received.
    """
    left_out = {"required"} if short else set()
    left_out |= set() if any(one.conditional for one in positions) else {"conditional", "missing_with_conditional"}
    left_out |= set() if any(one.indicative for one in positions) else {"indicative"}
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
    return Table(columns, rows, "Year by year", total=total if len(rows) > 1 else None)


PARTNER_COLUMNS = (
    Column("funder", "Partner"),
    Column("asked", "Asked for", "money"),
    Column("agreed", "Agreed", "money"),
    Column("conditional", "Conditional", "money"),
    Column("pledged", "Pledged, not agreed", "money"),
    Column("indicative", "Indicative", "money"),
    Column("outstanding", "Nothing said yet", "money"),
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
    columns = (partner, Column("year", "Financial year"), *others, *limits)
    keys = [column.key for column in columns]
    return Table(columns, [{key: getattr(row, key) for key in keys} for row in listed], "Who gives what, year by year")


def asks_table(picture: FundPicture) -> Table:
    columns = (
        Column("funder", "Partner"),
        Column("sector", "Sector"),
        Column("members", "Partners in the sector", "count"),
        Column("amount", "Asked for each year", "money"),
    )
    rows = [{"funder": str(ask.funder), "sector": ask.line.label, "members": ask.members, "amount": ask.amount} for ask in picture.asks]
    return Table(columns, rows, "Which partner is asked for how much")


def page_tables(picture: FundPicture) -> dict[str, Table]:
    """Every table of a fund's page, by the name that its file goes by."""
    return {
        "requirement": requirement_table(picture.requirement),
        "sources": sources_table(picture.requirement),
        "shares": shares_table(picture),
        "asks": asks_table(picture),
        "years": years_table(picture.positions, received=picture.received),
        "partners": partners_table(picture.partners),
    }


def shown_tables(picture: FundPicture) -> dict[str, Table]:
    """The same for the page: differences with their sign, and without what the page says in other places."""
    years = years_table(picture.positions, short=True, received=picture.received)
    return {**page_tables(picture), "shares": shares_table(picture, signs=True), "years": years}


def funds_table(funds: Iterable[PooledFund]) -> Table:
    columns = (
        Column("name", "Fund", "link"),
        Column("host", "Held by"),
        Column("required", "Required each year", "money"),
        Column("pooled", "Pooled already", "money"),
        Column("gap", "Gap", "money"),
    )
    rows = []
    for fund in funds:
        requirement = requirement_of(fund)
        sums = {"required": requirement.required, "pooled": requirement.pooled, "gap": requirement.gap}
        rows.append({"name": Link(fund.name, reverse("pool:fund", args=[fund.code])), "host": str(fund.host), **sums})
    return Table(columns, rows, "Pooled funds")
