"""Versions of a fund: side by side, and what the next one would change."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Column, Table
from commissioning.kernel.words import at, join, short
from funders.pool.models import CostLine, CostModel, PooledAlready, PooledFund
from funders.pool.queries import amount_of, asks_of, requirement_in, requirement_of, split_in, split_of
from funders.pool.rules import NOTHING
from funders.pool.tables.fund import choice_rows, elsewhere_words, reckoning, requirement_table, signed, when


def change_table(fund: PooledFund, told: dict[str, Any]) -> dict[str, Any]:
    """What a version that is prepared would change for each partner, and its choices as they would be printed.

    :param told: what the host chose: `base`, `credit_existing`, `elsewhere_cost`, `elsewhere`, `doubtful_days`, `from_year`, `reason`.
    """
    chosen = CostModel(**{name: told[name] for name in ("base", "credit_existing", "elsewhere_cost", "elsewhere", "doubtful_days")})
    split = split_in(fund, None, chosen)
    year = told["from_year"]
    before = {ask.funder: ask.amount for ask in asks_of(requirement_of(fund), split_of(fund), year=year)}
    after = {ask.funder: ask.amount for ask in asks_of(requirement_in(fund, None), split, year=year)}
    columns = (
        Column("funder", "Partner"),
        Column("before", "Asked as it is now", "money"),
        Column("after", f"Asked from {FinancialYear(year)} on", "money"),
        Column("difference", "Difference", "money"),
    )
    sums = {one: (before.get(one, NOTHING), after.get(one, NOTHING)) for one in {**after, **before}}
    rows = [{"funder": str(one), "before": old, "after": new, "difference": signed(new - old)} for one, (old, new) in sums.items()]
    notes = requirement_table(requirement_in(fund, None)).notes
    table = Table(columns, rows, "What each partner is asked for", notes=notes)
    return {"table": table, "choices": choice_rows(split), "rows": [{"key": "Reason", "value": told["reason"]}]}


def versions_table(fund: PooledFund, versions: Sequence[CostModel]) -> Table:
    """Every version in a column of its own, what it says in rows."""
    columns = (Column("what", "What"), *(Column(f"v{one.number}", str(one)) for one in versions))
    told = [(f"v{one.number}", _version_words(fund, one)) for one in versions]
    rows = [{"what": what, **{key: words.get(what, "") for key, words in told}} for what in _in_order([words for _, words in told])]
    return Table(columns, rows, f"Versions of {fund}")


def _in_order(told: Sequence[Mapping[str, str]]) -> list[str]:
    """Every key once; one that an older version lacks stands after the key that it follows in its own."""
    order: list[str] = []
    for words in told:
        place = 0
        for key in words:
            if key not in order:
                order.insert(place, key)
            place = order.index(key) + 1
    return order


def _version_words(fund: PooledFund, version: CostModel) -> dict[str, str]:
    requirement, split = requirement_in(fund, version.pk), split_in(fund, version.pk, version)
    made = f"{version.made_by}, {at(version.made_at)}" if version.made_at else "The portal"
    costs = [f"{one.get_sector_display()} {one.cost_parts:,}" for one in split.shares if one.cost_parts]
    costs += [f"{elsewhere_words(version)} {version.elsewhere_cost:,}"] if version.elsewhere_cost else []
    return {
        "Valid from": short(version.valid_from),
        "Counts from": str(FinancialYear(version.from_year)) if version.from_year else "The first year",
        "Put into force by": made,
        "Reason": version.reason,
        **_grouped((f"Cost: {line.label}", _line_words(line)) for line in requirement.lines),
        "Required each year": as_pounds(requirement.required),
        **_grouped((f"Source: {one.label}", _source_words(one)) for one in requirement.sources),
        "Pooled already": as_pounds(requirement.pooled),
        "Gap": as_pounds(requirement.gap),
        **{row["key"]: row["value"] for row in choice_rows(split)},
        "Cost of domestic abuse, £ million a year": join(costs) or "Not given",
    }


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Two rows with the same label stay two sentences under it."""
    found: dict[str, str] = {}
    for key, words in pairs:
        found[key] = f"{found[key]}; {words}" if key in found else words
    return found


def _line_words(line: CostLine) -> str:
    once = f" ({when(line).lower()})" if line.one_off_year is not None else ""
    return f"{reckoning(line)}: {as_pounds(amount_of(line))}{once}"


def _source_words(one: PooledAlready) -> str:
    words = [*([] if one.poolable else ["not in the pool"]), *([f"conditional: {one.condition}"] if one.condition else [])]
    return f"{as_pounds(one.amount)}, {one.get_pot_display()}{f' ({join(words)})' if words else ''}"
