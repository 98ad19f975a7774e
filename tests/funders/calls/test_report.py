"""The line of the quarterly report: counts and pounds of the calls of the period, and not what they were about."""

from datetime import date

from commissioning.reports.registry import sections
from tests.factories import make_period


def quarter():
    days = {"first_day": date(2026, 10, 1), "last_day": date(2026, 12, 31), "due_on": date(2027, 1, 20), "freeze_on": date(2027, 2, 10)}
    return make_period(**days)


def paragraphs(period):
    (section,) = [one for one in sections() if one.key == "pooled-fund"]
    return section.build(period).paragraphs


def test_a_period_with_a_call_says_how_many_and_how_much(case):
    call, _ = case.received()
    case.pay(call)
    *_, line = paragraphs(quarter())
    assert line == (
        "1 one-off call in this period: £1,200.00 asked, £1,000.00 accepted, £700.00 received and £500.00 paid out. "
        "Covered by no partner: £200.00."
    )
    assert "homicide" not in line.lower()


def test_a_period_without_one_says_nothing(case):
    case.draft()
    assert [one for one in paragraphs(quarter()) if "one-off call" in one] == []
