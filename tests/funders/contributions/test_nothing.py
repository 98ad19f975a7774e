"""Zero is an answer, blank is not: £0 for a year is kept with its day and its reason, and needs no money and no agreement."""

import csv
import re
import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from commissioning.audit.models import AuditEntry
from commissioning.kernel.life_cycle import MoveRefused
from commissioning.kernel.models import Job
from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.roles import Role
from funders.contributions import actions
from funders.contributions.models import Contribution, ContributionEvent, Pledge
from funders.contributions.queries import own_sums, pledges_to_agree, sums_by_year, version_of
from funders.contributions.rules import AgreementRefused, PledgeRefused, check_change, check_pledge
from tests.factories import make_contribution, make_seat

THIS_YEAR = FinancialYear.of(timezone.localdate()).start
YEARS = [THIS_YEAR, THIS_YEAR + 1, THIS_YEAR + 2]
NOTHING = Decimal("0.00")
WHY = "The council’s plan has no money for it."


@pytest.fixture
def running(fund):
    """A fund of three years that begins with the year of today."""
    fund.first_year, fund.last_year = YEARS[0], YEARS[-1]
    fund.save()
    return fund


@pytest.fixture
def officer(client_for, partner):
    return client_for(partner.officer)


def answer(fund, partner, noon, amounts, **changes):
    told = {"fund": fund, "funder": partner.organisation, "amounts": amounts, "conditions": "", "by": partner.officer, "at": noon}
    return actions.pledge(**{**told, **changes})


def page_of(response):
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def table_row(response, first):
    """The cells of the row whose first cell says this."""
    for row in re.findall(r"<tr class=\"govuk-table__row\"[^>]*>(.*?)</tr>", response.content.decode(), re.DOTALL):
        cells = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", one)).strip() for one in re.findall(r"<t[dh].*?</t[dh]>", row, re.DOTALL)]
        if cells and cells[0] == first:
            return cells
    return []


def filled(**changes):
    return {"once": str(uuid.uuid4()), "conditions": "", "reason": "", **{f"amount_{year}": "" for year in YEARS}, **changes}


def address(name, *args):
    return reverse(f"contributions:{name}", args=args)


# The rules


def rule(amounts, **changes):
    told = {"conditions": "", "fund_years": YEARS, "standing": (), "today": date(THIS_YEAR, 6, 1)}
    check_pledge(amounts=amounts, **{**told, **changes})


@pytest.mark.parametrize("typed", ["0", "0.00", "0E+5"])
def test_zero_is_an_answer_alone_and_beside_amounts(typed):
    rule({YEARS[0]: Decimal(typed)})
    rule({YEARS[0]: Decimal("5.00"), YEARS[1]: Decimal(typed)}, reason=WHY)


def test_an_indicative_figure_of_nothing_says_nothing():
    with pytest.raises(PledgeRefused, match=r"To answer that you give nothing, make a pledge of 0 for that year\.$") as caught:
        rule({YEARS[0]: NOTHING}, is_firm=False)
    assert caught.value.field == f"amount_{YEARS[0]}"


@pytest.mark.parametrize(
    ("reason", "amounts", "words"),
    [
        (WHY, {YEARS[0]: Decimal(5)}, "no year has £0. Enter 0 for that year, or take the reason out"),
        ("x" * 2001, {YEARS[0]: NOTHING}, "Shorten the reason to 2,000 characters or fewer"),
        ("a\0bcdef", {YEARS[0]: NOTHING}, "cannot be kept. Type it again"),
    ],
)
def test_a_reason_belongs_to_a_year_of_nothing_and_can_be_kept(reason, amounts, words):
    with pytest.raises(PledgeRefused, match=words) as caught:
        rule(amounts, reason=reason)
    assert caught.value.field == "reason"


@pytest.mark.parametrize("typed", ["-0.01", "-1", "NaN", "-Infinity"])
def test_less_than_nothing_stays_refused(typed):
    with pytest.raises(PledgeRefused):
        rule({YEARS[0]: Decimal(typed)})
    with pytest.raises(PledgeRefused):
        check_change(amount=Decimal(typed), before=Decimal(5), reason=WHY)


# The actions


def test_an_answer_of_nothing_is_dated_and_keeps_its_reason(running, partner, noon):
    made = answer(running, partner, noon, {YEARS[0]: NOTHING, YEARS[1]: Decimal("5.00")}, reason=f"  {WHY} ")
    assert list(made.contributions.values_list("year", "amount", "state")) == [
        (YEARS[0], NOTHING, "nothing"),
        (YEARS[1], Decimal("5.00"), "pledged"),
    ]
    events = ContributionEvent.objects.filter(contribution__pledge=made).order_by("contribution__year")
    assert [(one.state, one.amount, one.reason, one.happened_at, one.happened_by) for one in events] == [
        ("nothing", NOTHING, WHY, noon, partner.officer.person),
        ("pledged", Decimal("5.00"), "", noon, partner.officer.person),
    ]


