"""Two tenders never pass on the same pounds; a tender is never in its own way. The fund has £259,000 a year from 2026/27 to 2028/29."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone

from commissioning.bids.models import Bid, LotOffer
from commissioning.evaluation.models import Award
from commissioning.kernel.gates import GateShut, blockers
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.working_days import add_working_days
from commissioning.organisations.roles import Role
from commissioning.tenders.actions import name_people, publish
from commissioning.tenders.models import Tender
from commissioning.tenders.rules import PUBLISH_GATE, london_moment
from funders.budget import actions as budget
from funders.pool.models import CostModel, PooledAlready
from funders.statements.queries import positions_of, secured_by_year
from tests.factories import make_contract, make_contribution, make_fund, make_organisation, make_seat, make_tender, moment
from tests.funders.contributions.test_race import at_once

NOON = moment("2026-11-22 12:00")


@pytest.fixture
def lead(fund):
    return make_seat(Role.LEAD_OFFICER, Role.COMMISSIONER, organisation=fund.host)


def let(lead, *amounts, **fields):
    """A tender with a lot of each amount a year, for two years from April 2027."""
    tender = make_tender(**{"by": lead, "lots": len(amounts), "fund_code": "pool", "term_months": 24, **fields})
    for lot, amount in zip(tender.lots.order_by("number"), amounts, strict=True):
        tender.lots.filter(pk=lot.pk).update(annual_amount=Decimal(amount))
    return tender


def said(tender, gate=PUBLISH_GATE):
    return [one.sentence for one in blockers(gate, tender)]


def award(lead, lot, *, provider=None):
    """The approved award of a lot, as the owner of the database; without a provider nobody gets it."""
    told = {"state": "approved", "proposed_at": NOON, "proposed_by": lead.person, "approved_at": NOON, "approved_by": make_seat().person}
    given = {"provider": provider, "score": Decimal(80), "reason": "x"} if provider else {"no_award_because": "Nobody was good enough."}
    if provider:
        bid = Bid.objects.create(organisation=provider, tender=lot.tender)
        given["offer"] = LotOffer.objects.create(bid=bid, lot=lot, organisation=provider, tender=lot.tender)
    return Award.objects.create(lot=lot, **told, **given)


def sign(lead, lot, **fields):
    """The contract of a lot, signed by both sides."""
    told = {"commissioner": lead.organisation, "annual_amount": lot.annual_amount, "state": "mobilising", "area": lot.area}
    told |= {"starts_on": date(2027, 4, 1), "term_months": 24, "ends_on": date(2029, 3, 31)}
    return make_contract(**{**told, "award": award(lead, lot, provider=make_organisation(is_provider=True)), **fields})


def commit(fund, contract):
    finance, officer = (make_seat(role, organisation=fund.host) for role in (Role.FINANCE, Role.COMMISSIONER))
    told = {"by": finance, "at": NOON}
    line = budget.add_line(fund=fund, label="Services", purpose="area", area=contract.area, cap_percent=None, **told)
    for year in (2027, 2028):
        why = {"reason": "The contract", "decision_reference": "Minute 1"}
        budget.allocate(line=line, year=year, pot="partnership", amount=contract.annual_amount, **why, **told)
    budget.commit(contract=contract, line=line, by=officer, at=NOON)


def test_a_tender_that_is_open_takes_its_money_from_the_next(lead):
    first, second = let(lead, "200000", state="published"), let(lead, "100000")
    assert said(first) == []
    assert said(second) == [
        f"{year}: £41,000.00 is missing. £100,000.00 is needed and £259,000.00 is pooled or agreed. Taken of the year already: £200,000.00 is "
        "asked for by another tender. Pledges count when they are agreed."
        for year in ("2027/28", "2028/29")
    ]
    Tender.objects.filter(pk=second.pk).update(state="published", published_at=NOON, published_by=lead.person)
    third = let(lead, "1")
    assert "£300,000.00 is asked for by two other tenders" in said(third)[0]


@pytest.mark.parametrize("state", ["draft", "contracted", "abandoned"])
def test_a_tender_that_is_not_open_takes_nothing(lead, state):
    let(lead, "200000", state=state)
    assert said(let(lead, "259000")) == []


@pytest.mark.parametrize("state", ["published", "closed", "opened", "moderated", "awarded"])
def test_a_tender_takes_its_money_from_publication_to_the_last_signature(lead, state):
    let(lead, "1", state=state)
    assert len(said(let(lead, "259000"))) == 2


def test_a_tender_of_another_fund_takes_nothing(lead, fund):
    make_fund(code="second", host=fund.host)
    let(lead, "200000", state="published", fund_code="second")
    assert said(let(lead, "259000")) == []


def test_a_lot_that_nobody_gets_takes_nothing(lead):
    tender = let(lead, "200000", "59000", state="moderated")
    award(lead, tender.lots.get(number=1))
    assert said(let(lead, "200000")) == []
    assert "£200,000.01 is needed" in said(let(lead, "200000.01"))[0]


def test_a_lot_after_the_first_was_signed_and_committed_still_passes(lead, fund):
    """All £259,000 in two lots: lot 1 signed, then committed; lot 2 is awarded and signed on what is left, and nobody else gets it."""
    tender, other = let(lead, "150000", "109000", state="awarded"), let(lead, "1000")
    second = SimpleNamespace(provider_id=1, lot=tender.lots.get(number=2))
    contract = sign(lead, tender.lots.get(number=1))
    assert blockers("award.approve", second) == blockers("contract.sign", SimpleNamespace(award=second)) == []
    assert "£150,000.00 is signed in contracts and not yet committed and £109,000.00 is asked for by another tender" in said(other)[0]
    commit(fund, contract)
    assert blockers("award.approve", second) == blockers("contract.sign", SimpleNamespace(award=second)) == []
    assert "£150,000.00 is committed to contracts and £109,000.00 is asked for by another tender" in said(other)[0]


def test_a_contract_from_before_the_portal_takes_the_money_of_its_commissioners_fund(lead, fund):
    told = {"commissioner": fund.host, "starts_on": date(2025, 4, 1), "term_months": 36, "ends_on": date(2028, 3, 31)}
    contract = make_contract(annual_amount=Decimal("162000"), **told)
    make_contract(annual_amount=Decimal("99000"), **{**told, "commissioner": make_organisation(is_commissioner=True)})
    (found,) = said(let(lead, "97000.01"))
    assert found.startswith("2027/28: £0.01 is missing.")
    assert "£162,000.00 is signed in contracts and not yet committed" in found
    contract.extensions.create(number=1, months=6, ground="More time")
    assert "2028/29: £0.01 is missing" not in said(let(lead, "97000.01"))[-1]
    assert "£81,000.00 is signed in contracts" in said(let(lead, "200000"))[-1]
    contract.state = "ended"
    contract.save()
    assert said(let(lead, "97000.01")) == []


def test_a_term_that_outlasts_the_fund_names_each_year_and_two_partners_let_it_pass(case):
    Tender.objects.filter(pk=case.tender.pk).update(term_months=48)
    case.tender.refresh_from_db()
    case.tender.lots.update(annual_amount=Decimal("100000"))
    assert said(case.tender) == [
        f"{year}: the fund ends before it. £200,000.00 is needed and nothing is agreed." for year in ("2029/30", "2030/31")
    ]
    case.confirm(case.propose())
    assert said(case.tender) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_tenders_published_at_the_same_moment_one_passes():
    host = make_organisation(is_funder=True, is_commissioner=True)
    today = timezone.localdate()
    year = FinancialYear.of(today).start
    make_fund(host=host, code="pool", first_year=year, last_year=year + 2)
    lead = make_seat(Role.LEAD_OFFICER, Role.COMMISSIONER, organisation=host)
    dates = {"contract_starts_on": date(year + 2, 4, 1), "deadline": london_moment(add_working_days(today, 5))}
    tenders = [ready(let(lead, "200000", term_months=12, **dates), lead) for _ in range(4)]
    told = {"by": lead, "now": timezone.now()}
    outcomes = at_once(lambda number: publish(tender=tenders[number], version=tenders[number].version, **told), len(tenders))
    refused = [one for one in outcomes if isinstance(one, GateShut)]
    assert [len(refused), Tender.objects.filter(state="published").count()] == [3, 1], outcomes
    assert all("£200,000.00 is asked for by another tender" in str(one) for one in refused)


def ready(tender, lead):
    """With all that the ground asks for: officers of two partners, evaluators, an assessment."""
    openers = [member(lead.organisation, Role.COMMISSIONER), member(make_organisation(is_commissioner=True), Role.COMMISSIONER)]
    evaluators = [member(make_organisation(is_commissioner=True), Role.EVALUATOR) for _ in range(3)]
    told = {"openers": openers, "evaluators": evaluators, "assessment": "Nobody has an interest.", "by": lead, "now": NOON}
    return name_people(tender=tender, version=tender.version, **told)


def member(organisation, role):
    seat = make_seat(role, organisation=organisation)
    return seat.person.memberships.get(organisation=organisation, role=role)


def test_what_a_gate_takes_as_secured_is_what_the_page_of_the_fund_says(fund, partner):
    """Also where an earlier version keeps its years."""
    make_contribution(fund=fund, by=partner.officer, year=2027, amount="41000.00", agreed_by=partner.approver)
    assert secured_by_year(fund) == {one.year: one.secured for one in positions_of(fund)}
    assert secured_by_year(fund)[2027] == Decimal("300000")
    version = CostModel.objects.create(fund=fund, number=1, reason="An earlier version", valid_from=date(2026, 4, 1))
    PooledAlready.objects.create(fund=fund, label="Police", amount=Decimal("7"), order=2, cost_model=version)
    fund.earlier_versions = {"2026": version.pk}
    fresh = {one.year: one.secured for one in positions_of(fund)}
    assert secured_by_year(fund) == fresh
    assert fresh[2026] == Decimal("7")
