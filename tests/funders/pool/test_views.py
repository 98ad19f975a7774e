"""Setting up a fund in the browser's eyes: who opens what, bad input, two people editing, the same form twice, files."""

import csv
import io
import re

import pytest
from django.urls import reverse

from commissioning.organisations.roles import Role
from funders.pool.models import CostLine, PooledAlready, PooledFund
from funders.pool.permissions import READERS, WRITERS
from tests.factories import make_organisation, make_seat

LINE = {"label": "Community cases", "quantity": "1,300", "unit": "case", "unit_cost_amount": "£500", "one_off_year": ""}
SOURCE = {"label": "Councils", "amount": "190,000", "giver": "", "poolable": "yes", "condition": "", "pot": "", "note": ""}


def url(name, *args):
    return reverse(f"fund_setup:{name}", args=args)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def rows_of(response):
    content = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


@pytest.fixture
def lead(host, client_for):
    return client_for(host.lead)


@pytest.fixture
def details(host):
    return {
        "name": "Our own fund",
        "code": "a-fund",
        "first_year": "2026",
        "last_year": "2028",
        "pool_manager": host.finance.person.reference,
        "base": "gap",
        "credit_existing": "no",
        "elsewhere_cost": "",
        "elsewhere": "",
        "source": "",
    }


def test_a_fund_is_set_up_and_shown_to_its_host_as_a_draft(lead, details, client_for):
    answer = lead.post(url("new"), details, follow=True)
    assert "Only your organisation sees it" in words(answer)
    assert "Still to do" in words(answer)
    fund = PooledFund.objects.get(code="a-fund")
    assert (fund.state, fund.elsewhere_cost) == ("draft", 0)
    assert "Draft" in words(lead.get("/fund/"))
    assert "This fund is a draft" in words(lead.get("/fund/a-fund/"))
    stranger = client_for(make_seat(Role.LEAD_OFFICER))
    assert "Our own fund" not in words(stranger.get("/fund/"))
    for path in ("/fund/a-fund/", "/fund/a-fund/contributions/", url("versions", "a-fund"), url("workshop", "a-fund")):
        assert stranger.get(path).status_code == 404


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "Enter the name of the fund"),
        ({"code": "Kent 2027"}, "Write the short name in small letters"),
        ({"code": "new"}, "Write the short name in small letters"),
        ({"last_year": "2025"}, "the first one or a later one"),
        ({"first_year": "1926"}, "not one of the choices"),
        ({"pool_manager": ""}, "Choose the pool manager"),
        ({"base": ""}, "Choose"),
        ({"elsewhere_cost": "-1"}, "take out the minus sign"),
    ],
)
def test_details_that_cannot_be_are_told(lead, details, changed, said):
    answer = lead.post(url("new"), {**details, **changed})
    assert answer.status_code == 200
    assert said.lower() in words(answer).lower()
    assert not PooledFund.objects.filter(code="a-fund").exists()


def test_the_short_name_of_a_draft_that_nobody_else_sees_is_taken_too(host, details, client_for, as_app):
    host.set_up(code="a-fund")
    stranger = make_seat(Role.LEAD_OFFICER)
    finance = make_seat(Role.FINANCE, organisation=stranger.organisation)
    with as_app(stranger.organisation):
        assert not PooledFund.objects.filter(code="a-fund").exists()
        answer = client_for(stranger).post(url("new"), {**details, "pool_manager": finance.person.reference})
        assert "Another fund has this short name" in words(answer)


def test_without_a_finance_officer_the_page_says_what_to_do(client_for):
    page = words(client_for(make_seat(Role.LEAD_OFFICER)).get(url("new")))
    assert "Nobody can be the pool manager yet" in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"quantity": "1e3"}, "Write the quantity in full"),
        ({"quantity": "0"}, "must be more than 0"),
        ({"quantity": "1.001"}, "no more than 2 figures after the point"),
        ({"quantity": ""}, "Enter the quantity"),
        ({"unit_cost_amount": "1e400"}, "in full"),
        ({"unit_cost_amount": "NaN"}, "in figures"),
        ({"unit_cost_amount": "Infinity"}, "in figures"),
        ({"unit_cost_amount": "-5"}, "take out the minus sign"),
        ({"unit_cost_amount": "1.001"}, "no more than 2 figures after the point"),
        ({"unit_cost_amount": "0"}, "more than £0"),
        ({"unit_cost_amount": "999,999,999,999"}, "Check the number of noughts"),
        ({"unit_cost_amount": ""}, "Enter the cost of one unit"),
        ({"label": ""}, "Enter what is paid for"),
        ({"one_off_year": "2031"}, "not one of the choices"),
    ],
)
def test_a_cost_line_that_cannot_be_is_told_and_what_was_typed_stays(host, lead, changed, said):
    host.set_up()
    answer = lead.post(url("add_line", "by-hand"), {**LINE, **changed})
    assert answer.status_code == 200
    assert said.lower() in words(answer).lower()
    assert 'value="case"' in answer.content.decode()
    assert not CostLine.objects.exists()


