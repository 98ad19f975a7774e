import re
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.roles import Role
from funders.contributions.models import Contribution, Pledge
from funders.contributions.queries import version_of
from tests.factories import make_contribution, make_fund, make_seat

THIS_YEAR = FinancialYear.of(timezone.localdate()).start
YEARS = [THIS_YEAR, THIS_YEAR + 1, THIS_YEAR + 2]
SHARE = "321,416.67"


@pytest.fixture
def running(db, fund):
    """A fund of three years that begins with the year of today."""
    fund.first_year, fund.last_year = YEARS[0], YEARS[-1]
    fund.save()
    return fund


@pytest.fixture
def officer(client_for, partner):
    return client_for(partner.officer)


@pytest.fixture
def approver(client_for, partner):
    return client_for(partner.approver)


def filled(**changes):
    amounts = {f"amount_{year}": SHARE for year in YEARS}
    return {"once": str(uuid.uuid4()), "conditions": "Subject to budget", **amounts, **changes}


def errors_on(response):
    """The sentences of the error summary."""
    summary = re.search(r'govuk-error-summary__list">(.*?)</ul>', response.content.decode(), re.DOTALL)
    return [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<li>(.*?)</li>", summary[1], re.DOTALL)] if summary else []


def address(name, *args):
    return reverse(f"contributions:{name}", args=args)


def test_the_form_proposes_the_partners_share_for_three_years(running, officer):
    page = officer.get(address("make_pledge", "pool")).content.decode()
    assert page.count('value="321,416.67"') == 3
    assert "7 : 4 : 1" in page


def test_a_partner_without_a_share_begins_with_empty_boxes(running, client_for, db):
    page = client_for(make_seat(Role.FUNDER_OFFICER)).get(address("make_pledge", "pool")).content.decode()
    assert "has no share for your sector" in page
    assert "321,416.67" not in page


def test_a_pledge_goes_by_form_check_and_confirmation(running, officer, partner):
    checked = officer.post(address("make_pledge", "pool"), filled())
    assert "Check your pledge" in checked.content.decode()
    assert not Pledge.objects.exists()
    sent = officer.post(address("make_pledge", "pool"), filled(step="confirm"))
    made = Pledge.objects.get()
    assert sent.url == address("pledge", made.reference)
    page = officer.get(sent.url).content.decode()
    assert "Pledge made" in page
    assert made.reference in page
    assert "£964,250.01" in page


def test_the_check_carries_what_was_typed_and_leads_back_to_it(running, officer):
    checked = officer.post(address("make_pledge", "pool"), filled()).content.decode()
    assert '<input type="hidden" name="conditions" value="Subject to budget"' in checked
    back = officer.post(address("make_pledge", "pool"), filled(step="back")).content.decode()
    assert "Subject to budget" in back
    assert "Check your pledge" not in back


def test_the_same_form_sent_twice_pledges_once_and_leads_to_the_same_page(running, officer):
    form = filled(step="confirm")
    first = officer.post(address("make_pledge", "pool"), form)
    second = officer.post(address("make_pledge", "pool"), form)
    assert (first.status_code, second.status_code, second.url) == (302, 302, first.url)
    assert Pledge.objects.count() == 1


def test_the_back_button_and_a_fresh_form_do_not_pledge_the_same_years_again(running, officer):
    officer.post(address("make_pledge", "pool"), filled(step="confirm"))
    again = officer.post(address("make_pledge", "pool"), filled(step="confirm"))
    assert errors_on(again) == ["Enter an amount for at least one year. If you give nothing for a year, enter 0."]
    assert "There is no year to pledge for" in again.content.decode()
    assert Pledge.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("£1,000.00", "1000.00"),
        ("1,000", "1000.00"),
        (" £ 1 000 ", "1000.00"),
        ("1000.5", "1000.50"),
        ("99999999.99", "99999999.99"),
        ("1,000.00 ", "1000.00"),
    ],
)
def test_amounts_are_read_as_people_type_them(running, officer, typed, kept):
    years = {f"amount_{year}": "" for year in YEARS[1:]}
    officer.post(address("make_pledge", "pool"), filled(step="confirm", **{f"amount_{YEARS[0]}": typed}, **years))
    assert [str(one.amount) for one in Contribution.objects.all()] == [kept]


