from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funders.budget.rules import contract_years, months_by_year
from funders.claims.rules import Taken
from funders.pool.rules import YearPosition
from funders.statements.rules import Outside, YearCertainty, certainty, coverage, finding, uncovered_years

APRIL = date(2027, 4, 1)


def position(year, *, agreed="0", pledged="0"):
    return YearPosition(year, Decimal("810000"), Decimal("259000"), Decimal(agreed), Decimal(pledged))


def test_a_term_from_april_fills_its_years():
    assert months_by_year(APRIL, 60) == {2027: 12, 2028: 12, 2029: 12, 2030: 12, 2031: 12}


def test_a_term_from_january_begins_with_three_months():
    assert months_by_year(date(2028, 1, 1), 14) == {2027: 3, 2028: 11}


@given(st.dates(date(2010, 1, 1), date(2050, 1, 1)), st.integers(0, 120))
def test_every_month_of_a_term_lies_in_one_year(starts_on, months):
    assert sum(months_by_year(starts_on, months).values()) == months


def asked(annual, months, starts_on=APRIL):
    return contract_years(Decimal(annual), starts_on, months)


def test_years_that_the_money_covers_to_the_penny_are_covered():
    secured = {2027: Decimal("810000.00"), 2028: Decimal("810000.01")}
    assert uncovered_years(asked("810000", 24), secured=secured) == []


def test_a_missing_penny_is_named_with_its_year():
    found = uncovered_years(asked("810000", 24), secured={2027: Decimal("810000"), 2028: Decimal("809999.99")})
    assert [one.sentence for one in found] == [
        "2028/29: £0.01 is missing. £810,000.00 is needed and £809,999.99 is pooled or agreed. Pledges count when they are agreed."
    ]


def test_each_year_of_the_term_outside_the_fund_is_named():
    """A fund of 2028/29 and 2029/30, a term from 2027/28 to 2031/32."""
    found = uncovered_years(asked("810000", 60), secured={2028: Decimal("810000"), 2029: Decimal("810000")})
    assert [one.sentence for one in found] == [
        "2027/28: the fund begins after it. £810,000.00 is needed and nothing is agreed.",
        "2030/31: the fund ends before it. £810,000.00 is needed and nothing is agreed.",
        "2031/32: the fund ends before it. £810,000.00 is needed and nothing is agreed.",
    ]
    assert [(one.outside, one.missing) for one in found][1] == (Outside.AFTER, Decimal("810000"))


def test_what_others_take_is_not_there_and_is_said():
    taken = {2027: Taken(Decimal("648000"), Decimal("0"), Decimal("162000"), 1), 2028: Taken(Decimal("609999.99"))}
    found = uncovered_years(asked("200000", 24), secured={2027: Decimal("1000000"), 2028: Decimal("810000")}, taken=taken)
    assert [one.sentence for one in found] == [
        "2027/28: £10,000.00 is missing. £200,000.00 is needed and £1,000,000.00 is pooled or agreed. Taken of the year already: "
        "£648,000.00 is committed to contracts and £162,000.00 is asked for by another tender. Pledges count when they are agreed."
    ]


def test_a_year_that_is_taken_beyond_its_money_lacks_all_that_is_needed_and_no_more():
    (found,) = uncovered_years(asked("200", 12), secured={2027: Decimal("100")}, taken={2027: Taken(Decimal("150"))})
    assert (found.free, found.missing) == (Decimal(0), Decimal("200"))


def test_part_of_a_year_needs_part_of_the_money():
    found = uncovered_years(asked("1200", 12, date(2027, 10, 1)), secured={2027: Decimal("599.99"), 2028: Decimal("600")})
    assert [(one.year.start, one.needed, one.missing) for one in found] == [(2027, Decimal("600.00"), Decimal("0.01"))]


@given(
    st.decimals(0, 10**7, places=2),
    st.lists(st.tuples(st.decimals(0, 10**7, places=2), st.decimals(0, 10**7, places=2)), min_size=1, max_size=6),
)
def test_a_year_is_named_just_when_it_lacks_money(annual, sums):
    secured = {2027 + place: amount for place, (amount, _) in enumerate(sums)}
    taken = {2027 + place: Taken(amount) for place, (_, amount) in enumerate(sums)}
    found = uncovered_years(asked(annual, 60), secured=secured, taken=taken)
    short = {year for year, amount in secured.items() if max(Decimal(0), amount - taken[year].committed) < annual and year < 2032}
    assert {one.year.start for one in found} == short | ({year for year in range(2027, 2032) if year not in secured} if annual else set())