@pytest.mark.parametrize("typed", ["£1,000.00", "1,000", " 1000 "])
def test_amounts_are_read_as_people_type_them(host, lead, typed):
    host.set_up()
    lead.post(url("add_source", "by-hand"), {**SOURCE, "amount": typed})
    assert PooledAlready.objects.get().amount == 1000


def test_zero_is_an_answer_and_blank_is_not(host, lead):
    host.set_up()
    answer = lead.post(url("add_source", "by-hand"), {**SOURCE, "amount": ""})
    assert "Enter the amount a year" in words(answer)
    assert lead.post(url("add_source", "by-hand"), {**SOURCE, "amount": "0"}).status_code == 302
    assert PooledAlready.objects.get().amount == 0


def test_police_money_in_the_wrong_pot_is_explained(host, lead, other):
    host.set_up()
    typed = {**SOURCE, "label": "Police", "giver": f"partner-{other.organisation.code}", "pot": "s75"}
    answer = lead.post(url("add_source", "by-hand"), typed)
    assert "Section 75 takes NHS bodies and local authorities only. Police and crime commissioners give by" in words(answer)
    lead.post(url("add_source", "by-hand"), {**typed, "pot": ""})
    assert PooledAlready.objects.get().pot == "crime_grant"


def test_shares_are_set_and_wrong_ones_told(host, lead):
    fund = host.set_up()
    assert "at least one sector a part" in words(lead.post(url("shares", "by-hand"), {"version": fund.version}))
    typed = {"parts_health": "7", "cost_health": "69", "parts_cjs": "4", "version": fund.version}
    assert "Give the cost of each sector" in words(lead.post(url("shares", "by-hand"), typed))
    assert lead.post(url("shares", "by-hand"), {**typed, "cost_cjs": "44"}).status_code == 302
    assert [(one.sector, one.parts) for one in fund.sector_shares.all()] == [("health", 7), ("cjs", 4)]


def test_parts_of_partners_are_saved(host, lead, partner):
    fund = host.written()
    page = words(lead.get(url("members", "by-hand")))
    assert "Health partner" in page
    typed = {f"part_{one.code}": "1" for one in (partner.organisation, host.organisation)}
    typed[f"part_{partner.organisation.code}"] = "3"
    assert lead.post(url("members", "by-hand"), {**typed, "version": fund.version}).status_code == 302
    assert fund.member_shares.get().parts == 3
    assert "Health partner 3" in words(lead.get(url("workshop", "by-hand")))


def test_a_second_officer_is_told_who_saved_and_keeps_what_they_typed(host, lead):
    fund = host.set_up()
    made = host.line(fund)
    address = url("line", "by-hand", made.pk)
    answer = lead.post(address, {**LINE, "quantity": "1,234", "version": fund.version})
    assert "saved this on" in words(answer)
    assert 'value="1,234"' in answer.content.decode()
    made.refresh_from_db()
    assert made.quantity == 1300


def test_the_same_form_sent_twice_adds_once(host, lead):
    host.set_up()
    page = lead.get(url("add_line", "by-hand")).content.decode()
    once = re.search(r'name="once" value="([^"]+)"', page)[1]
    for _ in range(2):
        assert lead.post(url("add_line", "by-hand"), {**LINE, "once": once}).status_code == 302
    assert CostLine.objects.count() == 1


def test_a_row_is_removed_after_it_was_confirmed(host, lead):
    fund = host.set_up()
    made = host.line(fund)
    address = url("remove_line", "by-hand", made.pk)
    assert "Remove this cost line" in words(lead.get(address))
    assert CostLine.objects.exists()
    assert lead.post(address, {"version": host.now(fund).version}).status_code == 302
    assert not CostLine.objects.exists()
    assert lead.get(address).status_code == 404


def test_a_fund_that_is_not_ready_says_what_is_missing(host, lead):
    host.set_up()
    assert "The fund cannot be opened yet" in words(lead.get(url("open", "by-hand")))


