"""What a fund requires and how it is shared, in tables and as keys with values."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse

from commissioning.home.registry import Tile
from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Column, Link, Table
from commissioning.kernel.words import join, plural, short
from funders.pool.models import Base, Choices, CostLine, CostModel, LegalBasis, PooledAlready, PooledFund, SectorShare
from funders.pool.queries import (
    Ask,
    Requirement,
    Split,
    amount_of,
    shares_of,
)
from funders.pool.rules import CREDIT_IN_WORDS, NOTHING, WHY, SectorLine

Row = dict[str, Any]
Naming = Callable[[Any], Any]
BASES = {Base.GAP: "The gap: what is required less what is pooled already", Base.TOTAL: "The total that is required"}


def requirement_table(requirement: Requirement, named: Naming = str) -> Table:
    """:param named: how a line is named, for example with a link."""
    once = requirement.one_off_years
    columns = (
        Column("label", "What is needed each year" if not once else "What is needed", "link"),
        Column("reckoning", "How it is reckoned"),
        *([Column("when", "When")] if once else []),
        Column("amount", "Amount", "money"),
    )
    rows = [
        {"label": named(line), "reckoning": reckoning(line), "when": when(line), "amount": amount_of(line)} for line in requirement.lines
    ]
    total = {"label": "Required each year", "reckoning": "", "when": "", "amount": requirement.required}
    notes = [
        f"In {FinancialYear(year)}, {as_pounds(requirement.once_in(year))} more is required once: "
        f"{as_pounds(requirement.required_in(year))} in that year, a gap of {as_pounds(requirement.gap_in(year))}."
        for year in once
    ]
    return Table(columns, rows, "Requirement", total=total, notes=notes)


def reckoning(line: CostLine) -> str:
    """ "1,300 cases at £500", "0.5 posts at £40,000.50"."""
    cost = as_pounds(line.unit_cost_amount, whole=line.unit_cost_amount == line.unit_cost_amount.to_integral_value())
    return f"{line.quantity.normalize():,f} {line.unit}{'s' if line.quantity != 1 else ''} at {cost}"


def when(line: CostLine) -> str:
    return "Each year" if line.one_off_year is None else f"Once, in {FinancialYear(line.one_off_year)}"


def sources_table(requirement: Requirement, named: Naming = str, *, pots: bool = False) -> Table:
    """:param pots: with the pot in which each sum is kept."""
    columns = (
        Column("label", "Source", "link"),
        *([Column("pot", "Pot")] if pots else []),
        Column("amount", "Amount", "money"),
        Column("kept", "In the pool", "money"),
        *([Column("conditional", "Conditional", "money")] if requirement.conditional else []),
        *([Column("note", "Note")] if any(one.note or one.condition for one in requirement.sources) else []),
    )
    sums = {"amount": requirement.all_sources, "kept": requirement.pooled, "conditional": requirement.conditional}
    rows = [{**_source_row(one), "label": named(one), "pot": one.get_pot_display()} for one in requirement.sources]
    return Table(columns, rows, "Money that sources give already", total={"label": "All sources", "pot": "", "note": "", **sums})


def _source_row(one: PooledAlready) -> Row:
    """What is conditional stands in a column of its own and in no other."""
    if one.condition:
        return {"amount": None, "kept": None, "conditional": one.amount, "note": sentences(one.condition, one.note)}
    return {"amount": one.amount, "kept": one.amount if one.poolable else None, "conditional": None, "note": one.note}


def sentences(*said: str) -> str:
    """Each with its full stop, one after the other."""
    return " ".join(f"{words.rstrip('.')}." for words in said if words)


def pot_rows(requirement: Requirement) -> list[Row]:
    """Why each pot is a pot of its own."""
    pots = dict.fromkeys(one.pot for one in requirement.sources)
    return [{"key": LegalBasis(pot).label, "value": WHY[pot]} for pot in pots]


def lines_table(lines: Sequence[SectorLine], base_amount: Decimal, *, signs: bool = False) -> Table:
    """The shares of the sectors. :param signs: write a plus before what a sector pays more, for the page; in files it is a bare number."""
    has_costs, has_credits = any(line.cost_parts for line in lines), any(line.credit for line in lines)
    columns = (
        Column("sector", "Sector"),
        *([Column("credit", "Gives already", "money")] if has_credits else []),
        Column("amount", f"Share at {' : '.join(str(line.parts) for line in lines)}", "money"),
        *([Column("true_amount", f"At the true {' : '.join(str(line.cost_parts) for line in lines)}", "money")] if has_costs else []),
        *([Column("difference", "Difference", "money")] if has_costs else []),
    )
    rows = [
        {
            "sector": line.label,
            "credit": line.credit,
            "amount": line.amount,
            "true_amount": line.true_amount,
            "difference": signed(line.difference) if signs else line.difference,
        }
        for line in lines
    ]
    credit = sum((line.credit for line in lines), NOTHING)
    total = {"sector": "Together", "credit": credit, "amount": base_amount, "true_amount": base_amount, "difference": NOTHING}
    return Table(columns, rows, f"Shares of {as_pounds(base_amount)} a year", total=total)


def signed(amount: Decimal) -> str:
    """ "+£7,210.06", "−£16,696.97", "£0.00"."""
    return f"+{as_pounds(amount)}" if amount > 0 else as_pounds(amount)


def asked_table(asks: Sequence[Ask]) -> Table:
    columns = (
        Column("funder", "Partner"),
        Column("sector", "Sector"),
        Column("members", "Partners in the sector", "count"),
        Column("amount", "Asked for each year", "money"),
    )
    rows = [{"funder": str(ask.funder), "sector": ask.line.label, "members": ask.members, "amount": ask.amount} for ask in asks]
    return Table(columns, rows, "Which partner is asked for how much")


def costs_table(split: Split, choices: Choices) -> Table | None:
    """How much of the cost of domestic abuse the split counts, in £ million a year; None where no cost is known."""
    if not any(share.cost_parts for share in split.shares):
        return None
    columns = (Column("sector", "Who bears the cost"), Column("cost", "£ million a year", "count"), Column("part", "Part in the split"))
    rows: list[Row] = [{"sector": one.get_sector_display(), "cost": one.cost_parts, "part": _part(one)} for one in split.shares]
    if choices.elsewhere_cost:
        rows.append({"sector": elsewhere_words(choices), "cost": choices.elsewhere_cost, "part": "None"})
    total = {"sector": "All", "cost": sum(row["cost"] for row in rows), "part": ""}
    return Table(columns, rows, "What the split counts, and what it leaves out", total=total)


def costs_finding(split: Split, choices: Choices) -> str:
    """How little of the cost the split counts, in one sentence."""
    counted = sum(share.cost_parts for share in split.shares)
    if not counted or not choices.elsewhere_cost:
        return ""
    left_out = f"£{choices.elsewhere_cost:,} million falls elsewhere ({elsewhere_words(choices).lower()}) and has no share"
    return f"The split counts £{counted:,} million of the £{counted + choices.elsewhere_cost:,} million that domestic abuse costs a year: {left_out}."


def elsewhere_words(choices: Choices) -> str:
    words = choices.elsewhere or "Others"
    return words[:1].upper() + words[1:]


def _part(one: SectorShare) -> str:
    return str(one.parts)


def choice_rows(split: Split, version: CostModel | None = None) -> list[Row]:
    """Every choice behind the shares, for the page and the statement."""
    parts = join([f"{one.get_sector_display()} {one.parts}" for one in split.shares])
    unequal = join([f"{one.organisation} {one.parts}" for one in split.members])
    rows = [
        {"key": "What is divided", "value": BASES[Base(split.base)]},
        {"key": "Credit for what is given already", "value": f"Yes. {CREDIT_IN_WORDS}" if split.credit_existing else "No"},
        {"key": "Parts", "value": parts or "None yet"},
        {"key": "Within a sector", "value": f"Unequal parts: {unequal}; one part each for the others" if unequal else "Equal parts"},
        {"key": "Odd pennies", "value": "To the largest fractions, then to the first listed"},
        *([{"key": "Late money", "value": late_sentence(version)}] if version else []),
    ]
    return [*rows, {"key": "Version", "value": said(version), "note": version.reason}] if version else rows


def choices_sentence(split: Split, version: CostModel | None = None) -> str:
    """The same choices in one line, for a report."""
    credit = "what is given already is credited" if split.credit_existing else "what is given already is not credited"
    within = "in unequal parts" if split.members else "equally"
    base = BASES[Base(split.base)]
    kept = f" {said(version)}." if version else ""
    return f"Divided: {base[:1].lower()}{base[1:]}; {credit}; within a sector {within}; odd pennies to the largest fractions, then to the first listed.{kept}"


def late_sentence(chosen: Choices) -> str:
    """From when money that does not come is no longer relied on."""
    return f"What is agreed and has not come {plural(chosen.doubtful_days, 'day')} after its day is not counted as secured."


def said(version: CostModel) -> str:
    """ "Version 2, valid from 22 November 2026"; of a later version also the year from which it counts."""
    counts = f", for {FinancialYear(version.from_year)} and later" if version.number > 1 and version.from_year else ""
    return f"{version}, valid from {short(version.valid_from)}{counts}"


def detail_rows(fund: PooledFund) -> list[Row]:
    first, last = FinancialYear(fund.first_year), FinancialYear(fund.last_year)
    return [
        {"key": "Short name", "value": fund.code},
        {"key": "Financial years", "value": str(first) if first == last else f"{first} to {last}"},
        {"key": "Host partner", "value": str(fund.host)},
        {"key": "Pool manager", "value": str(fund.pool_manager or "Nobody yet")},
        {"key": "Source", "value": fund.source or "None given"},
    ]


def sum_tiles(requirement: Requirement) -> list[Tile]:
    """The three sums that a fund begins with."""
    once = [f"{as_pounds(requirement.once_in(year), whole=True)} more in {FinancialYear(year)}" for year in requirement.one_off_years]
    costs = f"What the joint services cost; {join(once)}, once." if once else "What the joint services cost."
    return [
        Tile("Required each year", as_pounds(requirement.required, whole=True), costs, "#requirement"),
        Tile("Pooled already", as_pounds(requirement.pooled, whole=True), "What partners keep in the pool each year.", "#sources"),
        Tile("Gap to share", as_pounds(requirement.gap, whole=True), "What is left for the sectors to share each year.", "#shares"),
    ]


def linked(fund: PooledFund, route: str) -> Naming:
    """A row named by its label, which leads to the page that changes it."""
    return lambda row: Link(row.label, reverse(f"fund_setup:{route}", args=[fund.code, row.pk]))


def workshop_tables(fund: PooledFund, requirement: Requirement, split: Split, *, changes: bool) -> dict[str, Any]:
    """The tables of the page on which a fund is written. :param changes: rows lead to the pages that change them."""
    lines = shares_of(requirement, split)
    return {
        "lines": requirement_table(requirement, linked(fund, "line") if changes else str),
        "sources": sources_table(requirement, linked(fund, "source") if changes else str, pots=True),
        "pots": pot_rows(requirement),
        "shares": lines_table(lines, requirement.base_amount(split.base), signs=True) if lines else None,
        "has_members": bool(lines),
    }


def line_rows(line: CostLine) -> list[Row]:
    return [
        {"key": "What is paid for", "value": line.label},
        {"key": "How it is reckoned", "value": reckoning(line)},
        {"key": "Amount", "value": as_pounds(amount_of(line)), "note": when(line)},
    ]


def source_rows(source: PooledAlready) -> list[Row]:
    return [{"key": "Source", "value": source.label}, {"key": "Amount a year", "value": as_pounds(source.amount)}]
