"""Two calls of the running fund: one closed, received and partly paid, on the cost that the paper of 2017 names; one asked and open."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from commissioning.kernel.postgres.scope import rls_scope
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.calls import actions
from funders.calls.models import Call, CallShare, Key
from funders.contributions.demo import seat_of
from funders.pool.models import PooledFund

TITLE = "Domestic homicide review: independent chair and report"
PURPOSE = (
    "A review costs about £20,000, as the presentation of the Kent framework in 2017 says. No budget line of the fund covers it. "
    "The shares, the answers and the payments here are illustrative."
)
OPEN_TITLE = "Printing of the partnership’s safety leaflets"
OPEN_PURPOSE = "Leaflets in four languages have to be printed anew because a telephone number changes. Illustrative."
DECISIONS = {"nhs": "Finance committee, minute 34", "pcc": "Decision notice 2026-11", "probation": "Regional board, minute 15"}
MET = "The county council meets what the probation service cannot, from its own budget for reviews."
LESS = {"probation": ("2500.00", "Our own budget for reviews of this year is spent but for this.")}


def load() -> str:
    fund = PooledFund.objects.select_related("host").get(code="kent-live")
    if not Call.objects.filter(fund=fund).exists():
        with rls_scope([fund.host_id]):
            today = timezone.localdate()
            _closed(fund, today - timedelta(days=120))
            _open(fund, today - timedelta(days=10))
    return f"{Call.objects.filter(fund=fund).count()} one-off calls: a review of about £20,000, closed and paid; one open."


def _closed(fund: PooledFund, day: date) -> None:
    call = _asked(fund, day, title=TITLE, amount="20000.00", purpose=PURPOSE, key=Key.AGREED)
    for place, share in enumerate(call.shares.select_related("funder").order_by("number"), start=1):
        _answer(share, day + timedelta(days=6 + place))
    call.refresh_from_db()
    finance = seat_of(fund.host, Role.FINANCE)
    closing = day + timedelta(days=20)
    actions.close(call=call, note=MET, by=seat_of(fund.host, Role.COMMISSIONER), version=call.version, at=_morning(closing))
    call.refresh_from_db()
    with rls_scope([fund.host_id]):
        for share in call.shares.select_related("funder").order_by("number"):
            arrived = day + timedelta(days=45 + share.number)
            told = {"amount": share.accepted_amount, "received_on": arrived, "bank_reference": f"BACS CALL {share.funder.code.upper()}"}
            actions.receive(share=share, by=finance, at=_morning(arrived), **told)
        paid_on = day + timedelta(days=70)
        told = {"amount": Decimal("12000.00"), "paid_on": paid_on, "payee": "Independent chair", "bank_reference": "PAY CALL 1"}
        actions.pay(call=call, by=finance, at=_morning(paid_on), **told)


def _open(fund: PooledFund, day: date) -> None:
    told = {"key_reason": "Only these partners hand out the leaflets.", "parts": {"nhs": 2, "pcc": 1, "medway": 1}}
    call = _asked(fund, day, title=OPEN_TITLE, amount="3000.00", purpose=OPEN_PURPOSE, key=Key.ONE_TIME, **told)
    _answer(call.shares.select_related("funder").get(funder__code="pcc"), day + timedelta(days=3))


def _asked(fund: PooledFund, day: date, *, amount: str, key_reason: str = "", parts: dict[str, int] | None = None, **told: Any) -> Call:
    officer = seat_of(fund.host, Role.COMMISSIONER)
    codes = parts or {}
    partners = {one.pk: codes[one.code] for one in type(fund.host).objects.filter(code__in=codes)}
    known = {"fund": fund, "amount": Decimal(amount), "answer_by": day + timedelta(days=28), "key_reason": key_reason, "parts": partners}
    made = actions.draft(by=officer, at=_morning(day), **known, **told)
    return actions.ask(call=made, by=officer, version=made.version, at=_morning(day))


def _answer(share: CallShare, day: date) -> None:
    code = share.funder.code
    amount, reason = LESS.get(code, (str(share.amount), ""))
    told = {"accepted": Decimal(amount), "decision_reference": DECISIONS.get(code, "Director’s decision 12"), "reason": reason}
    with rls_scope([share.funder_id]):
        actions.answer(share=share, by=_approver(share), version=share.version, at=_morning(day), **told)


def _approver(share: CallShare) -> Seat:
    return seat_of(share.funder, Role.FUNDER_APPROVER)


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10, 0)))
