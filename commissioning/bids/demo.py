"""Two sealed bids for the small open tender, from two invented providers. Every word of them is invented."""

from django.utils import timezone

from commissioning.bids.actions import save_answer, start_bid, submit
from commissioning.bids.models import Bid
from commissioning.bids.queries import is_open_for_bids
from commissioning.kernel.postgres.scope import rls_scope
from commissioning.organisations.models import Organisation
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.tenders.demo import SMALL, seat_of
from commissioning.tenders.models import Tender

ANSWERS = {
    "weald": (
        "One telephone number and one web form lead to one team in Dover. A person is assessed once, the same day if the risk is high, and "
        "we agree with the victim support service each week who stays in touch.",
        "Two outreach workers, each with forty people at a time, half of them met in the towns and half in villages by bus and car. We "
        "expect to support 150 people in the year.",
        "Outreach helps people stay safely at home: locks, lighting and a plan with the housing officer. When a refuge place is needed we "
        "find it the same day with the present provider.",
        "We sit in surgeries and job centres two mornings a week, and run a group for older people and one for men.",
        "Agreements are in place with both housing teams and the drug and alcohol service. A network meeting every quarter decides what to "
        "change.",
        "Counts are kept in one sheet that two people check. At the start we meet each person together with the worker who supports them "
        "today.",
    ),
    "stour": (
        "Anyone can reach us by telephone, text or at a one stop shop in Thanet. One conversation, one plan, and a named worker who "
        "introduces every other service in person.",
        "Three part-time outreach workers cover Ramsgate, Margate, Dover and Deal, with an evening clinic. About 130 people a year, seen "
        "within five days.",
        "We work from the person's own wish to stay or to move, with a legal adviser one day a week, and hold a small fund for repairs.",
        "Workers who speak Polish, Arabic and Sign Language; a link worker in each drug and alcohol team; talks in fishing and farm "
        "businesses.",
        "Seven local partners have signed a common way of working. Each year they choose one thing to drop and one to begin.",
        "Measures are entered weekly and compared with the run of the last eight quarters. A joint visit hands over each person's support.",
    ),
}


def load() -> str:
    """Submit what is missing while the tender is open; later there is nothing to do."""
    tender = Tender.objects.get(title=SMALL)
    for code, texts in ANSWERS.items():
        organisation = Organisation.objects.get(code=code)
        with rls_scope([organisation.pk]):
            _bid(tender, seat_of(Role.BID_MANAGER, code), texts)
    return "Sealed bids of two invented providers, until the opening seen by themselves alone."


def _bid(tender: Tender, by: Seat, texts: tuple[str, ...]) -> None:
    if not is_open_for_bids(tender) or Bid.objects.filter(tender=tender, organisation=by.organisation).exists():
        return
    bid = start_bid(tender=tender, lots=list(tender.lots.all()), by=by, now=timezone.now())
    for offer in bid.offers.all():
        for criterion, text in zip(tender.criteria.all(), texts, strict=True):
            save_answer(bid=bid, offer=offer, criterion=criterion, version=0, text=text, by=by)
    submit(bid=bid, by=by, now=timezone.now())