@pytest.mark.parametrize(
    ("positions", "said"),
    [
        ([position(2026, agreed="551000")], "Every year is covered by money that is pooled or agreed."),
        ([position(2013)], "2013/14: £551,000.00 of £810,000.00 is missing, and nothing is pledged for it."),
        (
            [position(2026, agreed="551000"), position(2027, agreed="1000", pledged="20000"), position(2028, agreed="2000")],
            "2027/28 and 2028/29 are not fully covered. In 2027/28, £550,000.00 of £810,000.00 is missing, "
            "and £20,000.00 is pledged and not agreed.",
        ),
        (
            [position(2026), position(2027)],
            "No year is fully covered. In 2026/27, £551,000.00 of £810,000.00 is missing, and nothing is pledged for it.",
        ),
    ],
)
def test_how_a_fund_stands_in_a_sentence(positions, said):
    assert finding(positions) == said


def test_how_much_is_sure_in_a_sentence():
    both = [position(2026, agreed="551000"), position(2027, pledged="20000")]
    assert coverage(both) == ("Of £1,620,000.00 required in two years, £1,069,000.00 (66%) is pooled or agreed and £20,000.00 is pledged.")
    assert coverage([position(2013)]) == "Of £810,000.00 required in 2013/14, £259,000.00 (32%) is pooled or agreed."
    assert coverage([]) == "Nothing is required yet."


def sure(year, committed, received="0", signed="0", **given):
    return YearCertainty(position(year, **given), Decimal(received), Decimal(committed), Decimal(signed))


def test_a_year_is_over_from_the_first_penny_beyond_what_is_agreed():
    assert sure(2026, "259000").beyond == 0
    assert sure(2026, "259000.01").beyond == Decimal("0.01")
    assert sure(2026, "259000", signed="0.01").beyond == Decimal("0.01")
    assert sure(2026, "300000", pledged="500000").beyond == 41_000


@given(*(st.decimals(0, 10**7, places=2) for _ in range(6)))
def test_certainties_add_up_and_only_what_is_sure_covers(pooled, agreed, pledged, received, committed, signed):
    position = YearPosition(2026, Decimal(1), pooled, agreed, pledged, pledged, pledged)
    one = YearCertainty(position, min(received, agreed), committed, signed)
    assert one.received + one.agreed_open == pooled + agreed
    assert one.beyond == max(Decimal(0), committed + signed - pooled - agreed)
    assert bool(one.beyond) == certainty([one]).startswith("Contracts take more than")


def test_what_is_committed_or_signed_beyond_is_said_with_its_years():
    assert certainty([sure(2026, "259000"), sure(2027, "260000"), sure(2028, "300000")]) == (
        "Contracts take more than is pooled or agreed: £1,000.00 in 2027/28 and £41,000.00 in 2028/29 too much."
    )
    assert certainty([sure(2026, "100000", signed="200000")]) == (
        "Contracts take more than is pooled or agreed: £41,000.00 in 2026/27 too much. "
        "Of what they take, £200,000.00 is signed and not yet committed."
    )
    assert certainty([sure(2026, "100000"), sure(2027, "159000")]) == (
        "Contracts have committed £259,000.00, and in each year that is covered by money that is pooled or agreed."
    )
    assert certainty([sure(2026, "100000", signed="9000")]) == (
        "Contracts have committed £100,000.00, £9,000.00 more is signed and not yet committed, and in each year that is covered by money "
        "that is pooled or agreed."
    )
    assert certainty([sure(2026, "0", signed="9000")]) == (
        "No contract has committed money of this fund yet, £9,000.00 is signed and not yet committed, and in each year that is covered by "
        "money that is pooled or agreed."
    )
    assert certainty([sure(2026, "0")]).startswith("No contract has committed money of this fund yet. Of £810,000.00 required")
