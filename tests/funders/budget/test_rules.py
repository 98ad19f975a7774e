from datetime import date
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funders.budget.rules import (
    BudgetRefused,
    CommitmentRefused,
    Limited,
    check_allocation,
    check_cap,
    check_commitment,
    check_why,
    contract_years,
    over_limits,
)

pennies = st.integers(1, 10**9).map(lambda count: Decimal(count).scaleb(-2))


def test_five_years_of_a_contract_from_april():
    years = contract_years(Decimal("243000"), date(2017, 4, 1), 60)
    assert years == dict.fromkeys(range(2017, 2022), Decimal("243000.00"))


def test_a_contract_that_begins_in_september_is_shared_by_months():
    years = contract_years(Decimal("180000"), date(2027, 9, 1), 60)
    assert years == {2027: Decimal("105000.00"), **dict.fromkeys(range(2028, 2032), Decimal("180000.00")), 2032: Decimal("75000.00")}


def test_odd_pennies_go_to_the_largest_remainders():
    """£100,000 a year for 7 months from January is £58,333.33: 3/7 is £24,999.9986, 4/7 is £33,333.3314."""
    assert contract_years(Decimal("100000"), date(2028, 1, 1), 7) == {2027: Decimal("25000.00"), 2028: Decimal("33333.33")}


@given(annual=pennies, month=st.integers(1, 12), months=st.integers(1, 120))
def test_the_years_add_up_to_the_value_over_the_whole_term(annual, month, months):
    years = contract_years(annual, date(2026, month, 1), months)
    assert sum(years.values()) == (annual * months / 12).quantize(Decimal("0.01"))
    assert all(amount >= 0 for amount in years.values())


def asked(**changes):
    told = {
        "amount": Decimal("100.00"),
        "year": 2026,
        "fund_years": [2026, 2027],
        "unallocated": Decimal("100.00"),
        "set_aside": Decimal("0.00"),
        "committed_from_line": Decimal("0.00"),
        "line_total": Decimal("0.00"),
    }
    return check_allocation(**{**told, **changes})


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"year": 2030}, "year", "one of the fund's years"),
        ({"amount": Decimal("0.00")}, "amount", "above £0.00"),
        ({"amount": Decimal("100.01")}, "amount", "£100.01 is more than the pot has left. £100.00 is agreed"),
        ({"amount": Decimal("-1.00")}, "amount", "only £0.00 from this pot"),
        (
            {
                "amount": Decimal("-60.00"),
                "set_aside": Decimal("100.00"),
                "line_total": Decimal("100.00"),
                "committed_from_line": Decimal("50.00"),
            },
            "amount",
            "Contracts have committed £50.00 of this line in 2026/27. At most £50.00 can be taken back.",
        ),
    ],
)
def test_what_cannot_be_set_aside(changes, field, said):
    asked()
    with pytest.raises(BudgetRefused, match=said) as refusal:
        asked(**changes)
    assert refusal.value.field == field


def test_management_is_capped():
    """5 % of £810,000 is £40,500."""
    told = {"cap_percent": Decimal("5.00"), "line_total": Decimal("40000.00"), "secured": Decimal("810000.00")}
    check_cap(amount=Decimal("500.00"), **told)
    with pytest.raises(BudgetRefused, match=r"5 % of the money that is secured for the year, which is £40,500.00"):
        check_cap(amount=Decimal("500.01"), **told)


def test_above_the_limit_the_board_decides():
    check_why("IDVA service", "", amount=Decimal("100000.00"), limit=Decimal("100000.00"))
    check_why("IDVA service", "Minute 7", amount=Decimal("100000.01"), limit=Decimal("100000.00"))
    with pytest.raises(BudgetRefused, match="the partnership board decides") as refusal:
        check_why("IDVA service", " ", amount=Decimal("-100000.01"), limit=Decimal("100000.00"))
    assert refusal.value.field == "decision_reference"
    with pytest.raises(BudgetRefused, match="few words"):
        check_why(" no ", "", amount=Decimal("1.00"), limit=Decimal("100000.00"))


def test_the_refusal_of_a_commitment_names_the_years_and_the_pounds():
    needed = {2027: Decimal("200.00"), 2028: Decimal("200.00"), 2029: Decimal("10.00")}
    with pytest.raises(CommitmentRefused, match=r"£50.00 in 2027/28 and £200.00 in 2028/29 more has to be set aside"):
        check_commitment(needed, {2027: Decimal("150.00"), 2029: Decimal("10.00")})
    check_commitment(needed, dict.fromkeys(needed, Decimal("200.00")))
    with pytest.raises(CommitmentRefused, match="No year of this contract"):
        check_commitment({}, {})


def limited(*pairs):
    return [Limited(Decimal(amount), frozenset(lines)) for amount, lines in pairs]


