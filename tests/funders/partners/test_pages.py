"""A partner's own page, and the agreement to sign."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.roles import Role
from funders.contributions import actions
from funders.contributions.models import Contribution
from funders.in_kind import actions as in_kind
from funders.partners.pdf import data_of, pdf_of
from funders.partners.queries import agreement_of, version_at
from funders.pool.models import CostLine, CostModel
from funders.receipts.actions import countersign
from funders.year_end.queries.outturn import agreed_cash
from funders.year_end.rules import surplus_shares
from tests.factories import make_contribution, make_seat, moment

OWN = "/partner/"
NOON = moment("2026-02-20 12:00")
TODAY = date(2026, 11, 22)
THIS_YEAR = FinancialYear.of(timezone.localdate()).start


@pytest.fixture
def agreed(fund, partner, noon):
    """£1,000.00 for 2026/27 that waits for a grant letter, paid in four, only for court posts."""
    one = make_contribution(fund=fund, by=partner.officer, agreed_by=partner.approver)
    told = {"contribution": one, "by": partner.approver, "at": noon}
    actions.set_terms(pot="s75", purpose="Court posts", districts=[], use_until=date(2027, 3, 31), version=1, **told)
    actions.set_condition(condition="The grant letter", due_on=date(2027, 3, 1), reason="It is decided in spring.", version=2, **told)
    countersign(contribution=one, plan=4, by=make_seat(Role.FINANCE, organisation=fund.host), at=noon)
    return one


@pytest.fixture
def gift(fund, partner, noon):
    days = {"starts_on": date(2026, 9, 1), "ends_on": date(2027, 3, 31)}
    told = {"title": "Coordinator", "fte": Decimal("0.6"), "annual_rate": Decimal("41385"), "evidence_note": "Establishment list"}
    made = in_kind.give_post(fund=fund, funder=partner.organisation, by=partner.officer, at=noon, **told, **days)
    return in_kind.agree(gift=made, decision_reference="Minute 3", by=partner.approver, version=1, at=noon)


def test_the_agreement_says_everything_that_both_sides_sign(agreed, gift, partner):
    found = agreement_of(partner.officer, agreed.pledge.reference, TODAY)
    data = data_of(found, TODAY)
    assert (data["fund"], data["host"], data["partner"]) == ("The fund", "Host Council", "Health partner")
    assert data["years"] == [["2026/27", "£1,000.00", "Agreed, waits for its condition", "Board 1"]]
    assert [row[2] for row in data["instalments"]] == ["£250.00"] * 4
    assert data["conditions"][0].startswith("2026/27: The grant letter. Decided by Monday 1 March 2027.")
    assert data["terms"] == [["2026/27", "Section 75 agreement", "Only for: Court posts. Usable until: Wednesday 31 March 2027"]]
    assert [one["heading"] for one in data["checklist"]] == [
        "Aims and outcomes",
        "Contributions and how they vary",
        "Functions",
        "People and services",
        "Staff, goods and accommodation",
        "Duration and review",
        "Management",
    ]
    assert "worth £14,484.75" in data["checklist"][4]["sentences"][0]
    assert data["total"] == "£1,000.00"


def test_the_agreement_names_the_costs_of_the_version_that_was_in_force_when_it_was_agreed(agreed, partner):
    """What an older version cost, or one that came later or is being written, is not what the partner agreed to."""
    fund, by = agreed.fund, partner.officer.person
    days = {1: moment("2025-11-03 12:00"), 2: moment("2026-02-02 12:00"), 3: moment("2026-06-01 12:00")}
    versions = {
        number: CostModel.objects.create(fund=fund, number=number, valid_from=at.date(), reason="It changed", made_at=at, made_by=by)
        for number, at in days.items()
    }
    fund.cost_lines.update(cost_model=versions[1])
    for number, label in ((2, "More cases"), (3, "Fewer cases"), (None, "Being written")):
        told = {"cost_model": versions.get(number), "quantity": 1400, "unit": "case", "unit_cost_amount": 500}
        CostLine.objects.create(fund=fund, label=label, one_off_year=2027 if number == 2 else None, order=9, **told)
    type(fund).objects.update(in_force=versions[3])
    Contribution.objects.filter(pk=agreed.pk).update(agreed_at=moment("2026-02-20 10:00"))
    later = make_contribution(fund=fund, by=partner.officer, year=2027, agreed_by=partner.approver)
    Contribution.objects.filter(pk=later.pk).update(agreed_at=moment("2026-07-01 10:00"), pledge=agreed.pledge)
    data = data_of(agreement_of(partner.officer, agreed.pledge.reference, TODAY), TODAY)
    assert data["checklist"][0]["sentences"] == [
        "For 2026/27, by version 2 of the cost model, from Monday 2 February 2026, in force when it was agreed, the fund pays for:",
        "More cases: 1,400 cases once, in 2027/28.",
        "For 2027/28, by version 3 of the cost model, from Monday 1 June 2026, in force when it was agreed, the fund pays for:",
        "Fewer cases: 1,400 cases a year.",
    ]


def test_what_was_agreed_before_the_first_version_stands_by_the_first():
    one, two = (CostModel(number=number, made_at=moment(f"2026-0{number}-01 12:00")) for number in (2, 3))
    assert version_at([one, two], moment("2026-01-01 12:00"), 2026) == one
    assert version_at([one, two], moment("2026-02-15 12:00"), 2026) == one
    assert version_at([one, two], moment("2026-03-01 12:00"), 2026) == two
    assert version_at([CostModel(number=1, valid_from=date(2026, 1, 1)), one], moment("2026-01-15 12:00"), 2026).number == 1
    assert version_at([], moment("2026-01-01 12:00"), 2026) is None


def test_a_version_that_counts_from_a_later_year_is_not_what_an_earlier_one_was_agreed_by():
    first, later = CostModel(number=1, made_at=NOON), CostModel(number=2, made_at=NOON, from_year=2027)
    assert [version_at([first, later], NOON, year) for year in (2026, 2027)] == [first, later]


def test_the_agreement_says_each_share_of_a_surplus_as_a_year_end_reckons_it(fund, partner, other, noon):
    """£190,000 beside £39,000 and £30,000 in one pot; another pot is not counted, nor what waits, nor a charitable grant."""
    one = make_contribution(fund=fund, by=partner.officer, amount="190000.00", agreed_by=partner.approver)
    waits = make_contribution(fund=fund, by=other.officer, amount="39000.00", agreed_by=other.approver)
    third = make_seat(Role.FUNDER_OFFICER)
    make_contribution(fund=fund, by=third, amount="30000.00", agreed_by=other.approver)
    Contribution.objects.update(pot="partnership")
    assert shares_of(one, partner) == [["2026/27, Partnership agreement", "£190,000.00", "£259,000.00", "73.36 %"]]
    agreed = agreed_cash(fund, 2026)["partnership"]
    assert surplus_shares(Decimal("1000.00"), list(agreed.values()))[list(agreed).index(partner.organisation)] == Decimal("733.59")
    told = {"condition": "The grant letter", "due_on": date(2027, 3, 1), "reason": "It is decided in spring."}
    actions.set_condition(contribution=waits, by=other.approver, version=1, at=noon, **told)
    assert shares_of(one, partner)[0][2:] == ["£220,000.00", "86.36 %"]
    assert shares_of(waits, other)[0][3] == "None until its condition is met"
    Contribution.objects.filter(pk=one.pk).update(pot="charitable")
    assert shares_of(one, partner)[0][3] == "None: it keeps its purpose"


def shares_of(contribution, whose):
    return data_of(agreement_of(whose.officer, contribution.pledge.reference, TODAY), TODAY)["shares"]


def test_the_agreement_says_who_agreed_and_who_counter_signed_and_when(agreed, partner, noon):
    Contribution.objects.filter(pk=agreed.pk).update(agreed_at=moment("2026-02-20 10:00"))
    found = agreement_of(partner.officer, agreed.pledge.reference, TODAY)
    signer = agreed.schedule.countersigned_by
    assert data_of(found, TODAY)["hands"] == [
        ["2026/27", f"{partner.approver.person}, Friday 20 February 2026", f"{signer}, Sunday 22 November 2026"]
    ]
    unsigned = make_contribution(fund=agreed.fund, by=partner.officer, year=2027, agreed_by=partner.approver)
    found = agreement_of(partner.officer, unsigned.pledge.reference, TODAY)
    assert data_of(found, TODAY)["hands"][0][2] == "Not counter-signed yet"


def test_the_agreement_says_why_conditions_do_not_hold_the_money_back(fund, partner):
    one = make_contribution(fund=fund, by=partner.officer, agreed_by=partner.approver)
    Contribution.objects.filter(pk=one.pk).update(unconditional_because="The board voted in March.")
    data = data_of(agreement_of(partner.officer, one.pledge.reference, TODAY), TODAY)
    assert data["conditions"] == ["2026/27: unconditional, as the partner’s approver said: The board voted in March."]


def test_the_agreement_is_a_tagged_pdf(agreed, partner):
    content = pdf_of(agreement_of(partner.officer, agreed.pledge.reference, TODAY), TODAY)
    assert content.startswith(b"%PDF-")
    assert b"StructTreeRoot" in content
    assert b"pdfuaid" in content


def test_only_what_is_agreed_has_an_agreement_and_only_its_readers_get_it(client_for, fund, partner, other, agreed):
    pledged = make_contribution(fund=fund, by=partner.officer, year=2027)
    address = reverse("partners:agreement", args=[agreed.pledge.reference])
    response = client_for(partner.officer).get(address)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    assert client_for(make_seat(Role.FINANCE, organisation=fund.host)).get(address).status_code == 200
    assert client_for(other.officer).get(address).status_code == 404
    assert client_for(make_seat(Role.BID_MANAGER)).get(address).status_code == 403
    assert client_for(partner.officer).get(reverse("partners:agreement", args=[pledged.pledge.reference])).status_code == 404


@pytest.fixture
def running(fund):
    fund.first_year, fund.last_year = THIS_YEAR, THIS_YEAR + 2
    fund.save()
    return fund


def test_a_partner_sees_what_is_asked_said_due_signed_and_given(client_for, running, partner, agreed, gift):
    page = client_for(partner.officer).get(OWN).content.decode()
    for words in (
        "£321,416.67",
        "Conditional",
        "When you pay",
        "Waits for its condition",
        "to sign (PDF)",
        "In kind, never cash",
        "Coordinator",
    ):
        assert words in page
    assert reverse("contributions:make_pledge", args=["pool"]) in page
    assert reverse("accounts:giver", args=["pool", partner.officer.organisation.code]) in page


def test_a_partner_that_has_said_nothing_is_led_to_the_pledge(client_for, running, other):
    page = client_for(other.officer).get(OWN).content.decode()
    assert "You have said nothing yet" in page
    assert "You give nothing in kind" in page
    approvers = client_for(other.approver).get(OWN).content.decode()
    assert reverse("contributions:make_pledge", args=["pool"]) not in approvers


@pytest.mark.parametrize("role", [Role.FINANCE, Role.BID_MANAGER, Role.BOARD_MEMBER])
def test_it_is_the_page_of_those_who_give(client_for, db, role):
    assert client_for(make_seat(role)).get(OWN).status_code == 403


def test_the_page_costs_the_same_with_one_and_with_many(client_for, running, partner, django_assert_num_queries):
    client = client_for(partner.officer)
    make_contribution(fund=running, by=partner.officer, year=THIS_YEAR, agreed_by=partner.approver)
    client.get(OWN)
    with CaptureQueriesContext(connection) as few:
        client.get(OWN)
    for year in (1, 2):
        make_contribution(fund=running, by=partner.officer, year=THIS_YEAR + year, agreed_by=partner.approver)
    with django_assert_num_queries(len(few)):
        client.get(OWN)
    assert len(few) <= 20


def test_a_pledge_for_three_years_takes_two_clicks_from_the_own_page(client_for, running, partner):
    """Open the form with the asked amounts in it, Continue, Send: nothing has to be typed."""
    client = client_for(partner.officer)
    where = reverse("contributions:make_pledge", args=["pool"])
    page = client.get(where).content.decode()
    assert page.count('value="321,416.67"') == 3
    assert "Why this amount" in page
    told = {f"amount_{THIS_YEAR + year}": "321,416.67" for year in range(3)} | {"conditions": ""}
    assert "Check your pledge" in client.post(where, told).content.decode()
    assert client.post(where, {**told, "step": "confirm"}).status_code == 302
    assert Contribution.objects.filter(state="pledged").count() == 3
