"""A statement as tables: what was promised and came, what became of it, by year and by giver."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.urls import reverse

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Column, Link, Table
from commissioning.kernel.words import join
from funders.accounts.queries import ANSWERED_NOTHING, NOT_ANSWERED, GiverStatement, Grounds, Statement
from funders.accounts.rules import NAMES, Sums, total
from funders.ledger.models import Account
from funders.pool.models import PooledFund
from funders.pool.queries import split_of
from funders.pool.rules import NOTHING
from funders.pool.tables.fund import choices_sentence, costs_finding, late_sentence, lines_table, requirement_table, sources_table
from funders.scenarios.sentences import units
from funders.statements.tables import shortfall_table

LABELS = {
    "asked": "Asked",
    "pooled": "Pooled already",
    "carried": "Carried over",
    "indicative": "Indicative",
    "pledged": "Pledged",
    "conditional": "Conditional",
    "agreed": "Agreed",
    "received": "Received",
    "allocated": "Set aside",
    "committed": "Committed",
    "paid": "Paid",
    "returned": "Returned to partners",
    "in_kind": "In kind",
}
COMING = ("asked", "pooled", "pledged", "conditional", "agreed", "received", "carried")
GOING = ("allocated", "committed", "paid", "returned")
SELDOM = ("carried", "returned")
NOTE_COMING = "Pledged is not agreed, agreed is not received. What is conditional waits for its event and is in no other column."
NOTE_NOTHING = f"{NOTE_COMING} Nothing of it is set aside, committed or paid yet."
NOTE_GOING = "What a pot set aside, committed and paid is shared among its givers by what is secured from each, to the penny."
NOTE_SCENARIOS = "Scenarios that were shared, each in the year in which most is cut. A scenario is a question: it moves no money."
NOTE_CARRIED = "Carried over: what the end of a year took out of it, below zero, and brought into the next one. It counts once."
NOTE_RETURNED = "Returned: what of a year was left, went back to its partner by the board’s decision, and is in no other year."
NOTE_KIND = "What is given in kind is valued, and never money: it is in no other column and covers no gap."


def _columns(first: str, names: Iterable[str]) -> tuple[Column, ...]:
    return (Column("first", first, "link"), *(Column(name, LABELS[name], "money") for name in names))


def _row(first: object, sums: Sums, names: Iterable[str]) -> dict[str, object]:
    return {"first": first, **{name: getattr(sums, name) for name in names}}


def by_year(years: Mapping[int, Sums], names: tuple[str, ...], caption: str, note: str) -> Table:
    names = _shown(names, years.values())
    rows = [_row(str(FinancialYear(year)), sums, names) for year, sums in years.items()]
    return Table(_columns("Year", names), rows, caption, total=_row("All years", total(years.values()), names), notes=_notes(note, names))


def by_giver(statement: Statement, names: tuple[str, ...], caption: str, note: str) -> Table:
    """All years together, one row a giver; a partner's name leads to its own statement."""
    names = _shown(names, [sums for one in statement.givers for sums in one.years.values()])
    rows = [_row(_named(one, statement), one.total, names) for one in statement.givers]
    return Table(_columns("Giver", names), rows, caption, total=_row("Together", statement.total, names), notes=_notes(note, names))


def _shown(names: Iterable[str], rows: Iterable[Sums]) -> tuple[str, ...]:
    """Columns of what only a year end brings, where one has brought something."""
    listed = list(rows)
    return tuple(name for name in names if name not in SELDOM or any(getattr(one, name) for one in listed))


def _notes(note: str, names: Iterable[str]) -> list[str]:
    more = {"carried": NOTE_CARRIED, "returned": NOTE_RETURNED}
    return [note, *(more[name] for name in names if name in more)]


def _named(one: GiverStatement, statement: Statement) -> Link | str:
    if not one.giver.code:
        return one.giver.name
    return Link(one.giver.name, reverse("accounts:giver", args=[statement.fund.code, one.giver.code]))


def ground_tables(grounds: Grounds) -> list[Table]:
    """What the fund stands on: what is required, what sources give already, how the rest is shared, what is missing, what less would mean."""
    tables = [requirement_table(grounds.requirement)]
    if grounds.requirement.sources:
        tables.append(sources_table(grounds.requirement, pots=True))
    if grounds.shares:
        tables.append(lines_table(grounds.shares, grounds.base_amount, signs=True))
    tables.append(shortfall_table(grounds.positions))
    return tables


