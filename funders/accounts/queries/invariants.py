"""That every payment leads back to those who gave, and that the givers' statements are the fund's: `verify_ledger` asks."""

from funders.accounts.queries.statement import bearing_of, posted_of, statement_of
from funders.accounts.rules import total
from funders.budget.models import Allocation, Commitment
from funders.budget.queries import allocated_of, committed_by_line
from funders.ledger.models import Account, LedgerLine, LedgerTransaction
from funders.ledger.queries import register_invariant
from funders.pool.models import PooledFund
from funders.pool.queries import PARTS, years_of
from funders.pool.rules import NOTHING

_ASKED = (
    "transaction__payment__invoice__contract",
    "transaction__payment__invoice__line",
    "transaction__payment__invoice__year",
)


def _untraced() -> list[str]:
    """Payments of which a line does not lead to a commitment of the contract, money of the pot set aside for the line, and givers of the pot."""
    lines = LedgerLine.objects.filter(account=Account.SPENT, transaction__payment__reversed_at=None, transaction__payment__isnull=False)
    paid_from = lines.values_list("fund", "transaction__payment__reference", "budget_line", "budget_year", "pot", *_ASKED)
    set_aside = set(Allocation.objects.values_list("line", "year", "pot"))
    committed = set(Commitment.objects.values_list("contract", "line", "year"))
    funds = {fund.pk: bearing_of(fund) for fund in PooledFund.objects.prefetch_related(*PARTS).filter(pk__in={row[0] for row in paid_from})}
    return sorted(
        {
            reference
            for fund, reference, line, year, pot, contract, own_line, own_year in paid_from
            if (line, year) != (own_line, own_year)
            or (contract, line, year) not in committed
            or (line, year, pot) not in set_aside
            or (pot, year) not in funds[fund]
        }
    )


def _statements_otherwise() -> list[str]:
    """Funds of which the givers’ statements together are not what the ledger and the budget say of the fund."""
    found = []
    for fund in PooledFund.objects.prefetch_related(*PARTS).filter(pk__in=LedgerTransaction.objects.values("fund")):
        posted, years = posted_of(fund), [year.start for year in years_of(fund)]
        given = -posted.accounts[Account.CONTRIBUTIONS] - posted.accounts[Account.POOLED]
        told = {
            "received": given,
            "returned": posted.accounts[Account.RETURNED],
            "paid": sum((amount for (_, year), amount in posted.paid.items() if year in years), NOTHING),
            "allocated": sum(allocated_of(fund).values(), NOTHING),
            "committed": sum(committed_by_line(fund).values(), NOTHING),
        }
        try:
            whole = total(one.total for one in statement_of(fund).givers)
        except ValueError:  # a pot spent and nobody gave to it
            found.append(fund.code)
            continue
        found += [f"{fund.code} {name}" for name, amount in told.items() if getattr(whole, name) != amount]
    return found


register_invariant("payments-traced", "Every payment leads to one contract, its line, the pots of the line and their givers.", _untraced)
register_invariant(
    "statements-add-up", "The statements of the givers together are the statement of the fund, as the ledger has it.", _statements_otherwise
)
