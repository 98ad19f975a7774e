"""Answers year by year: shortfall in three lines, contingency, part years, districts, targets, notice; and what always holds."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funders.scenarios.rules import (
    CUT,
    PARTS,
    WITHDRAWAL,
    Giver,
    Ground,
    Line,
    Money,
    Place,
    Question,
    ScenarioRefused,
    Target,
    outcome_from,
    plain,
    question_from,
    same_figures,
    work_out,
)
from funders.scenarios.sentences import assumptions, finding, shortfall_words

TODAY = date(2026, 11, 22)
CASES = Line("Community advisers", Decimal(1300), "case", Decimal("500.00"), Decimal("650000.00"))
COURT = Line("Court advisers", Decimal(4), "post", Decimal("40000.00"), Decimal("160000.00"))
COUNCILS = Giver("source-1", "Councils", {year: Money(secured=Decimal("259000.00")) for year in (2026, 2027)})
HEALTH = Giver("partner-nhs", "Health", {2026: Money(secured=Decimal("321416.67")), 2027: Money(pledged=Decimal("300000.00"))})
GRANT = Giver("source-2", "A grant", {2026: Money(conditional=Decimal("40000.00"))})
PLACES = (Place("West", "Sevenoaks", 120), Place("West", "Tunbridge Wells", 115), Place("East", "Thanet", 140))
TARGET = Target("West", "Victims supported", Decimal(80), date(2017, 4, 1), date(2027, 3, 31))
GROUND = Ground("The fund", "A paper", False, (2026, 2027), (CASES, COURT), (COUNCILS, HEALTH, GRANT), PLACES, (TARGET,), "residents")
APRIL = date(2026, 4, 1)


def answer(what=CUT, start=APRIL, ground=GROUND, today=TODAY, **told):
    given = {name: Decimal(value) if name in ("percent", "contingency") else value for name, value in told.items()}
    if what == CUT:
        given.setdefault("percent", Decimal(10))
    return work_out(ground, Question(what, start, **given), today=today)


@pytest.mark.parametrize(
    ("percent", "protected", "left", "cases", "posts"),
    [
        ("10", (), "729000.00", "1170", "3.6"),
        ("20", (), "648000.00", "1040", "3.2"),
        ("10", (1,), "729000.00", "1138", "4"),
        ("20", (1,), "648000.00", "976", "4"),
    ],
)
def test_the_contingency_of_2017_in_every_year(percent, protected, left, cases, posts):
    outcome = answer(percent=percent, protected=protected)
    assert [one.year for one in outcome.years] == [2026, 2027]
    for year in outcome.years:
        assert str(year.left) == left
        assert [one.quantity for one in year.lines] == [Decimal(cases), Decimal(posts)]


def test_the_shortfall_has_three_lines():
    first, second = answer(percent="10").years
    assert [str(one) for one in first.missing_before] == ["229583.33", "189583.33", "189583.33"]
    assert [str(one) for one in first.missing_after] == ["310583.33", "270583.33", "270583.33"]
    assert [str(one) for one in second.missing_after] == ["632000.00", "632000.00", "332000.00"]


def test_nothing_is_missing_beyond_what_is_required():
    year = answer(percent="100").years[0]
    assert set(year.missing_after) == {Decimal("810000.00")}
    assert year.left == 0


def test_the_first_year_counts_by_whole_months():
    outcome = answer(start=date(2026, 10, 1), percent="20", protected=(1,))
    assert [(one.months, str(one.cut)) for one in outcome.years] == [(6, "81000.00"), (12, "162000.00")]
    assert outcome.worst.year == 2027
    assert outcome.years[0].label == "2026/27 (6 months)"
    last_month = answer(start=date(2028, 3, 1), percent="12")
    assert [(one.label, str(one.cut)) for one in last_month.years] == [("2027/28 (1 month)", "8100.00")]


def test_a_partner_withdraws_with_what_it_agreed_and_pledged():
    first, second = answer(WITHDRAWAL, parts=(("partner-nhs", Decimal(100)),)).years
    assert (str(first.lost), str(first.cut)) == ("321416.67", "321416.67")
    assert [str(one) for one in first.missing_after] == ["551000.00", "511000.00", "511000.00"]
    assert [str(one) for one in second.missing_before] == ["551000.00", "551000.00", "251000.00"]
    assert [str(one) for one in second.missing_after] == ["551000.00", "551000.00", "551000.00"]


def test_some_give_less():
    outcome = answer(PARTS, parts=(("source-1", Decimal(50)), ("source-2", Decimal(100))))
    assert str(outcome.years[0].lost) == "169500.00"
    assert [str(one) for one in outcome.years[0].missing_after] == ["359083.33", "359083.33", "359083.33"]
    assert finding(outcome).startswith("Less money from Councils (50%) and A grant (100%) loses ")


def test_money_to_spare_goes_before_a_line_is_cut():
    rich = replace(GROUND, givers=(COUNCILS, Giver("partner-x", "A partner", {2026: Money(secured=Decimal("600000.00"))})), years=(2026,))
    outcome = answer(WITHDRAWAL, ground=rich, parts=(("source-1", Decimal(100)),))
    assert str(outcome.years[0].cut) == "210000.00"
    little = answer(PARTS, ground=rich, parts=(("source-1", Decimal(10)),))
    assert little.cut == 0
    assert finding(little) == "Less money from Councils (10%) cuts no line, because there is money to spare."


def test_contingency_is_one_sum_and_is_used_in_the_earliest_year_first():
    first, second = answer(percent="10", contingency="100000").years
    assert (str(first.from_contingency), str(first.cut)) == ("81000.00", "0.00")
    assert (str(second.from_contingency), str(second.cut)) == ("19000.00", "62000.00")
    assert str(first.missing_after[0]) == "229583.33"
    assert finding(answer(percent="1", contingency="50000")) == "A cut of 1% is met from contingency, so no line is cut."


def test_districts_add_up_and_cases_are_whole():
    year = answer(percent="10").years[0]
    assert [(one.name, *one.lost) for one in year.places] == [
        ("Sevenoaks", Decimal("42.00"), Decimal("0.13")),
        ("Tunbridge Wells", Decimal("40.00"), Decimal("0.12")),
        ("Thanet", Decimal("48.00"), Decimal("0.15")),
    ]


def test_targets_follow_the_lines_that_are_cut_while_the_contract_runs():
    first, second = answer(percent="20", protected=(1,)).years
    assert [(one.measure, one.before, one.after) for one in first.targets] == [("Victims supported", Decimal(80), Decimal(60))]
    assert second.targets == ()
    part_year = answer(percent="20", protected=(1,), start=date(2026, 10, 1)).years[0]
    assert [one.after for one in part_year.targets] == [Decimal(60)]
    court_alone = answer(percent="10", protected=(0,)).years[0]
    assert [one.after for one in court_alone.targets] == [Decimal(80)]


def test_notice_says_what_falls_before_it_runs_out():
    outcome = answer(start=date(2027, 4, 1), percent="10", notice_months=6)
    assert outcome.earliest == date(2027, 5, 22)
    assert str(outcome.too_early) == "13500.00"
    assert assumptions(outcome)[-1].endswith("£13,500.00 of the cut falls before that day and has to be found elsewhere.")
    over = answer(today=date(2030, 1, 1))
    assert (over.earliest, over.too_early) == (None, 0)


def test_the_sentences():
    outcome = answer(percent="20", protected=(1,))
    assert finding(outcome) == "A cut of 20% loses 324 cases a year."
    assert shortfall_words(outcome).startswith(
        "In 2026/27, £391,583.33 of £810,000.00 is missing on what is secured, instead of £229,583.33;"
    )
    assert finding(answer(percent="0")) == "A cut of 0% takes no money away."


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"start": date(2025, 4, 1)}, "month in the years"),
        ({"start": date(2028, 4, 1)}, "month in the years"),
        ({"start": date(2026, 4, 2)}, "month in the years"),
        ({"contingency": "-1"}, "contingency must be"),
        ({"contingency": "NaN"}, "contingency must be"),
        ({"contingency": "Infinity"}, "contingency must be"),
        ({"notice_months": 37}, "notice must be"),
        ({"protected": (2,)}, "lines of this fund"),
        ({"protected": (0, 1)}, "Protect less"),
        ({"what": "other"}, "Choose what happens"),
        ({"what": WITHDRAWAL}, "Choose who withdraws"),
        ({"what": WITHDRAWAL, "parts": (("partner-x", Decimal(100)),)}, "Choose who withdraws"),
        ({"what": PARTS}, "at least one source or partner"),
        ({"what": PARTS, "parts": (("source-1", Decimal(101)),)}, "from 0 to 100"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(told, sentence):
    with pytest.raises(ScenarioRefused, match=sentence):
        answer(**told)


def test_question_and_answer_are_kept_and_read_back_to_the_penny():
    outcome = answer(PARTS, parts=(("source-1", Decimal("12.5")),), protected=(1,), contingency="0.01")
    assert outcome_from(plain(outcome)) == outcome
    assert question_from(plain(outcome.question)) == outcome.question
    assert same_figures(outcome, replace(outcome, worked_out_on=date(2027, 1, 1), earliest=None))
    assert not same_figures(outcome, answer(PARTS, parts=(("source-1", Decimal("12.5")),), protected=(1,)))


pennies = st.integers(1, 100_000_000).map(lambda number: Decimal(number).scaleb(-2))
quantities = st.integers(1, 500_000).map(lambda number: Decimal(number).scaleb(-2))
lines = st.lists(
    st.builds(
        lambda quantity, amount: Line("a line", quantity, "case", amount, (quantity * amount).quantize(Decimal("0.01"))),
        quantities,
        pennies,
    ).filter(lambda one: one.amount > 0),
    min_size=1,
    max_size=5,
)
places = st.lists(st.builds(Place, st.sampled_from(["A", "B"]), st.just("a district"), st.integers(1, 300_000)), min_size=1, max_size=13)


@given(lines, places, st.integers(0, 100), st.integers(0, 100), st.sets(st.integers(0, 4)), st.integers(0, 23), pennies)
def test_parts_always_add_up_protected_lines_stay_and_more_is_never_left_of_less(some, where, one, two, protected, month, pot):
    ground = replace(GROUND, lines=tuple(some), places=tuple(where))
    start = date(2026 + (month + 3) // 12, (month + 3) % 12 + 1, 1)
    kept = tuple(sorted(place for place in protected if place < len(some)))
    told = {"ground": ground, "start": start, "protected": kept, "contingency": pot}
    try:
        smaller, larger = (answer(percent=Decimal(percent), **told) for percent in sorted((one, two)))
    except ScenarioRefused:
        assert kept
        return
    for outcome in (smaller, larger):
        for year in outcome.years:
            assert sum(line.left for line in year.lines) == year.left
            assert sum(line.lost for line in year.lines) == year.cut == year.lost - year.from_contingency
            assert all(line.lost == 0 and line.quantity_lost == 0 for line in year.lines if line.is_protected)
            for place, line in enumerate(year.lines):
                assert sum(district.lost[place] for district in year.places) == line.quantity_lost >= 0
        assert sum(year.from_contingency for year in outcome.years) <= pot
    for less, more in zip(smaller.years, larger.years, strict=True):
        assert more.left <= less.left
        assert (
            all(after >= before for after, before in zip(more.missing_after, less.missing_after, strict=True))
            or more.from_contingency > less.from_contingency
        )
