"""One contract with its people and quarters, and the figures that tests key."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from commissioning.contracts.models import Contract
from commissioning.measures.actions import load_measures
from commissioning.measures.models import Measure
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.periods.models import ReportingPeriod
from providers.returns.actions.clock import freeze, open_return
from providers.returns.actions.filling import save_part, send_for_sign_off
from providers.returns.actions.reviewing import accept
from providers.returns.actions.signing import certify
from providers.returns.kinds import Part
from providers.returns.models import OutcomeReturn, ReturnPart, ReturnVersion
from providers.returns.queries.working import key_from, working_return
from tests.factories import make_contract, make_organisation, make_seat, moment

SERVICES = ("IDVA_HR", "OUT", "REF")
NOW = moment("2026-10-05 10:00")

# A quarter that passes every check, by cell.
GOOD = {
    **{f"A01-{service}": "20" for service in SERVICES},
    **{f"A02N-{service}": "15" for service in SERVICES},
    **{f"A07-{service}": "2" for service in SERVICES},
    **{f"B01-{service}": "30" for service in SERVICES},
    **{f"B02-{service}": "12" for service in SERVICES},
    **{f"B03P-{service}": "6" for service in SERVICES},
    **{f"B03U-{service}": "4" for service in SERVICES},
    **{f"E01N-{service}": "9" for service in SERVICES},
    **{f"E02N-{service}": "7" for service in SERVICES},
    **{f"E03N-{service}": "8" for service in SERVICES},
    "F04": "60,750.00",
}


@dataclass
class Case:
    """A contract, its provider's and commissioner's people, and two quarters running."""

    contract: Contract
    officer: Seat
    certifier: Seat
    commissioner: Seat
    first: ReportingPeriod
    second: ReportingPeriod
    others: dict[str, Seat] = field(default_factory=dict)

    def open(self, period: ReportingPeriod | None = None) -> OutcomeReturn:
        return open_return(contract=self.contract, period=period or self.second, now=NOW)[0]

    def fill(self, outcome_return: OutcomeReturn, now: datetime = NOW, **changed: str) -> OutcomeReturn:
        """Key the good figures, with changes such as `B02_OUT="5"` or `words="..."`."""
        words, credit = changed.pop("words", ""), changed.pop("credit", "")
        cells = GOOD | {name.replace("_", "-", 1): text for name, text in changed.items()}
        for part in Part:
            note = {Part.WORDS: words, Part.MONEY: credit}.get(part, "")
            self.save(outcome_return, part, cells, note=note, now=now)
        return fresh(outcome_return)

    def save(self, outcome_return: OutcomeReturn, part: Part, cells: dict[str, str], *, note: str = "", **options: Any) -> ReturnPart:
        stored = ReturnPart.objects.filter(outcome_return=outcome_return, part=part).first()
        seen = options.pop("seen", stored.version if stored else 0)
        typed = {key_from(name): text for name, text in cells.items()}
        options.setdefault("by", self.officer)
        options.setdefault("now", NOW)
        return save_part(outcome_return=outcome_return, part=part, typed=typed, note=note, seen=seen, **options)

    def send(self, outcome_return: OutcomeReturn, now: datetime = NOW) -> OutcomeReturn:
        return send_for_sign_off(outcome_return=outcome_return, by=self.officer, now=now)

    def sign(self, outcome_return: OutcomeReturn, now: datetime = NOW) -> ReturnVersion:
        seen = fresh(outcome_return).version
        return certify(outcome_return=outcome_return, declared=True, seen=seen, by=self.certifier, now=now)

    def accept(self, outcome_return: OutcomeReturn, now: datetime = NOW) -> OutcomeReturn:
        return accept(outcome_return=outcome_return, seen=fresh(outcome_return).version, by=self.commissioner, now=now)

    def submitted(self, period: ReportingPeriod | None = None, now: datetime = NOW, **changed: str) -> OutcomeReturn:
        outcome_return = self.open(period)
        self.fill(outcome_return, now, **changed)
        self.send(outcome_return, now)
        self.sign(outcome_return, now)
        return fresh(outcome_return)

    def accepted(self, period: ReportingPeriod | None = None, now: datetime = NOW, **changed: str) -> OutcomeReturn:
        return self.accept(self.submitted(period, now, **changed), now)

    def frozen(self, period: ReportingPeriod | None = None, now: datetime = NOW, **changed: str) -> OutcomeReturn:
        outcome_return = self.accepted(period, now, **changed)
        freeze(outcome_return=outcome_return, now=now)
        return fresh(outcome_return)


def fresh(outcome_return: OutcomeReturn) -> OutcomeReturn:
    rows = OutcomeReturn.objects.select_related("contract__area", "period", "provider", "commissioner")
    return rows.get(pk=outcome_return.pk)


def working(outcome_return: OutcomeReturn, today: date = date(2026, 10, 5)) -> Any:
    return working_return(fresh(outcome_return), today)


def measure(code: str) -> Measure:
    return Measure.objects.get(code=code)


def make_case(provider: Any = None, commissioner: Any = None, **fields: Any) -> Case:
    if not Measure.objects.exists():
        load_measures()
    provider = provider or make_organisation(is_provider=True)
    commissioner = commissioner or make_organisation(is_commissioner=True)
    return Case(
        contract=make_contract(provider=provider, commissioner=commissioner, annual_amount=Decimal("243000"), **fields),
        officer=make_seat(Role.DATA_OFFICER, organisation=provider),
        certifier=make_seat(Role.CERTIFIER, organisation=provider),
        commissioner=make_seat(Role.COMMISSIONER, organisation=commissioner),
        first=_quarter("2026-27-Q1", "Quarter 1 of 2026/27", date(2026, 4, 1), date(2026, 6, 30), date(2026, 7, 20), date(2026, 8, 10)),
        second=_quarter("2026-27-Q2", "Quarter 2 of 2026/27", date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 20), date(2026, 11, 10)),
    )


def _quarter(code: str, name: str, first_day: date, last_day: date, due_on: date, freeze_on: date) -> ReportingPeriod:
    return ReportingPeriod.objects.get_or_create(
        code=code,
        defaults={"name": name, "first_day": first_day, "last_day": last_day, "due_on": due_on, "freeze_on": freeze_on, "state": "open"},
    )[0]