def test_from_the_draft_to_the_second_version(host, lead, partner, client_for):
    fund = host.written()
    page = words(lead.get(url("open", "by-hand")))
    assert "Health partner" in page
    assert "£321,416.67" in page
    typed = {"reason": "The report of 2012.", "version": fund.version}
    assert "The fund is open" in words(lead.post(url("open", "by-hand"), typed, follow=True))
    reader = client_for(partner.officer)
    assert "£321,416.67" in words(reader.get("/fund/by-hand/"))
    assert lead.get(url("add_line", "by-hand")).status_code == 404
    lead.post(url("prepare", "by-hand"))
    lead.post(url("add_line", "by-hand"), {**LINE, "label": "More cases", "quantity": "100"})
    assert "More cases" not in words(reader.get("/fund/by-hand/"))
    typed = {"base": "gap", "credit_existing": "no", "from_year": "2027", "reason": "More cases are referred."}
    typed["version"] = host.now(fund).version
    checked = words(lead.post(url("put_into_force", "by-hand"), typed))
    assert "Check the new version" in checked
    assert "Asked from 2027/28 on" in checked
    assert "+£29,166.67" in checked
    assert "Put the new version into force" in words(lead.post(url("put_into_force", "by-hand"), {**typed, "step": "back"}))
    lead.post(url("put_into_force", "by-hand"), {**typed, "step": "confirm"})
    versions = rows_of(reader.get(url("versions", "by-hand"), {"format": "csv"}))
    assert versions[0] == ["What", "Version 1", "Version 2"]
    told = {row[0]: row[1:] for row in versions}
    assert told["Reason"] == ["The report of 2012.", "More cases are referred."]
    assert told["Required each year"] == ["£810,000.00", "£860,000.00"]
    assert told["Cost: More cases"][0] == ""
    assert [row[0] for row in versions].index("Cost: More cases") < [row[0] for row in versions].index("Required each year")


def test_a_prepared_version_is_dropped_after_it_was_confirmed(host, lead):
    fund = host.opened()
    lead.post(url("prepare", "by-hand"))
    assert "What is in force stays" in words(lead.get(url("drop", "by-hand")))
    lead.post(url("drop", "by-hand"), {"version": host.now(fund).version})
    assert "Prepare a new version" in words(lead.get(url("workshop", "by-hand")))
    assert lead.get(url("drop", "by-hand")).status_code == 404


@pytest.mark.parametrize("role", Role)
def test_only_who_writes_for_the_host_opens_the_workshop(host, client_for, role):
    host.opened()
    reader = client_for(make_seat(role, organisation=host.organisation))
    assert reader.get(url("workshop", "by-hand")).status_code == (200 if role in WRITERS else 403)
    assert reader.get(url("new")).status_code == (200 if role in WRITERS else 403)
    assert reader.get(url("versions", "by-hand")).status_code == (200 if role in READERS else 403)
    stranger = client_for(make_seat(role))
    assert stranger.get(url("workshop", "by-hand")).status_code == (404 if role in WRITERS else 403)


def test_an_organisation_that_commissions_nothing_sets_up_no_fund(client_for):
    outsider = client_for(make_seat(Role.LEAD_OFFICER, organisation=make_organisation(is_funder=True)))
    assert outsider.get(url("new")).status_code == 404
    assert "Set up a fund" not in words(outsider.get("/fund/"))


def test_the_page_costs_the_same_with_two_and_with_many_rows(host, lead, django_assert_num_queries):
    fund = host.written()
    with django_assert_num_queries(16, exact=False):
        lead.get(url("workshop", "by-hand"))
    for number in range(20):
        host.line(fund, f"Line {number}")
        host.source(fund, f"Source {number}")
    with django_assert_num_queries(16, exact=False):
        assert "Line 19" in words(lead.get(url("workshop", "by-hand")))


@pytest.mark.parametrize(("table", "first"), [("requirement", "What is needed each year"), ("sources", "Source")])
def test_requirement_and_sources_come_as_files(host, lead, table, first):
    host.written()
    assert rows_of(lead.get(url("workshop", "by-hand"), {"format": "csv", "table": table}))[0][0] == first
    assert lead.get(url("workshop", "by-hand"), {"format": "xlsx", "table": table})["Content-Disposition"].startswith("attachment")


def test_the_page_of_the_fund_prints_every_choice_and_what_the_split_leaves_out(host, client_for):
    host.opened(elsewhere="housing, civil legal and others")
    page = words(client_for(host.finance).get("/fund/by-hand/"))
    for sentence in (
        "The split counts £121 million of the £321 million that domestic abuse costs a year: £200 million falls elsewhere",
        "Housing, civil legal and others",
        "The gap: what is required less what is pooled already",
        "Health 7, Criminal justice 4 and Social services 1",
        "To the largest fractions, then to the first listed",
        "Version 1, valid from 22 November 2026",
        "+£7,210.06",
    ):
        assert sentence in page