def test_an_answer_of_nothing_is_in_the_trail_and_asks_nobody_to_agree(running, partner, noon):
    host = make_seat(Role.FINANCE, organisation=running.host)
    made = answer(running, partner, noon, {YEARS[0]: NOTHING}, reason=WHY)
    entry = AuditEntry.objects.get(object_reference=made.reference)
    assert (entry.verb, entry.reason, entry.after[str(YEARS[0])]) == ("answered “nothing” in", WHY, "0.00")
    told = [(job.arguments["to"], job.arguments["subject"]) for job in Job.objects.filter(name="kernel.send_mail")]
    assert sorted(told) == sorted(
        (one, "A partner answered for a pooled fund") for one in (partner.approver.person.email, host.person.email)
    )


def test_nothing_is_never_agreed_and_counts_as_no_money(running, partner, noon):
    made = answer(running, partner, noon, {YEARS[0]: NOTHING})
    assert pledges_to_agree(partner.approver) == []
    told = {"years": [YEARS[0]], "decision_reference": "Board 14", "version": version_of(made.contributions.all())}
    with pytest.raises(AgreementRefused, match="Nothing of this pledge waits to be agreed"):
        actions.agree(pledge=made, by=partner.approver, at=noon, **told)
    assert sums_by_year(running) == {}
    assert own_sums(partner.officer).pledged == NOTHING


def test_a_later_pledge_replaces_it_and_the_answer_stays_in_the_history(running, partner, noon):
    one = answer(running, partner, noon, {YEARS[0]: NOTHING}, reason=WHY).contributions.get()
    actions.firm_up(contribution=one, amount=Decimal("700.00"), by=partner.officer, version=one.version, at=noon)
    one.refresh_from_db()
    assert (one.state, one.amount) == ("pledged", Decimal("700.00"))
    assert list(one.events.values_list("state", "amount", "reason")) == [("nothing", NOTHING, WHY), ("pledged", Decimal("700.00"), "")]
    assert [pledge.waiting_amount for pledge in pledges_to_agree(partner.approver)] == [Decimal("700.00")]


def test_a_pledge_may_turn_into_nothing_with_a_reason(running, partner, noon):
    one = make_contribution(fund=running, by=partner.officer, year=YEARS[0])
    told = {"reason": WHY, "by": partner.officer, "version": 1, "at": noon}
    actions.change_amount(contribution=one, amount=NOTHING, **told)
    one.refresh_from_db()
    assert (one.state, one.amount) == ("nothing", NOTHING)
    last = one.events.order_by("pk").last()
    assert (last.said, last.amount, last.reason) == ("Answered: nothing", NOTHING, WHY)


def test_what_is_agreed_does_not_become_nothing_by_a_change(running, partner, noon):
    one = make_contribution(fund=running, by=partner.officer, year=YEARS[0], agreed_by=partner.approver)
    with pytest.raises(MoveRefused):
        actions.change_amount(contribution=one, amount=NOTHING, reason=WHY, by=partner.officer, version=1, at=noon)


def test_nothing_is_not_pledged_again_as_nothing(running, partner, noon):
    one = answer(running, partner, noon, {YEARS[0]: NOTHING}).contributions.get()
    with pytest.raises(PledgeRefused, match="You have answered that you give nothing already"):
        actions.firm_up(contribution=one, amount=NOTHING, by=partner.officer, version=1, at=noon)
    with pytest.raises(PledgeRefused, match="You have a contribution for"):
        answer(running, partner, noon, {YEARS[0]: NOTHING})


def test_an_answer_taken_back_leaves_the_year_unanswered(running, partner, noon):
    one = answer(running, partner, noon, {YEARS[0]: NOTHING}).contributions.get()
    actions.withdraw(contribution=one, reason="Given too early.", by=partner.officer, version=1, at=noon)
    answer(running, partner, noon, {YEARS[0]: Decimal("5.00")})
    assert sorted(Contribution.objects.values_list("state", "amount")) == [("pledged", Decimal("5.00")), ("withdrawn", NOTHING)]


@pytest.mark.parametrize(("state", "amount"), [("nothing", "1.00"), ("pledged", "0.00"), ("agreed", "0.00"), ("nothing", "-1.00")])
def test_the_database_keeps_nothing_and_money_apart(running, partner, state, amount):
    one = make_contribution(fund=running, by=partner.officer, year=YEARS[0])
    with pytest.raises(IntegrityError, match="above_zero_or_answered_nothing"), transaction.atomic():
        Contribution.objects.filter(pk=one.pk).update(state=state, amount=Decimal(amount))


# The pages


