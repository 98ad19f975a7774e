from collections.abc import Iterable, Sequence

from commissioning.contracts.models import Contract
from commissioning.kernel.tables import Column, Table, Tag

REGISTER_COLUMNS = (
    Column("area", "Contract area"),
    Column("provider", "Provider"),
    Column("commissioner", "Commissioner"),
    Column("starts_on", "Starts", "day"),
    Column("ends_on", "Ends", "day"),
    Column("annual_amount", "A year", "money"),
    Column("figures", "Figures"),
    Column("state", "State", "tag"),
)
REGISTER_FILE_COLUMNS = (*REGISTER_COLUMNS, Column("title", "Contract"), Column("reference", "Reference"))
COLOURS = {"live": "green", "ended": "grey"}


def contract_table(contracts: Iterable[Contract], columns: Sequence[Column] = REGISTER_COLUMNS) -> Table:
    rows = (
        {
            "area": one.area.name,
            "provider": one.provider.name,
            "title": one.title,
            "commissioner": one.commissioner.name,
            "starts_on": one.starts_on,
            "ends_on": one.ends_on,
            "annual_amount": one.annual_amount,
            "state": Tag(one.get_state_display(), COLOURS.get(one.state, "grey")),
            "figures": "Illustrative" if one.illustrative else "",
            "reference": one.reference,
        }
        for one in contracts
    )
    return Table(columns, rows, caption="Contract register")
