"""Transfers between pots in the browser's eyes: what can be spared, moved, confirmed by another person, dropped, reversed, as a file."""

import re

import pytest
from django.urls import reverse

from commissioning.organisations.roles import Role
from funders.transfers.models import PotTransfer
from tests.counting import cost_of
from tests.factories import make_seat


def url(name, *args):
    return reverse(f"transfers:{name}", args=args)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def finance(moving, client_for):
    return client_for(moving.money.finance)


def sent(**changes):
    told = {"year": "2026", "from_pot": "s75", "to_pot": "crime_grant", "amount": "600", "reason": "The grant pays for the posts"}
    return {**told, "decision_reference": "", **changes}


def test_from_the_form_to_the_ledger_and_the_budget(moving, finance):
    before = words(finance.get(url("list", "pool")))
    assert "Section 75 agreement 2026/27 £8,000.00 £0.00 £8,000.00" in before
    page = words(finance.post(url("move", "pool"), sent(), follow=True))
    assert "The money is moved and posted to the ledger." in page
    assert "Section 75 agreement 2026/27 £7,400.00 £0.00 £7,400.00" in page
    assert "Section 75 agreement Crime and disorder grant 2026/27 £600.00 Posted" in page
    ledger = words(finance.get(reverse("ledger:ledger", args=["pool"]), {"account": "moved"}))
    assert "Crime and disorder grant, 2026/27" in ledger
    assert "From other pots" in words(finance.get(reverse("spending:budget", args=["pool"])))
    assert "Moved between pots £600.00" in words(finance.get(reverse("accounts:fund", args=["pool"])))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"year": ""}, "the year whose money it is"),
        ({"from_pot": "charitable"}, "never leaves its pot"),
        ({"from_pot": "crime_grant", "to_pot": "s75"}, "NHS bodies and local authorities may pool"),
        ({"amount": "1e3"}, "in full"),
        ({"amount": "8000.01"}, "It would go below zero"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(finance, typed, said):
    answered = finance.post(url("move", "pool"), sent(**typed, decision_reference="Minute 77"))
    assert answered.status_code == 200
    assert said in words(answered)
    assert "Minute 77" in answered.content.decode()
    assert not PotTransfer.objects.exists()


def test_another_person_confirms_above_the_limit(limited, client_for, finance):
    page = words(finance.post(url("move", "pool"), sent(amount="1000.01", decision_reference="Minute 4"), follow=True))
    assert "It waits for another finance officer" in page
    made = PotTransfer.objects.get()
    assert "You proposed it" in words(finance.get(url("confirm", made.reference)))
    other = client_for(limited.money.other_finance)
    page = words(other.post(url("confirm", made.reference), {"version": made.version}, follow=True))
    assert "moved and posted" in page
    assert other.get(url("confirm", made.reference)).status_code == 404


def test_what_waits_is_dropped_and_what_is_posted_is_reversed(limited, finance):
    waiting = limited.move("2000.00", decision_reference="Minute 4")
    told = {"reason": "The board decided otherwise", "version": waiting.version}
    assert "Nothing was posted" in words(finance.post(url("drop", waiting.reference), told, follow=True))
    made = limited.move()
    page = words(finance.post(url("reverse", made.reference), {"reason": "It was the wrong pot"}, follow=True))
    assert "Both postings stay" in page
    assert "It was the wrong pot" in page
    assert finance.get(url("reverse", made.reference)).status_code == 404
    assert finance.get(url("drop", waiting.reference)).status_code == 404


def test_partners_read_and_others_do_not_act(moving, client_for, partner):
    made = moving.move()
    shown = words(client_for(partner.officer).get(url("list", "pool")))
    assert "The police grant pays for the court posts" in shown
    assert "Move money" not in shown
    assert client_for(partner.officer).get(url("move", "pool")).status_code == 403
    strange = client_for(make_seat(Role.FINANCE))
    assert [strange.get(url(name, made.reference)).status_code for name in ("confirm", "drop", "reverse")] == [404, 404, 404]
    assert strange.get(url("move", "pool")).status_code == 404


def test_the_list_comes_as_a_file(moving, finance):
    moving.move()
    content = finance.get(url("list", "pool"), {"format": "csv", "year": "2026-27"}).content.decode()
    assert '"1000.00"' in content
    assert "1000.00" not in finance.get(url("list", "pool"), {"format": "csv", "state": "waiting"}).content.decode()


def test_the_list_costs_the_same_with_one_transfer_and_with_many(moving, finance):
    moving.move("1.00")
    one = cost_of(finance, url("list", "pool"))
    for _ in range(7):
        moving.reverse(moving.move("1.00"))
    assert cost_of(finance, url("list", "pool")) == one <= 15
