"""A cut as a table, and the two usual ones side by side."""

from decimal import Decimal
from typing import Any

from commissioning.kernel.tables import Column, Table
from funders.scenarios.rules import Cut, CutLine

COLUMNS = (
    Column("label", "Line"),
    Column("before", "Now", "money"),
    Column("left", "Left", "money"),
    Column("lost", "Lost", "money"),
    Column("buys", "Still buys"),
    Column("buys_less", "Fewer"),
)


def said(percent: Decimal) -> str:
    """ "10%", "12.5%"."""
    return f"{percent.normalize():f}%"


def cut_table(cut: Cut) -> Table:
    rows = [_row(one) for one in cut.lines]
    before = sum((one.line.amount for one in cut.lines), Decimal("0.00"))
    total = {"label": "Together", "before": before, "left": cut.left, "lost": cut.amount, "buys": "", "buys_less": ""}
    return Table(COLUMNS, rows, f"The requirement cut by {said(cut.percent)}", total=total)


def _row(one: CutLine) -> dict[str, Any]:
    return {
        "label": f"{one.line.label}{' (kept whole)' if one.is_protected else ''}",
        "before": one.line.amount,
        "left": one.left,
        "lost": one.lost,
        "buys": units(one.quantity, one.line.unit),
        "buys_less": units(one.quantity_lost, one.line.unit) if one.quantity_lost else "none",
    }


def units(quantity: Decimal, unit: str) -> str:
    """ "1,170 cases", "3.6 posts", "1 post"."""
    figure = f"{quantity.normalize():,f}"
    return f"{figure} {unit}{'' if figure == '1' else 's'}"


def finding(cut: Cut) -> str:
    """One sentence: what is left and what is lost."""
    losses = [units(one.quantity_lost, one.line.unit) for one in cut.lines if one.quantity_lost]
    return (
        f"Nothing is lost at {said(cut.percent)}." if not losses else f"A cut of {said(cut.percent)} loses {' and '.join(losses)} a year."
    )