@pytest.mark.parametrize("step", ["", "confirm"])
@pytest.mark.parametrize(
    "typed",
    [
        *("1e3", "1E+3", "NaN", "Infinity", "-Infinity", "1e400", "-5", "−5", "-0", "1.234", "100000000.01"),
        *("1,00", "0x10", "1_000", "£", "five", "¾", "١٢٣", "12;DROP TABLE", "=1+1", "<b>1</b>", "1.2.3", "551k"),
        pytest.param("9" * 400, id="400 nines"),
        pytest.param("1\x002", id="NUL inside"),
    ],
)
def test_what_is_no_amount_is_refused_in_own_words_and_kept(running, officer, typed, step):
    response = officer.post(address("make_pledge", "pool"), filled(step=step, **{f"amount_{YEARS[1]}": typed}))
    assert response.status_code == 200
    (said,) = errors_on(response)
    assert str(FinancialYear(YEARS[1])) in said
    assert "valid" not in said
    assert not Pledge.objects.exists()
    assert "Subject to budget" in response.content.decode()


def test_three_empty_boxes_are_no_pledge(running, officer):
    response = officer.post(address("make_pledge", "pool"), filled(step="confirm", **{f"amount_{year}": "" for year in YEARS}))
    assert errors_on(response) == ["Enter an amount for at least one year. If you give nothing for a year, enter 0."]


@pytest.mark.parametrize(
    "typed",
    ["x" * 10_000, "a\x00b", "\u202eevil", "z" + "\u0301" * 40, "🙂" * 2500],
    ids=["10,000 characters", "NUL", "right to left", "zalgo", "2,500 faces"],
)
def test_conditions_that_cannot_be_kept_are_refused_in_own_words(running, officer, typed):
    response = officer.post(address("make_pledge", "pool"), filled(step="confirm", conditions=typed))
    assert response.status_code == 200
    assert len(errors_on(response)) == 1
    assert not Pledge.objects.exists()


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "שלום עולם", "Zoë’s board; naïve", "=HYPERLINK(1)", "{{ 7 }}"])
def test_conditions_stand_as_they_were_typed_and_do_nothing(running, officer, typed):
    sent = officer.post(address("make_pledge", "pool"), filled(step="confirm", conditions=typed))
    assert Pledge.objects.get().conditions == typed
    assert "<script>alert" not in officer.get(sent.url).content.decode()


def test_fields_that_the_form_does_not_have_are_ignored(running, officer):
    officer.post(address("make_pledge", "pool"), filled(step="confirm", amount_1999="5", funder="1", state="agreed"))
    assert set(Contribution.objects.values_list("year", "state")) == {(year, "pledged") for year in YEARS}


def test_a_fund_whose_years_are_over_takes_no_pledge(officer):
    make_fund(code="old", first_year=2013, last_year=2013)
    assert "There is no year to pledge for" in officer.get(address("make_pledge", "old")).content.decode()
    response = officer.post(address("make_pledge", "old"), {"amount_2013": "5", "step": "confirm"})
    assert response.status_code == 200
    assert not Pledge.objects.exists()


