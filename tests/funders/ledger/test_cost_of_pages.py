"""Pages of the money take the same number of statements with ten contributions and with 10,000."""

import os

import pytest
from django.db import connection
from django.urls import reverse

from commissioning.organisations.models import Organisation
from commissioning.organisations.roles import Role
from funders.contributions.models import Contribution, Pledge
from funders.ledger.models import LedgerLine, LedgerTransaction
from funders.receipts.models import Instalment, Schedule
from tests.counting import cost_of
from tests.factories import make_seat
from tests.funders.money import NOON, TODAY

MANY = 10_000
YEARS = (2026, 2027, 2028)
pytestmark = pytest.mark.skipif(os.environ.get("PORTAL_THOROUGH") != "1", reason="takes 15 seconds; asked with PORTAL_THOROUGH=1")


def grow(fund, partner, count, mark):
    """`count` contributions: half of other partners, agreed, scheduled and received; half of this one, withdrawn."""
    funders = Organisation.objects.bulk_create(
        Organisation(code=f"{mark}-{number}", name=f"Partner {mark} {number}", is_funder=True) for number in range(count // 6 + 1)
    )
    pledged = {"fund": fund, "pledged_at": NOON, "pledged_by": partner.officer.person}
    pledges = Pledge.objects.bulk_create([Pledge(funder=one, **pledged) for one in [partner.organisation, *funders]])
    agreed = {"state": "agreed", "agreed_at": NOON, "agreed_by": partner.approver.person, "decision_reference": "Minute 1"}
    given = [(one, year) for one in pledges[1:] for year in YEARS][: count // 2]
    rows = [Contribution(pledge=one, fund=fund, funder=one.funder, year=year, amount=1000, **agreed) for one, year in given]
    mine = {"pledge": pledges[0], "fund": fund, "funder": partner.organisation, "state": "withdrawn", "amount": 1000}
    rows += [Contribution(year=YEARS[number % 3], **mine) for number in range(count - len(rows))]
    Contribution.objects.bulk_create(rows)
    receive([one for one in rows if one.state == "agreed"], fund, partner)


def receive(contributions, fund, partner):
    """Each counter-signed in one instalment that is received."""
    hand = make_seat(Role.FINANCE, organisation=fund.host).person
    told = {"host": fund.host, "countersigned_at": NOON, "countersigned_by": hand}
    schedules = Schedule.objects.bulk_create([Schedule(contribution=one, funder=one.funder, **told) for one in contributions])
    due = {"fund": fund, "host": fund.host, "number": 1, "due_on": TODAY, "amount": 1000, "state": "invoiced"}
    invoiced = {"invoice_reference": "INV", "invoiced_at": NOON, "invoiced_by": hand}
    Instalment.objects.bulk_create(
        [Instalment(schedule=one, contribution=one.contribution, funder=one.funder, **due, **invoiced) for one in schedules]
    )
    posted = {"fund": fund, "host": fund.host, "kind": "receipt", "happened_on": TODAY, "text": "x", "posted_at": NOON, "posted_by": hand}
    postings = LedgerTransaction.objects.bulk_create([LedgerTransaction(**posted) for _ in contributions])
    sides = {"fund": fund, "host": fund.host}
    LedgerLine.objects.bulk_create(
        LedgerLine(transaction=posting, account=account, amount=amount, contribution=own, **sides)
        for posting, one in zip(postings, contributions, strict=True)
        for account, amount, own in (("bank", 1000, None), ("contributions", -1000, one))
    )


@pytest.fixture
def pages(fund, partner, client_for):
    host = client_for(make_seat(Role.FINANCE, organisation=fund.host))
    code = [fund.code]
    return [
        (host, reverse("pool:fund", args=code)),
        (host, reverse("pool:contributions", args=code)),
        (host, reverse("receipts:list")),
        (host, reverse("ledger:ledger", args=code)),
        (host, reverse("pooled:list", args=code)),
        (host, reverse("transfers:list", args=code)),
        (client_for(partner.officer), reverse("contributions:list")),
        (client_for(partner.officer), reverse("pool:fund", args=code)),
    ]


def costs(pages):
    return {f"{number} {address}": cost_of(client, address) for number, (client, address) in enumerate(pages)}


def test_ten_thousand_contributions_cost_as_many_statements_as_ten(fund, partner, pages):
    grow(fund, partner, 10, "few")
    costs(pages)  # what is kept for the whole process is asked once
    few = costs(pages)
    grow(fund, partner, MANY - 10, "many")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert Contribution.objects.filter(fund=fund).count() == MANY
    assert costs(pages) == few
