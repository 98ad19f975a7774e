"""Who takes the money of a fund, year by year: what is committed, signed and not yet committed, and asked for by open tenders."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, TextField
from django.db.models.functions import Cast, Coalesce, JSONObject

from commissioning.contracts.models import Contract, ContractOption, TermExtension
from commissioning.contracts.states import ContractState
from commissioning.evaluation.states import AwardState
from commissioning.kernel.quarters import FinancialYear
from commissioning.tenders.models import Lot, Tender
from commissioning.tenders.states import TenderState
from funders.budget.models import Commitment
from funders.budget.rules import contract_years
from funders.claims.rules import Claim, Span, Taken, asked_by_year, last_fund, paying_fund, signed_by_year, taken
from funders.pool.models import PooledFund
from funders.pool.rules import NOTHING

# From publication until the last contract is signed. A draft asks for nothing yet.
ASKING = (TenderState.PUBLISHED, TenderState.CLOSED, TenderState.OPENED, TenderState.MODERATED, TenderState.AWARDED)
FACTS = ("pk", "title", "provider__name", "state", "annual_amount", "starts_on", "months", "commissioner", "tender", "fund_code")


@dataclass(frozen=True)
class Claims:
    """What contracts take of a fund: `rows` are commitments as (tender, year, pounds), `costs` what each signed contract costs.

    `names` are title and provider of each contract, by its key.
    """

    rows: list[tuple[int | None, int, Decimal]]
    costs: list[Claim]
    names: dict[int, str]

    def committed(self, but: Tender | None = None) -> dict[int, Decimal]:
        """Pounds by year. :param but: a tender whose contracts do not count."""
        found: dict[int, Decimal] = {}
        for tender, year, amount in self.rows:
            if but is None or tender != but.pk:
                found[year] = found.get(year, NOTHING) + amount
        return found

    def signed(self, today: date, but: Tender | None = None) -> dict[int, Decimal]:
        """Pounds by year that contracts which both sides have signed will cost, and that are not committed yet."""
        return signed_by_year(self.costs, this_year=FinancialYear.of(today).start, but=but.pk if but else None)


def claims_on(fund: PooledFund) -> Claims:
    """What contracts have committed of a fund, and what signed ones cost in the years for which it pays, or after which nobody does.

    In a year the fund pays that has committed to the contract; else that of the contract's tender; else the first open fund of its
    commissioner that runs in the year. In one statement, however many contracts there are.
    """
    contracts = list(_contracts(fund))
    rows = [(one["tender"], row["year"], Decimal(row["amount"])) for one in contracts for row in one["paid"] if row["fund"] == fund.pk]
    costs = [claim for one in contracts if one["state"] != ContractState.ENDED for claim in _costs(one, fund)]
    return Claims(rows, costs, {one["pk"]: f"{one['title']} ({one['provider__name']})" for one in contracts})


def _contracts(fund: PooledFund) -> QuerySet[Contract, dict[str, Any]]:
    """Signed contracts that this fund may pay for, with the whole months to which each runs today, the open funds that may pay for it
    and what is committed to it.
    """
    options = ContractOption.objects.filter(contract=OuterRef("pk"), exercised_on__isnull=False)
    extensions = TermExtension.objects.filter(contract=OuterRef("pk"))
    paid = Commitment.objects.filter(contract=OuterRef("pk")).order_by("pk")
    may_pay = Q(host=OuterRef("commissioner")) | Q(code=OuterRef("award__lot__tender__fund_code"))
    spans = PooledFund.objects.open().filter(may_pay).order_by("order", "code")
    mine = Q(commissioner=fund.host_id) | Q(award__lot__tender__fund_code=fund.code)
    of_fund = Q(pk__in=Commitment.objects.filter(fund=fund).values("contract"))
    return (
        Contract.objects.signed()
        .filter(of_fund | (mine & ~Q(state=ContractState.ENDED)))
        .order_by("area__order", "pk")
        .annotate(
            months=F("term_months") + _months(options) + _months(extensions),
            tender=F("award__lot__tender"),
            fund_code=F("award__lot__tender__fund_code"),
            spans=ArraySubquery(spans.values(json=JSONObject(key="pk", code="code", host="host", first="first_year", last="last_year"))),
            paid=ArraySubquery(paid.values(json=JSONObject(fund="fund", year="year", amount=Cast("amount", TextField())))),
        )
        .values(*FACTS, "spans", "paid")
    )


def _months(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values("contract").annotate(sum=Sum("months")).values("sum")), 0)


def _costs(one: dict[str, Any], fund: PooledFund) -> list[Claim]:
    found = []
    spans = [Span(row["key"], row["code"], row["host"], row["first"], row["last"]) for row in one["spans"]]
    who = {"commissioner": one["commissioner"], "fund_code": one["fund_code"] or ""}
    for year, cost in contract_years(one["annual_amount"], one["starts_on"], one["months"]).items():
        paid = _paid(one["paid"], year)
        payer = fund.pk if fund.pk in paid else next(iter(paid), None) or paying_fund(spans, year=year, **who)
        beyond = payer is None
        if payer == fund.pk or (beyond and last_fund(spans, year=year, **who) == fund.pk):
            found.append(Claim(one["pk"], one["starts_on"], year, cost, sum(paid.values(), NOTHING), one["tender"], beyond))
    return found


def _paid(rows: Iterable[dict[str, Any]], year: int) -> dict[int, Decimal]:
    """What each fund (by its key) has committed in a year, without what was released whole."""
    found: dict[int, Decimal] = {}
    for row in rows:
        if row["year"] == year:
            found[row["fund"]] = found.get(row["fund"], NOTHING) + Decimal(row["amount"])
    return {key: amount for key, amount in found.items() if amount}


@dataclass(frozen=True)
class Demand:
    """What a tender needs in each year of its term, and what others take of each year of the fund."""

    needed: dict[int, Decimal]
    taken: dict[int, Taken]


def demand_on(fund: PooledFund, *, today: date, of: Tender | None = None) -> Demand:
    """:param of: the tender that asks: all of its lots but those that go without an award. Its own lots and contracts take nothing from it."""
    own: list[dict[int, Decimal]] = []
    others: dict[int, list[dict[int, Decimal]]] = {}
    for lot in _lots(fund, of):
        years = contract_years(lot.annual_amount, lot.tender.contract_starts_on, lot.tender.term_months)
        if of and lot.tender_id == of.pk:
            own.append(years)
        elif not lot.is_signed:  # type: ignore[attr-defined]
            others.setdefault(lot.tender_id, []).append(years)
    claims = claims_on(fund)
    found = taken(claims.committed(of), claims.signed(today, of), asked_by_year(others))
    return Demand({year: amount for year, (amount, _) in sorted(asked_by_year({0: own}).items())}, found)


def _lots(fund: PooledFund, of: Tender | None) -> QuerySet[Lot]:
    """The lots of one tender and of the open tenders of the fund, without those of which it was decided that nobody gets them."""
    asking = Q(tender__fund_code=fund.code, tender__state__in=ASKING)
    lots = Lot.objects.filter(asking | Q(tender=of) if of else asking)
    signed = Exists(Contract.objects.signed().filter(award__lot=OuterRef("pk")))
    return lots.exclude(award__state=AwardState.APPROVED, award__provider=None).select_related("tender").annotate(is_signed=signed)
