"""The conditions beside a pledge: nothing counts as secured before an approver has said what they mean."""

import re
import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.models import Job
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.refusals import Refusal
from commissioning.organisations.roles import Role
from funders.contributions import actions
from funders.contributions.models import Contribution, Pledge
from funders.contributions.queries import YearSums, sums_by_year, version_of
from funders.contributions.rules import UNCONDITIONAL, WAITS, AgreementRefused, Certainty, check_certainty, proposed_event
from funders.ledger.queries import verdicts
from tests.factories import make_contribution, make_seat

REMARK = "Subject to a vote of our board in March 2027"
TODAY, DUE = date(2026, 11, 22), date(2027, 3, 31)
FIRM = Certainty(UNCONDITIONAL, "The board voted on 3 November 2026.")
APART = Certainty(WAITS, "", "The vote of our board", DUE)


def check(said, *, conditions=REMARK, years=(2026,), today=TODAY):
    check_certainty(said, conditions=conditions, years=years, today=today)


def test_conditions_are_met_or_wait_and_no_conditions_need_no_word():
    check(FIRM)
    check(APART)
    check(Certainty(), conditions="")
    check(Certainty(UNCONDITIONAL), conditions="")
    check(APART, conditions="")
    check(Certainty(), years=())


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        (Certainty(), "certainty", "Say that they are met or only a remark, or name the event"),
        (Certainty("perhaps"), "certainty", "This pledge carries conditions"),
        (Certainty(UNCONDITIONAL), "why", "Say in a sentence why the conditions do not hold the money back"),
        (Certainty(UNCONDITIONAL, "ok"), "why", "Give the reason in a sentence"),
        (Certainty(UNCONDITIONAL, "x" * 2001), "why", "Shorten the reason"),
        (Certainty(WAITS, "", "", DUE), "condition", "Say which event the money waits for"),
        (Certainty(WAITS, "", "The vote of our board"), "due_on", "Enter the day by which it is decided"),
        (Certainty(WAITS, "", "The vote of our board", TODAY - timedelta(days=1)), "due_on", "today or later"),
        (Certainty(WAITS, "", "The vote of our board", date(2027, 4, 1)), "due_on", "decided by Wednesday 31 March 2027"),
    ],
)
def test_what_does_not_settle_the_conditions_is_refused_in_words(said, field, words):
    with pytest.raises(Refusal, match=words) as caught:
        check(said)
    assert caught.value.field == field


def test_an_event_has_to_be_decided_within_each_of_the_years():
    late = Certainty(WAITS, "", "The vote of our board", date(2028, 3, 31))
    check(late, years=(2027, 2028))
    with pytest.raises(Refusal, match="money for 2026/27"):
        check(late, years=(2027, 2026))


def test_the_conditions_are_offered_as_the_event_where_they_fit_one_line():
    assert proposed_event("Subject to\n a vote") == "Subject to a vote"
    assert proposed_event("x" * 301) == ""


@pytest.fixture
def pledged(fund, partner):
    return with_remark(make_contribution(fund=fund, by=partner.officer))


def with_remark(one):
    Pledge.objects.filter(pk=one.pledge_id).update(conditions=REMARK)
    one.pledge.refresh_from_db()
    return one


def agree(one, partner, noon, said=None):
    told = {"years": [one.year], "decision_reference": "Board 14", "version": version_of([one])}
    actions.agree(pledge=one.pledge, by=partner.approver, at=noon, certainty=said, **told)
    one.refresh_from_db()
    return one


def broken():
    return {one.name: one.broken for one in verdicts() if one.broken}


def test_without_a_word_about_its_conditions_a_pledge_is_not_agreed(fund, pledged, partner, noon):
    with pytest.raises(AgreementRefused, match="This pledge carries conditions"):
        agree(pledged, partner, noon)
    pledged.refresh_from_db()
    assert (pledged.state, list(pledged.events.values_list("state", flat=True))) == ("pledged", ["pledged"])


def test_conditions_that_are_met_are_secured_with_the_reason_in_the_history(fund, pledged, partner, noon):
    one = agree(pledged, partner, noon, FIRM)
    assert sums_by_year(fund)[2026] == YearSums(agreed=Decimal("1000.00"))
    assert one.unconditional_because == FIRM.why
    assert list(one.events.order_by("pk").values_list("state", "step", "reason"))[1:] == [
        ("agreed", "", "Board 14"),
        ("agreed", "firm", FIRM.why),
    ]
    assert broken() == {}


def test_conditions_that_wait_are_apart_until_they_are_met(fund, pledged, partner, noon):
    one = agree(pledged, partner, noon, APART)
    assert (one.condition, one.condition_due_on, one.waits) == ("The vote of our board", DUE, True)
    assert sums_by_year(fund)[2026] == YearSums(conditional=Decimal("1000.00"))
    event = one.events.get(step="condition")
    assert (event.reason, event.effective_on, event.happened_by) == ("The vote of our board.", noon.date(), partner.approver.person)
    Pledge.objects.filter(pk=one.pledge_id).update(pledged_at=noon)
    actions.meet_condition(contribution=one, met_on=noon.date(), reason="", by=partner.approver, version=one.version, at=noon)
    assert sums_by_year(fund)[2026] == YearSums(agreed=Decimal("1000.00"))
    assert broken() == {}


