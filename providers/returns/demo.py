"""The demo's returns: the figures of the 2017 paper, invented quarters since 2025, and the last ended quarter under way."""

import datetime
from decimal import Decimal

from django.utils import timezone

from commissioning.contracts.models import Contract
from commissioning.measures.models import Measure
from commissioning.organisations.demo import email_of
from commissioning.organisations.models import Organisation, Person
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.periods.models import ReportingPeriod
from commissioning.periods.queries import last_ended_quarter
from providers.returns.actions.clock import freeze, open_due_returns, open_return
from providers.returns.actions.filling import save_part, send_for_sign_off
from providers.returns.actions.papers import enter_from_paper
from providers.returns.actions.reviewing import accept, ask
from providers.returns.actions.signing import certify
from providers.returns.demo_figures import FIRST_QUARTERS, PLACES, figures_of
from providers.returns.kinds import Part
from providers.returns.models import OutcomeReturn, ReturnPart, ReturnVersion
from providers.returns.queries.working import key_from
from providers.returns.states import ReturnState

DARTFORD = "dartford-2017"
PAPER = "Domestic abuse framework of 2017 (paper 003), Dartford service April to July 2017"
PAPER_NOTE = (
    "The paper counts 42 people in independent advocacy (high risk), 32 in outreach and 17 in the refuge: 91 victims supported in four months. "
    "Walk-ins at One Stop Shops, brief advice and guidance, resettlement support and MARAC support cases are not counted inside."
)
PAPER_FIGURES = {("B05", "IDVA_HR"): Decimal(42), ("B05", "OUT"): Decimal(32), ("B05", "REF"): Decimal(17)}
WORDS = "Outcomes are below the floor while two posts stand empty. Both are advertised, and cases are reviewed together with outreach every month."
LATE = {("medway", "2026-27-Q1"): 3, ("dover-and-thanet", "2025-26-Q3"): 6}  # working days do not matter here: days after the due day
QUESTION = "Was the waiting list counted at the end of the last day of the quarter, and without people whose support had started?"


def load() -> str:
    """Make what is missing; what stands is left as it is, so that a demo under way is not disturbed."""
    contracts = list(Contract.objects.live().filter(area__code__in=PLACES).select_related("area", "provider", "commissioner"))
    _paper(contracts)
    history = [
        period
        for code in FIRST_QUARTERS
        for period in ReportingPeriod.objects.frozen().filter(code=code)
        for contract in contracts
        if _frozen_quarter(contract, period)
    ]
    now = timezone.now()
    open_due_returns(now)
    current = last_ended_quarter(timezone.localdate(now))
    if current and current.code in FIRST_QUARTERS:
        for contract in contracts:
            _under_way(contract, current, now)
    return f"91 victims supported in the special period of 2017; {len(history)} invented returns made now, one quarter under way."


def seat_of(organisation: Organisation, role: Role) -> Seat:
    """The seat of a demo account."""
    return Seat(Person.objects.get(email=email_of(role, organisation.code)), organisation, frozenset({role}))


def _paper(contracts: list[Contract]) -> None:
    period = ReportingPeriod.objects.filter(code=DARTFORD).first()
    for contract in contracts:
        if period and contract.area.code == "north-and-maidstone":
            by = seat_of(contract.commissioner, Role.COMMISSIONER)
            told = {"figures": PAPER_FIGURES, "note": PAPER_NOTE, "source": PAPER, "by": by, "now": timezone.now()}
            enter_from_paper(contract=contract, period=period, **told)


def _frozen_quarter(contract: Contract, period: ReportingPeriod) -> bool:
    """Walk an invented return through its whole life, with the days of its own calendar. Nobody is written to."""
    if OutcomeReturn.objects.filter(contract=contract, period=period).exists():
        return False
    late = LATE.get((contract.area.code, period.code), -2)
    submitted = _noon(period.due_on + datetime.timedelta(days=late))
    row = _opened(contract, period, _noon(period.last_day + datetime.timedelta(days=1)))
    _fill(row, contract, period, now=submitted - datetime.timedelta(days=1))
    _submit(row, contract, now=submitted)
    accepted = _noon(period.due_on + datetime.timedelta(days=8))
    _accept(row, contract, now=accepted)
    freeze(outcome_return=row, now=_noon(period.freeze_on))
    return True


def _under_way(contract: Contract, period: ReportingPeriod, now: datetime.datetime) -> None:
    """The last ended quarter: one draft, one waiting for a signature, one queried, one accepted, one not begun."""
    row = OutcomeReturn.objects.filter(contract=contract, period=period, state=ReturnState.NOT_STARTED).first()
    if row is None:
        return
    OutcomeReturn.objects.filter(pk=row.pk).update(illustrative=True)
    match contract.area.code:
        case "west":
            _fill(row, contract, period, now=now, parts=(Part.REFERRALS, Part.CASELOAD))
        case "dover-and-thanet":
            _fill(row, contract, period, now=now)
            send_for_sign_off(outcome_return=row, by=seat_of(contract.provider, Role.DATA_OFFICER), now=now)
        case "mid-and-east":
            _fill(row, contract, period, now=now)
            _submit(row, contract, now=now)
            _question(row, contract, now=now)
        case "medway":
            _fill(row, contract, period, now=now)
            _submit(row, contract, now=now)
            _accept(row, contract, now=now)


def _opened(contract: Contract, period: ReportingPeriod, now: datetime.datetime) -> OutcomeReturn:
    row, _ = open_return(contract=contract, period=period, now=now)
    OutcomeReturn.objects.filter(pk=row.pk).update(illustrative=True)
    return row


def _fill(
    row: OutcomeReturn, contract: Contract, period: ReportingPeriod, *, now: datetime.datetime, parts: tuple[Part, ...] = tuple(Part)
) -> None:
    by = seat_of(contract.provider, Role.DATA_OFFICER)
    typed = {key_from(name): text for name, text in figures_of(contract.area.code, period.code).items()}
    for part in parts:
        note = WORDS if part is Part.WORDS and contract.area.code == "dover-and-thanet" else ""
        page = ReturnPart.objects.filter(outcome_return=row, part=part).first()
        save_part(outcome_return=row, part=part, typed=typed, note=note, seen=page.version if page else 0, by=by, now=now)


def _submit(row: OutcomeReturn, contract: Contract, *, now: datetime.datetime) -> ReturnVersion:
    sent = send_for_sign_off(outcome_return=row, by=seat_of(contract.provider, Role.DATA_OFFICER), now=now)
    return certify(outcome_return=row, declared=True, seen=sent.version, by=seat_of(contract.provider, Role.CERTIFIER), now=now)


def _accept(row: OutcomeReturn, contract: Contract, *, now: datetime.datetime) -> None:
    row.refresh_from_db()
    accept(outcome_return=row, seen=row.version, by=seat_of(contract.commissioner, Role.COMMISSIONER), now=now)


def _question(row: OutcomeReturn, contract: Contract, *, now: datetime.datetime) -> None:
    by = seat_of(contract.commissioner, Role.COMMISSIONER)
    ask(outcome_return=row, measure=Measure.objects.get(code="A07"), service="OUT", question=QUESTION, by=by, now=now)


def _noon(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