@pytest.mark.parametrize(
    ("allocated", "over"),
    [
        ({1: "60.00", 2: "40.00"}, "0.00"),  # 40 is free, 60 is only for line 1
        ({1: "59.99", 2: "40.01"}, "0.01"),
        ({2: "100.00"}, "60.00"),
        ({1: "100.00"}, "0.00"),
        ({}, "0.00"),
    ],
)
def test_limited_money_pays_only_for_its_lines(allocated, over):
    told = {line: Decimal(amount) for line, amount in allocated.items()}
    assert over_limits(told, secured=Decimal("100.00"), limited=limited(("60.00", {1}))) == Decimal(over)


def test_two_limits_are_kept_together():
    """30 only for line 1, 30 only for lines 1 and 2, 40 free: line 3 gets at most 40, lines 2 and 3 together at most 70."""
    both = limited(("30.00", {1}), ("30.00", {1, 2}))
    told = {1: Decimal("20.00"), 2: Decimal("40.00"), 3: Decimal("40.00")}
    assert over_limits(told, secured=Decimal("100.00"), limited=both) == Decimal("10.00")
    assert over_limits({**told, 2: Decimal("30.00")}, secured=Decimal("100.00"), limited=both) == 0
    assert over_limits({3: Decimal("40.01")}, secured=Decimal("100.00"), limited=both) == Decimal("0.01")


@given(
    amounts=st.lists(st.integers(0, 50), min_size=1, max_size=3),
    reach=st.lists(st.frozensets(st.integers(1, 3), min_size=1), min_size=1, max_size=3),
    free=st.integers(0, 50),
    wanted=st.dictionaries(st.integers(1, 3), st.integers(0, 60)),
)
def test_nothing_is_over_exactly_when_the_money_can_be_laid_out(amounts, reach, free, wanted):
    pairs = list(zip(amounts, reach, strict=False))
    money = [Limited(Decimal(amount), lines) for amount, lines in pairs]
    secured = Decimal(free + sum(amount for amount, _ in pairs))
    over = over_limits({line: Decimal(amount) for line, amount in wanted.items()}, secured=secured, limited=money)
    assert (over == 0) == can_be_laid_out(pairs, free, wanted)


@given(
    amounts=st.lists(st.integers(0, 50), min_size=1, max_size=5),
    reach=st.lists(st.frozensets(st.integers(1, 5)), min_size=5, max_size=5),
    secured=st.integers(0, 200),
    wanted=st.dictionaries(st.integers(1, 6), st.integers(0, 60)),
)
def test_what_is_over_is_what_every_set_of_limits_says(amounts, reach, secured, wanted):
    """Against the brute force: for each set of limits, what only they reach, less them and the free money."""
    money = [Limited(Decimal(amount), lines) for amount, lines in zip(amounts, reach, strict=False)]
    over = over_limits({line: Decimal(amount) for line, amount in wanted.items()}, secured=Decimal(secured), limited=money)
    free, worst = secured - sum(amounts), 0
    for size in range(len(money) + 1):
        for chosen in combinations(range(len(money)), size):
            inside = [line for line in wanted if all(place in chosen for place, one in enumerate(money) if line in one.lines)]
            worst = max(worst, sum(wanted[line] for line in inside) - free - sum(amounts[place] for place in chosen))
    assert over == worst


def test_forty_limits_of_one_pot_are_asked_in_no_time():
    """A set of limits for every pair of neighbours: by sets of limits these would be 2^40 questions."""
    money = [Limited(Decimal(10), frozenset({line, line + 1})) for line in range(40)]
    told = {**dict.fromkeys(range(41), Decimal("9.00")), 0: Decimal("9.01")}
    assert over_limits(told, secured=Decimal(400), limited=money) == 0
    assert over_limits({**told, 41: Decimal("30.98")}, secured=Decimal(400), limited=money) == Decimal("30.98")
    assert over_limits({**told, 41: Decimal("30.98")}, secured=Decimal(430), limited=money) == Decimal("0.98")


def test_bit_by_bit_the_board_decides_too():
    """£60,000 twice for one line are £120,000."""
    limit, bit = Decimal("100000.00"), Decimal("60000.00")
    check_why("IDVA service", "", amount=bit, limit=limit, undecided=Decimal("40000.00"))
    with pytest.raises(BudgetRefused, match=r"£60,000.00 of this line in this year moved without it already"):
        check_why("IDVA service", "", amount=bit, limit=limit, undecided=bit)
    check_why("IDVA service", "Minute 8", amount=bit, limit=limit, undecided=bit)
    check_why("IDVA service", "", amount=-bit, limit=limit, undecided=bit)
    with pytest.raises(BudgetRefused, match=r"Above £100,000\.00"):
        check_why("IDVA service", "", amount=-bit, limit=limit, undecided=-bit)


def can_be_laid_out(pairs, free, wanted):
    """By brute force over sets of lines: what they want is at most what reaches them."""
    sets = [set(chosen) for size in range(1, 4) for chosen in combinations(wanted, size)]
    return all(sum(wanted[line] for line in lines) <= free + sum(amount for amount, reached in pairs if reached & lines) for lines in sets)
