"""The ledger as tables: what stands where, and every line of it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Column, Table, Tag
from funders.ledger.models import OF_A_POT, Account, LedgerLine, TransactionKind

COLOURS = {
    TransactionKind.RECEIPT: "green",
    TransactionKind.TRANSFER: "grey",
    TransactionKind.PAYMENT: "blue",
    TransactionKind.REVERSAL: "orange",
}
ALWAYS_SHOWN = (Account.BANK, Account.CONTRIBUTIONS, Account.SUSPENSE)
SHOWN_COLUMNS = (
    Column("happened_on", "Day", "day"),
    Column("reference", "Posting"),
    Column("account", "Account"),
    Column("partner", "Partner or pot"),
    Column("amount", "Amount", "money"),
    Column("kind", "Kind", "tag"),
    Column("bank_reference", "Bank reference"),
)
FILE_COLUMNS = (*SHOWN_COLUMNS, Column("text", "Text"), Column("posted_at", "Posted", "moment"), Column("posted_by", "By"))


def balances_table(balances: Mapping[Account, Decimal]) -> Table:
    """What came in, where it came from and what went out: in plain amounts, without signs."""
    columns = (Column("account", "What"), Column("amount", "Amount", "money"))
    shown = {account: amount for account, amount in balances.items() if amount or account in ALWAYS_SHOWN}
    rows = [{"account": account.label, "amount": abs(amount)} for account, amount in shown.items()]
    note = "What the host holds is everything that was received, less what was paid out."
    return Table(columns, rows, "Where the money stands", notes=[note])


def _whose(line: LedgerLine) -> str:
    """The partner or source that the money came from, or the pot and line that it was paid from."""
    if line.contribution:
        return str(line.contribution.funder)
    if line.account in OF_A_POT and line.budget_year:
        named = f"{line.source}, pooled already" if line.source else line.get_pot_display()
        return f"{named}, {FinancialYear(line.budget_year)}"
    return f"{line.get_pot_display()}: {line.budget_line}, {FinancialYear(line.budget_year)}" if line.budget_year else ""


def _is_shown(line: LedgerLine) -> bool:
    return bool(line.shows_bank_reference)  # type: ignore[attr-defined]


def lines_table(lines: Iterable[LedgerLine], *, columns: tuple[Column, ...] = SHOWN_COLUMNS) -> Table:
    rows = [
        {
            "happened_on": one.transaction.happened_on,
            "reference": one.transaction.reference,
            "account": one.get_account_display(),
            "partner": _whose(one),
            "amount": one.amount,
            "kind": Tag(one.transaction.get_kind_display(), COLOURS[TransactionKind(one.transaction.kind)]),
            "bank_reference": one.transaction.bank_reference if _is_shown(one) else "",
            "text": one.transaction.text,
            "posted_at": one.transaction.posted_at,
            "posted_by": str(one.transaction.posted_by),
        }
        for one in lines
    ]
    return Table(columns, rows, "Lines of the ledger")
