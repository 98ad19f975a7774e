import io
import json
from datetime import date

import pytest
import time_machine
from django.core.management import call_command

from commissioning.audit.models import AuditEntry
from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.seat import Seat
from commissioning.periods import demo
from commissioning.periods.actions import create_quarters, create_special, extend, follow_the_clock
from commissioning.periods.models import ReportingPeriod
from commissioning.periods.queries import last_ended_quarter, quarter_before, quarters_until
from commissioning.periods.rules import PeriodRefused
from tests.factories import moment

pytestmark = pytest.mark.django_db
SYSTEM = Seat.system()


def states() -> dict[str, str]:
    return dict(ReportingPeriod.objects.order_by("first_day").values_list("code", "state"))


def quarters(year: int = 2026, today: date = date(2026, 4, 1)) -> list[ReportingPeriod]:
    return create_quarters(year=FinancialYear(year), today=today, by=SYSTEM)


def test_the_quarters_of_a_year_are_made_once_in_the_state_of_the_day():
    quarters(today=date(2026, 10, 5))
    quarters(today=date(2027, 10, 5))
    assert states() == {"2026-27-Q1": "frozen", "2026-27-Q2": "open", "2026-27-Q3": "ahead", "2026-27-Q4": "ahead"}


def test_a_special_period_is_no_quarter():
    quarters()
    period = create_special(
        code="dartford-2017",
        name="Dartford service, April to July 2017",
        first_day=date(2017, 4, 1),
        last_day=date(2017, 7, 31),
        today=date(2026, 10, 5),
        by=SYSTEM,
    )
    assert (period.kind, period.state, period.due_on) == ("special", "frozen", date(2017, 8, 21))
    assert period not in ReportingPeriod.objects.quarters()
    assert quarters_until(period, 8) == [period]
    assert quarter_before(period) is None


def test_the_clock_opens_and_freezes_and_plans_the_coming_year():
    quarters()
    follow_the_clock(moment("2026-10-01 00:05"))
    assert states()["2026-27-Q1"] == "frozen"
    assert states()["2026-27-Q2"] == "open"
    assert states()["2027-28-Q4"] == "ahead"
    assert follow_the_clock(moment("2026-10-01 00:06")) == 0
    follow_the_clock(moment("2026-11-10 00:01"))
    assert states()["2026-27-Q2"] == "frozen"


def test_the_clock_is_londons():
    quarters()
    follow_the_clock(moment("2026-06-30 23:59"))
    assert states()["2026-27-Q1"] == "ahead"
    follow_the_clock(moment("2026-07-01 00:00"))
    assert states()["2026-27-Q1"] == "open"


def test_a_missed_period_is_opened_before_it_is_frozen():
    quarters()
    follow_the_clock(moment("2026-12-01 09:00"))
    first = AuditEntry.objects.filter(object_reference="2026-27-Q1").order_by("id").values_list("verb", flat=True)
    assert list(first) == ["planned", "opened", "froze"]


def test_an_extension_moves_the_freeze_and_keeps_the_first_due_day():
    period = quarters()[1]
    extend(period=period, due_on=date(2026, 10, 27), reason="A flood", by=SYSTEM)
    period = extend(period=period, due_on=date(2026, 11, 3), reason="Still a flood", by=SYSTEM)
    assert (period.extended_from, period.extended_because) == (date(2026, 10, 20), "Still a flood")
    assert (period.due_on, period.freeze_on) == (date(2026, 11, 3), date(2026, 11, 24))


def test_a_frozen_period_is_not_extended():
    period = quarters(today=date(2026, 10, 5))[0]
    with pytest.raises(PeriodRefused, match="This period is frozen"):
        extend(period=period, due_on=date(2026, 12, 1), reason="A flood", by=SYSTEM)


def test_quarters_before_and_until():
    found = quarters(2025) + quarters(2026)
    assert quarter_before(found[4]) == found[3]
    assert quarter_before(found[0]) is None
    assert quarters_until(found[5], 3) == found[3:6]
    assert last_ended_quarter(date(2026, 10, 1)) == found[5]
    assert last_ended_quarter(date(2026, 9, 30)) == found[4]


@pytest.mark.parametrize("today", ["2026-11-22", "2026-10-01", "2027-01-02", "2027-04-01", "2027-09-30"])
def test_the_demo_keeps_the_last_ended_quarter_open(today):
    with time_machine.travel(f"{today} 12:00", tick=False):
        demo.load()
        day = date.fromisoformat(today)
        quarter = last_ended_quarter(day)
        assert quarter.state == "open"
        assert (quarter.due_on - day).days >= 7
        assert quarter.extended_because in ("", demo.EXTENDED)
        before = list(ReportingPeriod.objects.order_by("code").values())
        demo.load()
        assert list(ReportingPeriod.objects.order_by("code").values()) == before


def test_the_command_lists_periods_for_scripts():
    with time_machine.travel("2026-11-22 12:00", tick=False):
        demo.load()
    out = io.StringIO()
    call_command("periods", "--json", stdout=out)
    listed = json.loads(out.getvalue())
    assert listed[0] == {
        "code": "dartford-2017",
        "kind": "special",
        "first_day": "2017-04-01",
        "last_day": "2017-07-31",
        "state": "frozen",
        "due_on": "2017-08-21",
        "freeze_on": "2017-09-12",
        "extended_from": None,
    }
    assert [one["code"] for one in listed[1:3]] == ["2025-26-Q1", "2025-26-Q2"]
    call_command("periods", stdout=out)
    assert "2026-27-Q2       quarter  2026-07-01 to 2026-09-30  open" in out.getvalue()
