"""What is asked of a scenario, and what it starts from. Amounts are pounds a year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commissioning.kernel.money import LARGEST, as_pounds
from commissioning.kernel.quarters import FinancialYear
from funders.pool.rules import NOTHING
from funders.scenarios.rules.cuts import Line, ScenarioRefused

CUT, WITHDRAWAL, PARTS = "cut", "withdrawal", "parts"
WHATS = {
    CUT: "A share of the whole goes",
    WITHDRAWAL: "A partner withdraws",
    PARTS: "Some give less",
}
MONTHS_A_YEAR = 12
USUAL_NOTICE = 6
LONGEST_NOTICE = 36


@dataclass(frozen=True)
class Question:
    """Which money goes, from when, and what is done about it.

    `parts` are givers by key with the percentage that they give less; a withdrawal is one of them at 100. `starts_on` is the
    first day of a month. `contingency` is one sum for all years together. `protected` are places of lines that are kept whole.
    """

    what: str
    starts_on: date
    percent: Decimal = NOTHING
    parts: tuple[tuple[str, Decimal], ...] = ()
    contingency: Decimal = NOTHING
    protected: tuple[int, ...] = ()
    notice_months: int = USUAL_NOTICE


@dataclass(frozen=True)
class Money:
    """What is given in a year, by how sure it is. Pledged is not agreed."""

    secured: Decimal = NOTHING
    conditional: Decimal = NOTHING
    pledged: Decimal = NOTHING

    @property
    def reaching(self) -> tuple[Decimal, Decimal, Decimal]:
        """What is secured; with what is conditional; with what is pledged."""
        sure = self.secured + self.conditional
        return self.secured, sure, sure + self.pledged


@dataclass(frozen=True)
class Giver:
    """A partner or a source of the fund, with its money by the calendar year in which the financial year begins."""

    key: str
    name: str
    years: Mapping[int, Money]


@dataclass(frozen=True)
class Place:
    """A district in its contract area; `weight` is its part of the key by which losses are shared."""

    area: str
    name: str
    weight: int


@dataclass(frozen=True)
class Target:
    """A contract's target that counts people or cases, and the days on which the contract runs."""

    area: str
    measure: str
    target: Decimal
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Ground:
    """What a scenario starts from: a fund as it stands today. `key` says in words how losses are shared by district."""

    fund: str
    source: str
    illustrative: bool
    years: tuple[int, ...]
    lines: tuple[Line, ...]
    givers: tuple[Giver, ...]
    places: tuple[Place, ...]
    targets: tuple[Target, ...]
    key: str


def check(ground: Ground, question: Question) -> None:
    """Whether the question can be asked of this fund.

    :raises ScenarioRefused:
    """
    first, last = FinancialYear(ground.years[0]).first_day, FinancialYear(ground.years[-1]).last_day
    if question.what not in WHATS:
        raise ScenarioRefused("Choose what happens: a share goes, a partner withdraws, or some give less.")
    if question.starts_on.day != 1 or not first <= question.starts_on <= last:
        raise ScenarioRefused("Choose a month in the years of the fund.", field="start")
    if not question.contingency.is_finite() or not 0 <= question.contingency <= LARGEST:
        raise ScenarioRefused(f"The contingency must be from £0 to {as_pounds(LARGEST, whole=True)}.", field="contingency")
    if not 0 <= question.notice_months <= LONGEST_NOTICE:
        raise ScenarioRefused(f"The notice must be from 0 to {LONGEST_NOTICE} months.", field="notice")
    if any(not 0 <= place < len(ground.lines) for place in question.protected):
        raise ScenarioRefused("Choose what is kept whole from the lines of this fund.", field="protected")
    if question.what != CUT:
        _check_parts(ground, question)


def _check_parts(ground: Ground, question: Question) -> None:
    known = {one.key for one in ground.givers}
    if question.what == WITHDRAWAL and (len(question.parts) != 1 or question.parts[0][0] not in known):
        raise ScenarioRefused("Choose who withdraws.", field="partner")
    if not any(percent for _, percent in question.parts) or any(key not in known for key, _ in question.parts):
        raise ScenarioRefused("Say of at least one source or partner how much less it gives, from 0 to 100 %.")