def test_zero_in_the_form_is_checked_kept_and_shown(running, officer):
    form = filled(**{f"amount_{YEARS[0]}": "0", "reason": WHY})
    checked = page_of(officer.post(address("make_pledge", "pool"), form))
    assert "You answer that you give nothing for this year." in checked
    assert checked.count("Not answered") == 2
    assert WHY in checked
    assert not Pledge.objects.exists()
    sent = officer.post(address("make_pledge", "pool"), {**form, "step": "confirm"}, follow=True)
    assert "Answer: nothing" in page_of(sent)
    assert "Nobody has to agree it." in page_of(sent)
    one = Contribution.objects.get()
    assert table_row(sent, str(FinancialYear(YEARS[0])))[1:3] == ["£0.00", "Answered: nothing"]
    history = page_of(officer.get(address("contribution", one.reference)))
    assert WHY in history


def test_a_reason_without_a_year_of_nothing_comes_back_with_what_was_typed(running, officer):
    response = officer.post(address("make_pledge", "pool"), filled(**{f"amount_{YEARS[0]}": "5,000", "reason": WHY, "step": "confirm"}))
    assert "no year has £0. Enter 0 for that year, or take the reason out." in page_of(response)
    assert 'value="5,000"' in response.content.decode()
    assert WHY in page_of(response)
    assert not Pledge.objects.exists()


def test_the_indicative_form_sends_zero_to_the_pledge(running, officer):
    response = officer.post(address("note_indicative", "pool"), filled(**{f"amount_{YEARS[0]}": "0", "step": "confirm"}))
    assert "To answer that you give nothing, make a pledge of 0 for that year." in page_of(response)
    assert not Pledge.objects.exists()


def test_the_partners_own_page_tells_the_answer_from_no_answer(running, partner, officer, noon):
    answer(running, partner, noon, {YEARS[1]: NOTHING})
    page = officer.get("/partner/")
    year = FinancialYear(YEARS[1])
    assert table_row(page, str(year))[1:3] == ["£0.00", "Answered: nothing"]
    assert f"Not answered yet : {FinancialYear(YEARS[0])} and {FinancialYear(YEARS[2])}." in page_of(page)
    assert f"pledge for {year} after all" in page_of(page)


def test_pledging_after_all_goes_by_the_page_of_the_answer(running, partner, officer, noon):
    one = answer(running, partner, noon, {YEARS[0]: NOTHING}).contributions.get()
    assert "You answered that you give nothing for" in page_of(officer.get(address("make_pledge", "pool")))
    form = {"amount": "700", "version": 1, "once": str(uuid.uuid4())}
    page = officer.post(address("firm_up", one.reference), form, follow=True)
    assert "It is a pledge now." in page_of(page)
    assert "Answered: nothing" in page_of(page)
    one.refresh_from_db()
    assert (one.state, one.amount) == ("pledged", Decimal("700.00"))


def test_the_funds_list_and_page_say_who_has_not_answered_for_which_year(running, partner, other, client_for, noon):
    answer(running, partner, noon, {YEARS[0]: NOTHING, YEARS[1]: Decimal("5.00")})
    finance = client_for(make_seat(Role.FINANCE, organisation=running.host))
    rows = finance.get("/fund/pool/contributions/", {"format": "csv"}).getvalue().decode("utf-8-sig").splitlines()
    said = {tuple(row[:3]) for row in csv.reader(rows)}
    first, second, third = (str(FinancialYear(year)) for year in YEARS)
    assert {
        ("Health partner", first, "Answered: nothing"),
        ("Health partner", second, "Answered"),
        ("Health partner", third, "Not answered"),
        ("Another partner", first, "Not answered"),
    } <= said
    silent = page_of(finance.get("/fund/pool/contributions/", {"answer": "none"}))
    assert "Answered: nothing" not in silent.replace("Answered: nothing Answered with an amount", "")
    assert "4 rows" in silent
    page = page_of(finance.get("/fund/pool/"))
    assert f"Not answered yet : Health partner for {third}; Another partner for {first}, {second} and {third}." in page


def test_the_statement_shows_nothing_as_an_answer(running, partner, officer, noon):
    answer(running, partner, noon, {YEARS[0]: NOTHING})
    own = f"/statements/pool/{partner.organisation.code}/"
    page = officer.get(own)
    year = str(FinancialYear(YEARS[0]))
    heads = re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", page.content.decode())
    assert table_row(page, year)[heads.index("Pledged")] == "£0.00"
    assert f"Answered: nothing for {year}." in page_of(page)
    assert f"Not answered for {FinancialYear(YEARS[1])} and {FinancialYear(YEARS[2])}." in page_of(page)
    rows = officer.get(own, {"format": "csv"}).getvalue().decode("utf-8-sig").splitlines()
    assert [row[2] for row in csv.reader(rows)] == ["Answer", "Answered: nothing", "Not answered", "Not answered"]