def test_the_approver_agrees_on_one_page(running, officer, approver, partner):
    officer.post(address("make_pledge", "pool"), filled(step="confirm"))
    made = Pledge.objects.get()
    page = approver.get(address("agree", made.reference)).content.decode()
    assert "Subject to budget" in page
    version = version_of(made.contributions.all())
    form = {"years": YEARS, "decision_reference": "Board 14", "version": version, "once": str(uuid.uuid4())}
    form |= {"certainty": "unconditional", "why": "Each budget is voted."}
    sent = approver.post(address("agree", made.reference), form)
    assert sent.url == address("pledge", made.reference)
    assert set(Contribution.objects.values_list("state", "decision_reference")) == {("agreed", "Board 14")}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"decision_reference": ""}, "Enter the reference of the decision"),
        ({"decision_reference": "x" * 121}, "The reference of the decision has 121 characters and the most is 120: take out 1 character"),
        (
            {"decision_reference": "a\x00b"},
            "The reference of the decision holds a hidden character after ‘a’: delete it there and type it again",
        ),
        ({"years": []}, "Choose the years to agree: tick at least one"),
        ({"years": ["1999"]}, "The years to agree holds something that is not in the list: choose from the list"),
        ({"years": ["x' OR 1=1"]}, "The years to agree holds something that is not in the list: choose from the list"),
    ],
)
def test_an_agreement_that_is_not_filled_in_is_refused_in_own_words(running, partner, approver, changes, said):
    one = make_contribution(fund=running, by=partner.officer, year=YEARS[0])
    form = {"years": [YEARS[0]], "decision_reference": "Board 14", "version": 1, **changes}
    assert errors_on(approver.post(address("agree", one.pledge.reference), form)) == [said]
    one.refresh_from_db()
    assert one.state == "pledged"


@pytest.mark.parametrize("version", ["", "0", "99", "x", "1e3", "9" * 30])
def test_an_agreement_of_another_version_shows_the_pledge_again(running, partner, approver, version):
    one = make_contribution(fund=running, by=partner.officer, year=YEARS[0])
    form = {"years": [YEARS[0]], "decision_reference": "Board 14", "version": version}
    response = approver.post(address("agree", one.pledge.reference), form)
    assert "Read it again below" in errors_on(response)[0]
    assert 'value="Board 14"' in response.content.decode()
    again = approver.post(address("agree", one.pledge.reference), {**form, "version": 1})
    assert again.status_code == 302


def test_two_tabs_the_second_save_is_refused_and_loses_nothing(running, partner, officer):
    one = make_contribution(fund=running, by=partner.officer, year=YEARS[0])
    first = {"amount": "2,000", "reason": "The grant rose.", "version": 1, "step": "confirm"}
    assert officer.post(address("change", one.reference), first).status_code == 302
    second = {"amount": "3,000", "reason": "From the other tab.", "version": 1, "step": "confirm"}
    response = officer.post(address("change", one.reference), second)
    assert "changed this on" in errors_on(response)[0]
    page = response.content.decode()
    assert "From the other tab." in page
    assert 'name="version" value="2"' in page
    one.refresh_from_db()
    assert one.amount == Decimal("2000.00")


def test_a_change_is_checked_before_it_is_made(running, partner, officer):
    one = make_contribution(fund=running, by=partner.officer, year=YEARS[0])
    form = {"amount": "2,000", "reason": "The grant rose.", "version": 1}
    page = officer.post(address("change", one.reference), form).content.decode()
    assert "£1,000.00" in page
    assert "£2,000.00" in page
    one.refresh_from_db()
    assert one.amount == Decimal("1000.00")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amount": ""}, "Enter the new amount in pounds, like 321,416.67"),
        ({"amount": "-1"}, "The new amount must be £0 or more: take out the minus sign"),
        ({"amount": "1,000.00"}, "The amount is £1,000.00 already. Enter another amount, or leave the page."),
        ({"reason": " "}, "Enter the reason for the change"),
        ({"reason": "no"}, "Give the reason in a sentence. It stays in the history and the host partner reads it."),
    ],
)
def test_a_change_that_says_too_little_is_refused(running, partner, officer, changes, said):
    one = make_contribution(fund=running, by=partner.officer, year=YEARS[0])
    form = {"amount": "2,000", "reason": "The grant rose.", "version": 1, "step": "confirm", **changes}
    assert errors_on(officer.post(address("change", one.reference), form)) == [said]


def test_a_withdrawal_is_checked_then_done(running, partner, officer):
    one = make_contribution(fund=running, by=partner.officer, year=YEARS[0])
    form = {"reason": "The grant did not come.", "version": 1}
    assert "cannot be taken back" in officer.post(address("withdraw", one.reference), form).content.decode()
    officer.post(address("withdraw", one.reference), {**form, "step": "confirm"})
    page = officer.get(address("contribution", one.reference)).content.decode()
    assert "The grant did not come." in page
    assert "Withdrawn" in page
    assert officer.get(address("withdraw", one.reference)).url == address("contribution", one.reference)