def test_a_pledge_without_conditions_can_be_agreed_to_wait_too(fund, partner, noon):
    one = agree(make_contribution(fund=fund, by=partner.officer), partner, noon, APART)
    assert one.waits
    assert list(one.events.order_by("pk").values_list("step", flat=True)) == ["", "", "condition"]


def test_a_pledge_without_conditions_is_agreed_as_before(fund, partner, noon):
    one = agree(make_contribution(fund=fund, by=partner.officer), partner, noon)
    assert (one.waits, one.unconditional_because, one.events.count()) == (False, "", 2)


def test_an_event_that_an_officer_has_set_stays(fund, pledged, partner, noon):
    told = {"condition": "The grant letter", "due_on": DUE, "reason": "It is decided each year.", "version": 1}
    one = actions.set_condition(contribution=pledged, by=partner.officer, at=noon, **told)
    one = agree(one, partner, noon)
    assert (one.condition, one.waits) == ("The grant letter", True)
    assert broken() == {}


def test_a_later_condition_takes_the_place_of_the_reason_why_there_was_none(fund, pledged, partner, noon):
    one = agree(pledged, partner, noon, FIRM)
    told = {"condition": "The grant letter", "due_on": DUE, "reason": "It is decided each year.", "version": one.version}
    one = actions.set_condition(contribution=one, by=partner.approver, at=noon, **told)
    assert (one.unconditional_because, one.waits) == ("", True)


def test_money_that_is_secured_against_its_conditions_without_a_word_is_named(fund, partner):
    one = with_remark(make_contribution(fund=fund, by=partner.officer, agreed_by=partner.approver))
    assert broken()["conditions-decided"] == (one.reference,)
    Contribution.objects.filter(pk=one.pk).update(unconditional_because=FIRM.why)
    assert "conditions-decided" not in broken()


@pytest.mark.parametrize(("said", "words"), [(FIRM, "The fund may rely on it from now on."), (APART, "stands apart until that has come")])
def test_the_letter_says_how_the_money_stands(fund, pledged, partner, noon, said, words):
    agree(pledged, partner, noon, said)
    (letter,) = {job.arguments["text"] for job in Job.objects.filter(name="kernel.send_mail")}
    assert words in letter


# Its page.


@pytest.fixture
def running(fund):
    fund.first_year = FinancialYear.of(timezone.localdate()).start
    fund.last_year = fund.first_year + 1
    fund.save()
    return fund


def page_of(one):
    return reverse("contributions:agree", args=[one.pledge.reference])


def errors_on(response):
    summary = re.search(r'govuk-error-summary__list">(.*?)</ul>', response.content.decode(), re.DOTALL)
    return [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<li>(.*?)</li>", summary[1], re.DOTALL)] if summary else []


def filled(one, **changes):
    told = {"years": [one.year], "decision_reference": "Board 14", "version": one.version, "once": str(uuid.uuid4())}
    return {**told, **changes}


def test_the_page_asks_of_conditions_with_no_answer_to_begin_with(client_for, running, partner):
    one = with_remark(make_contribution(fund=running, by=partner.officer, year=running.last_year))
    page = client_for(partner.approver).get(page_of(one)).content.decode()
    assert re.findall(r'name="certainty"[^>]*', page)
    assert "checked" not in "".join(re.findall(r'name="certainty"[^>]*', page))
    assert f'value="{REMARK}"' in page


def test_no_choice_is_an_error_and_nothing_typed_is_lost(client_for, running, partner):
    one = with_remark(make_contribution(fund=running, by=partner.officer, year=running.last_year))
    response = client_for(partner.approver).post(page_of(one), filled(one, why="The board voted on 3 November."))
    assert errors_on(response) == ["Choose whether the fund may rely on it"]
    page = response.content.decode()
    assert 'value="Board 14"' in page
    assert "The board voted on 3 November." in page
    one.refresh_from_db()
    assert one.state == "pledged"


def test_the_page_lets_it_wait_and_says_so(client_for, running, partner):
    one = with_remark(make_contribution(fund=running, by=partner.officer, year=running.last_year))
    day = {"due_on_day": "31", "due_on_month": "3", "due_on_year": str(running.last_year + 1)}
    client = client_for(partner.approver)
    response = client.post(page_of(one), filled(one, certainty="waits", condition="The vote of our board", **day), follow=True)
    assert "It waits for its event, so the fund counts it apart" in response.content.decode()
    one.refresh_from_db()
    assert one.waits


def test_a_refusal_of_the_action_stands_beside_its_box(client_for, running, partner):
    one = with_remark(make_contribution(fund=running, by=partner.officer, year=running.last_year))
    client = client_for(partner.approver)
    assert errors_on(client.post(page_of(one), filled(one, certainty="unconditional"))) == [
        "Say in a sentence why the conditions do not hold the money back, for example when they were met. It stays in the history."
    ]
    assert errors_on(client.post(page_of(one), filled(one, certainty="waits", condition="The vote"))) == [
        "Enter the day by which it is decided: if it is not met by then, the contribution lapses."
    ]


def test_the_host_reads_the_reason_before_it_counter_signs(client_for, fund, pledged, partner, noon):
    one = agree(pledged, partner, noon, FIRM)
    host = client_for(make_seat(Role.FINANCE, organisation=fund.host))
    page = host.get(reverse("receipts:countersign", args=[one.reference])).content.decode()
    assert REMARK in page
    assert f"Unconditional, as the approver said: {FIRM.why}" in page
