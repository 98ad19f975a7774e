from datetime import date
from decimal import Decimal
from json import dumps, loads

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.kernel.quarters import FinancialYear
from funders.claims.rules import Taken
from funders.cover.rules import (
    OverrideRefused,
    check_confirmation,
    check_proposal,
    check_reason,
    kept,
    most_let_pass,
    read,
    still_shut,
    uncovered_extension,
)
from funders.statements.rules import Outside, Uncovered

pounds = st.decimals(0, 10**7, places=2)


def short(year, missing, secured="259000"):
    return Uncovered(FinancialYear(year), Decimal(secured) + Decimal(missing), Decimal(secured))


def test_a_gap_that_has_grown_shuts_the_gate_again_and_says_by_how_much():
    (found,) = still_shut([short(2027, "41000"), short(2028, "45000.01")], {2027: Decimal("41000"), 2028: Decimal("41000")})
    assert found.sentence == (
        "2028/29: £45,000.01 is missing. £304,000.01 is needed and £259,000.00 is pooled or agreed. Pledges count when they are agreed. "
        "Two partners have let £41,000.00 pass; £4,000.01 more is missing now."
    )
    assert still_shut([short(2027, "1")], {})[0].sentence == short(2027, "1").sentence


@given(st.dictionaries(st.integers(2020, 2030), pounds, max_size=5), st.dictionaries(st.integers(2020, 2030), pounds, max_size=5))
def test_a_year_is_shut_just_when_more_is_missing_than_was_let_pass(gaps, passed):
    years = [short(year, gap) for year, gap in gaps.items() if gap]
    assert {one.uncovered.year.start for one in still_shut(years, passed)} == {
        year for year, gap in gaps.items() if gap > passed.get(year, Decimal(0))
    }
    assert read(kept(years)) == years


def test_overrides_do_not_add_up():
    assert most_let_pass([[short(2027, "10"), short(2028, "5")], [short(2027, "30")]]) == {2027: 30, 2028: 5}


@given(st.dictionaries(st.integers(2026, 2030), st.decimals("0.01", 10**6, places=2), min_size=1), st.data())
def test_both_sign_the_same_figures_or_less(gaps, data):
    now = {year: data.draw(st.decimals(0, 10**6, places=2)) for year in gaps}
    told = {"proposed": [short(*one) for one in gaps.items()], "now": [short(*one) for one in now.items() if one[1]]}
    if any(now[year] > gaps[year] for year in gaps) or not any(now.values()):
        with pytest.raises(OverrideRefused, match=r"proposed anew|covered by now"):
            check_confirmation(**told)
    else:
        check_confirmation(**told)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"uncovered": [], "waits": False, "shut": False}, "Nothing has to be overridden"),
        ({"uncovered": [short(2027, "1")], "waits": False, "shut": False}, "Nothing has to be overridden"),
        ({"uncovered": [short(2027, "1")], "waits": True, "shut": True}, "waits for its second signatory already"),
    ],
)
def test_what_is_not_proposed(told, said):
    with pytest.raises(OverrideRefused, match=said):
        check_proposal(**told)


@pytest.mark.parametrize("reason", ["", "   ", "abc", "x" * 2001])
def test_a_reason_that_nobody_could_follow(reason):
    with pytest.raises(OverrideRefused) as refused:
        check_reason(reason)
    assert refused.value.field == "reason"


def test_an_option_needs_money_that_nobody_takes():
    """£9,000 a year from April 2029 in a fund to 2030/31: in 2029 £5,000 of £12,000 are committed to others; after 2030/31 there is none."""
    told = {"annual": Decimal("9000"), "ends_on": date(2029, 3, 31)}
    secured = {2029: Decimal("12000"), 2030: Decimal("9000")}
    (found,) = uncovered_extension(**told, months=24, secured=secured, taken={2029: Taken(Decimal("5000"))})
    assert (found.year.start, found.missing) == (2029, Decimal("2000.00"))
    assert uncovered_extension(**told, months=24, secured=secured, taken={}) == []
    (last,) = uncovered_extension(**told, months=30, secured=secured, taken={})
    assert last.sentence == "2031/32: the fund ends before it. £4,500.00 is needed and nothing is agreed."


@given(pounds, pounds, pounds, st.integers(0, 9), st.sampled_from(Outside))
def test_what_was_signed_is_read_again_as_it_was(committed, signed, asked, tenders, outside):
    years = [Uncovered(FinancialYear(2027), Decimal(9), Decimal(1), Taken(committed, signed, asked, tenders), outside)]
    assert read(loads(dumps(kept(years)))) == years