def test_an_agreed_contribution_offers_no_change_to_its_officer(running, partner, officer):
    one = make_contribution(fund=running, by=partner.officer, year=YEARS[0], agreed_by=partner.approver)
    page = officer.get(address("contribution", one.reference)).content.decode()
    assert address("change", one.reference) not in page
    assert address("withdraw", one.reference) not in page
    assert officer.get(address("change", one.reference)).status_code == 302


def test_a_session_that_ends_sends_to_the_sign_in_and_writes_nothing(running, officer):
    officer.session.flush()
    response = officer.post(address("make_pledge", "pool"), filled(step="confirm"))
    assert response.url.startswith(reverse("account_login"))
    assert not Pledge.objects.exists()


@pytest.mark.parametrize("name", ["contribution", "change", "withdraw"])
def test_anothers_contribution_is_not_there(running, other, officer, name):
    one = make_contribution(fund=running, by=other.officer, year=YEARS[0])
    theirs, none = officer.get(address(name, one.reference)), officer.get(address(name, "CB-22222222"))
    assert (theirs.status_code, none.status_code) == (404, 404)


@pytest.mark.parametrize("name", ["pledge", "agree"])
def test_anothers_pledge_is_not_there(running, other, approver, name):
    one = make_contribution(fund=running, by=other.officer, year=YEARS[0])
    assert approver.get(address(name, one.pledge.reference)).status_code == 404


def test_the_host_reads_a_partners_contribution_and_cannot_touch_it(running, partner, client_for):
    one = make_contribution(fund=running, by=partner.officer, year=YEARS[0])
    host = client_for(make_seat(Role.FINANCE, Role.FUNDER_OFFICER, Role.FUNDER_APPROVER, organisation=running.host))
    assert host.get(address("contribution", one.reference)).status_code == 200
    assert host.get(address("pledge", one.pledge.reference)).status_code == 200
    for name in ("change", "withdraw"):
        assert host.get(address(name, one.reference)).status_code == 404
    assert host.get(address("agree", one.pledge.reference)).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role != Role.FUNDER_OFFICER])
def test_only_an_officer_opens_the_pledge_form(running, partner, client_for, role):
    seat = make_seat(role, organisation=partner.organisation)
    assert client_for(seat).get(address("make_pledge", "pool")).status_code == 403


def test_my_list_filters_and_comes_as_a_file(running, partner, other, officer):
    mine = make_contribution(fund=running, by=partner.officer, year=YEARS[0])
    agreed = make_contribution(fund=running, by=partner.officer, year=YEARS[1], agreed_by=partner.approver)
    theirs = make_contribution(fund=running, by=other.officer, year=YEARS[0])
    page = officer.get(address("list")).content.decode()
    assert [one.reference in page for one in (mine, agreed, theirs)] == [True, True, False]
    narrowed = officer.get(address("list"), {"state": "agreed", "format": "csv"}).content.decode()
    assert [one.reference in narrowed for one in (mine, agreed, theirs)] == [False, True, False]


@pytest.mark.parametrize(
    "query",
    [
        "state=x",
        "fund=' OR 1=1",
        "page=999",
        "page=x",
        "search=%00",
        "format=exe",
        pytest.param("search=" + "z" * 5000, id="5,000 letters"),
    ],
)
def test_a_filter_that_cannot_be_read_shows_the_list(running, officer, query):
    assert officer.get(f"{address('list')}?{query}").status_code == 200


def test_the_pages_cost_the_same_with_one_and_with_many(running, partner, officer, django_assert_num_queries):
    make_contribution(fund=running, by=partner.officer, year=YEARS[0])
    officer.get(address("list"))
    with CaptureQueriesContext(connection) as few:
        officer.get(address("list"))
    for year in YEARS[1:]:
        make_contribution(fund=running, by=partner.officer, year=year)
    with django_assert_num_queries(len(few)):
        officer.get(address("list"))
    assert len(few) <= 15
