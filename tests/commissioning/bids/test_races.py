"""Two people at the same moment, on two connections of the database."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from commissioning.bids.actions import consent_to_open, submit
from commissioning.bids.models import OpeningMinutes, Submission
from tests.commissioning.bids.conftest import pass_deadline

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run all at the same moment; what each of them gave or raised."""
    barrier, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        barrier.wait()
        try:
            found[place] = act()
        except Exception as error:
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def test_a_bid_submitted_four_times_at_once_has_one_receipt(bid, bidder):
    found = at_once(*[lambda: submit(bid=bid, by=bidder, now=timezone.now())] * 4)
    assert {one.receipt for one in found} == {Submission.objects.get().receipt}


def test_two_officers_who_consent_at_once_open_once(tender, bid, bidder, officer, other_officer):
    submit(bid=bid, by=bidder, now=timezone.now())
    pass_deadline(tender)
    found = at_once(*[lambda seat=seat: consent_to_open(tender=tender, by=seat) for seat in (officer, other_officer)])
    assert [one.minutes for one in found].count(None) == 1
    assert OpeningMinutes.objects.count() == 1
