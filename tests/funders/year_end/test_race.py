"""A year is closed while money of it is posted: one comes after the other, and either order leaves whole books."""

from datetime import date
from decimal import Decimal

import pytest

from commissioning.kernel.refusals import Refusal
from commissioning.organisations.models import Sector
from funders.banking import actions as banking
from funders.banking.models import BankRow
from funders.banking.rules.rows import RowKind
from funders.budget.models import ClosedYear
from funders.ledger.models import LedgerTransaction
from funders.ledger.queries import verdicts
from funders.ledger.rules import PostingRefused
from funders.receipts import actions as receipts
from funders.receipts.models import Instalment, Receipt
from funders.year_end.models import SharePayout, SurplusShare, YearClose
from funders.year_end.queries.outturn import outturn_of, snapshot_of
from funders.year_end.rules import PayoutRefused, YearEndRefused
from tests.factories import make_organisation
from tests.funders.contributions.test_race import at_once
from tests.funders.ledger.world import confirmed_file

LAST_DAY = date(2027, 3, 31)
pytestmark = pytest.mark.django_db(transaction=True)


def whole_books(ended):
    """Every rule holds, and a year that is closed has the figures with which it was closed."""
    assert {one.name: one.broken for one in verdicts() if one.broken} == {}
    for close in YearClose.objects.filter(state="closed"):
        assert {one.pot: one.closing for one in snapshot_of(close)} == {
            one.pot: one.closing for one in outturn_of(ended.money.fund, close.year)
        }


def one_done(outcomes):
    """What the one that came through is, and the refusal of the other."""
    (done,) = [one for one in outcomes if not isinstance(one, Refusal)]
    (refused,) = [one for one in outcomes if isinstance(one, Refusal)]
    return done, refused


def test_a_receipt_of_the_last_day_and_the_close_at_the_same_moment(ended):
    late = make_organisation("Late trust", sector=Sector.HEALTH, is_funder=True)
    ended.money.give(late, "4000.00", 2026)
    receipts.reverse_receipt(receipt=Receipt.objects.get(funder=late), reason="It bounced.", by=ended.money.finance, at=ended.money.at)
    instalment = Instalment.objects.get(funder=late)
    arrived = {"amount": Decimal("4000.00"), "received_on": LAST_DAY, "bank_reference": "LATE 1", "version": instalment.version}
    close = ended.prepare()
    deeds = [
        lambda: receipts.receive(instalment=instalment, by=ended.money.finance, at=ended.at, **arrived),
        lambda: ended.confirm(close, version=1),
    ]
    done, refused = one_done(at_once(lambda number: deeds[number](), times=2))
    if isinstance(done, Receipt):
        assert isinstance(refused, YearEndRefused)
        assert not ClosedYear.objects.exists()
        ended.confirm()
    else:
        assert isinstance(refused, PostingRefused)
        told = {**arrived, "received_on": date(2027, 4, 1)}
        receipts.receive(instalment=instalment, by=ended.money.finance, at=ended.at, **told)
    assert ClosedYear.objects.count() == 1
    whole_books(ended)


def test_an_unmatched_row_of_a_bank_file_and_the_close_at_the_same_moment(ended):
    close = ended.prepare()
    row = {"amount": Decimal("5.00"), "bank_reference": "JUMBLE 1", "instalment": None}
    file = confirmed_file(ended.money.fund, row, ended.money.finance, ended.at)
    deeds = [
        lambda: banking.post_rows(reference=file.reference, progress=lambda done, total, message: None, at=ended.at),
        lambda: ended.confirm(close, version=1),
    ]
    posted, closed = at_once(lambda number: deeds[number](), times=2)
    assert posted == 0
    kept = BankRow.objects.get(bank_import=file)
    if isinstance(closed, Refusal):
        assert kept.posting is not None
        again = ended.prepare()
        assert [one.closing for one in snapshot_of(again) if not one.pot] == [Decimal("5.00")]
        ended.confirm(again)
    else:
        assert (kept.kind, kept.posting) == (RowKind.ERROR, None)
        assert "lies in a year that is closed" in kept.note
        assert not LedgerTransaction.objects.filter(bank_reference="JUMBLE 1").exists()
    whole_books(ended)


def test_a_share_is_paid_once_however_many_pay_it_at_once(ended):
    ended.confirm(choices={"s75": "return", "crime_grant": "return"})
    share = SurplusShare.objects.select_related("fund").get(amount="5833.33")
    outcomes = at_once(lambda number: ended.pay_share(share, bank_reference=f"BACK {number}"), times=4)
    assert sum(isinstance(one, SharePayout) for one in outcomes) == 1
    assert sum(isinstance(one, PayoutRefused) for one in outcomes) == 3
    whole_books(ended)
