"""Shares in what was left of a pot and went back: whose they are, what is paid, what stands in the way."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, Q, Sum

from commissioning.organisations.seat import Seat
from funders.contributions.models import Contribution
from funders.pool.permissions import visible_to
from funders.pool.rules import NOTHING
from funders.receipts.models import Instalment
from funders.year_end.models import Choice, SharePayout, SurplusShare, YearClose
from funders.year_end.states import CloseState

_WITH = ("funder", "pot__close__fund__host", "pot__close__closed_by")


@dataclass(frozen=True)
class Returned:
    """A partner's share that goes back to it: its place in the close, and the payment that stands, if there is one."""

    number: int
    share: SurplusShare
    payout: SharePayout | None


def returned_of(close: YearClose) -> list[Returned]:
    """Every share of a close that goes back, in the order of the close. Numbers count all of its shares from 1."""
    payouts = Prefetch("payouts", SharePayout.objects.standing().select_related("recorded_by"), to_attr="standing")
    shares = SurplusShare.objects.filter(pot__close=close).select_related(*_WITH).prefetch_related(payouts).order_by("pk")
    return [
        Returned(number, one, next(iter(one.standing), None))  # type: ignore[attr-defined]
        for number, one in enumerate(shares, start=1)
        if is_returned(one)
    ]


def is_returned(share: SurplusShare) -> bool:
    return share.pot.choice == Choice.RETURN and share.pot.close.state == CloseState.CLOSED and share.amount > 0


def share_for(seat: Seat, reference: str, number: int) -> Returned | None:
    """One returned share by the reference of its close and its number there, if the seat may read the fund."""
    close = YearClose.objects.filter(fund__in=visible_to(seat), reference=reference).first()
    return next((one for one in returned_of(close) if one.number == number), None) if close else None


def payout_for(seat: Seat, reference: str) -> SharePayout | None:
    found = SharePayout.objects.select_related("share__pot__close__fund", "funder", "posting", "recorded_by")
    return found.filter(fund__in=visible_to(seat), reference=reference).first()


def contribution_of(share: SurplusShare) -> Contribution:
    """What the partner had given to the pot: one contribution of a partner stands in a year of a fund."""
    rows = Contribution.objects.secured().select_related("funder")
    return rows.get(fund=share.fund_id, funder=share.funder_id, year=share.pot.close.year, pot=share.pot.pot)


def owed_of(contribution: Contribution) -> Decimal:
    """What the partner was asked for and has not paid, in pounds."""
    asked = Instalment.objects.filter(contribution=contribution)
    received = Sum("receipts__matched_amount", filter=Q(receipts__reversed_at=None), default=NOTHING)
    return sum(
        (max(NOTHING, amount - arrived) for amount, arrived in asked.annotate(arrived=received).values_list("amount", "arrived")), NOTHING
    )


def returned_to(seat: Seat) -> list[SurplusShare]:
    """Shares that go back to the seat's own organisation, the newest year first, each with `standing` payments."""
    rows = SurplusShare.objects.filter(
        funder=seat.organisation_id, pot__choice=Choice.RETURN, pot__close__state=CloseState.CLOSED, amount__gt=0
    )
    payouts = Prefetch("payouts", SharePayout.objects.standing(), to_attr="standing")
    return list(rows.select_related("fund", "pot__close").prefetch_related(payouts).order_by("-pot__close__year", "pk"))