def scenarios_table(grounds: Grounds) -> Table:
    """What less money would mean: the shared scenarios, each in the year in which most is cut. They are questions, never postings."""
    columns = (
        Column("name", "Scenario", "link"),
        Column("cut", "Taken off lines", "money"),
        Column("left", "Left a year", "money"),
        Column("buys", "Still buys"),
    )
    rows = [
        {
            "name": Link(scenario.name, reverse("scenarios:saved", args=[scenario.reference])),
            "cut": worst.cut,
            "left": worst.left,
            "buys": join(units(line.quantity, line.line.unit) for line in worst.lines),
        }
        for scenario, worst in grounds.scenarios
    ]
    return Table(columns, rows, "What less money would mean", notes=[NOTE_SCENARIOS])


def fund_tables(statement: Statement) -> list[Table]:
    """By year, then by giver; what became of the money only where something did."""
    spent = _is_spent(statement.total)
    tables = [by_year(statement.years, COMING, "What was promised and came, by year", NOTE_COMING if spent else NOTE_NOTHING)]
    if spent:
        tables.append(by_year(statement.years, GOING, "What became of it, by year", NOTE_GOING))
    if statement.givers:
        tables.append(by_giver(statement, COMING, "What each gives, all years together", NOTE_COMING))
    if spent:
        tables.append(by_giver(statement, GOING, "What became of what each gives", NOTE_GOING))
    if statement.total.in_kind:
        tables.append(by_giver(statement, ("in_kind",), "In kind, never money", NOTE_KIND))
    return tables


def answers_said(one: GiverStatement) -> list[str]:
    """For which years the giver answered £0, and for which it has not answered, in sentences."""
    found: dict[str, list[FinancialYear]] = {}
    for year in one.years:
        found.setdefault(one.answer_for(year), []).append(FinancialYear(year))
    return [f"{said} for {join(found[said])}." for said in (ANSWERED_NOTHING, NOT_ANSWERED) if said in found]


def giver_tables(one: GiverStatement) -> list[Table]:
    spent = _is_spent(one.total)
    coming = by_year(one.years, COMING, "What was promised and came", NOTE_COMING if spent else NOTE_NOTHING)
    tables = [replace(coming, notes=[*answers_said(one), *coming.notes])]
    if spent:
        tables.append(by_year(one.years, GOING, "What became of it", NOTE_GOING))
    if one.total.in_kind:
        tables.append(by_year(one.years, ("in_kind",), "In kind, never money", NOTE_KIND))
    return tables


def _is_spent(sums: Sums) -> bool:
    return any(getattr(sums, name) for name in GOING)


def whole_table(statement: Statement, only: GiverStatement | None = None) -> Table:
    """Everything in one table for a file: one row a giver and year."""
    columns = (
        Column("giver", "Giver"),
        Column("year", "Year"),
        Column("answer", "Answer"),
        *(Column(name, LABELS[name], "money") for name in NAMES),
    )
    rows = [
        {
            "giver": one.giver.name,
            "year": str(FinancialYear(year)),
            "answer": one.answer_for(year),
            **{name: getattr(sums, name) for name in NAMES},
        }
        for one in ([only] if only else statement.givers)
        for year, sums in one.years.items()
    ]
    return Table(columns, rows, f"Statement of {statement.fund.name}")


def finding(sums: Sums) -> str:
    """How far the money has come, in one sentence."""
    if not sums.secured:
        return f"Nothing is agreed yet{f' of {as_pounds(sums.asked)} asked' if sums.asked else ''}."
    said = f"{as_pounds(sums.secured)} is agreed or pooled already, {as_pounds(sums.received)} has been received"
    spent = f"{as_pounds(sums.committed)} is committed to contracts and {as_pounds(sums.paid)} is paid"
    return f"{said}, {spent}." if sums.committed or sums.paid else f"{said} and nothing is committed yet."


def choices_of(fund: PooledFund) -> list[str]:
    """Every choice behind the shares, in sentences that a statement prints."""
    split = split_of(fund)
    told = [choices_sentence(split, fund.in_force), costs_finding(split, fund)] if split.shares else []
    return [sentence for sentence in [*told, late_sentence(fund)] if sentence]


def accounts_table(statement: Statement, labels: Mapping[str, str]) -> Table:
    """What the ledger holds, in plain amounts."""
    rows = [{"first": labels[account], "amount": abs(amount)} for account, amount in statement.accounts.items() if amount != NOTHING]
    if statement.moved:
        rows.append({"first": labels[Account.MOVED], "amount": statement.moved})
    return Table((Column("first", "What"), Column("amount", "Amount", "money")), rows, "What the ledger says")
