"""Credit for what is given already, parts of partners, and the refusals of setting up: pure."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funders.pool.rules import (
    FundRefused,
    SectorPart,
    check_details,
    check_line,
    check_parts,
    check_reason,
    check_source,
    credited,
    lacking,
    member_shares,
    sector_lines,
)

GAP, TOTAL = Decimal("551000"), Decimal("810000")
pounds = st.decimals(0, 10**9, places=2)
weights = st.lists(st.tuples(st.integers(0, 9999), pounds), min_size=1, max_size=8).filter(lambda found: any(part for part, _ in found))


def amounts(*texts):
    return [Decimal(text) for text in texts]


def test_without_credit_the_parts_alone_count():
    assert credited(GAP, [7, 4, 1], amounts("0", "0", "0")) == amounts("321416.67", "183666.67", "45916.66")


def test_what_is_given_is_taken_off_and_the_rest_is_scaled_up():
    """Police £30,000 of criminal justice, councils £190,000 of social services: more than their £45,916.66, so nothing is left of it."""
    shares = credited(GAP, [7, 4, 1], amounts("0", "30000", "190000"))
    assert shares == amounts("372777.93", "178222.07", "0")
    assert sum(shares) == GAP


def test_where_everybody_gives_all_already_the_parts_count():
    assert credited(Decimal("100"), [1, 1], amounts("50", "70")) == amounts("50", "50")


@given(pounds, weights)
def test_shares_with_credit_add_up_and_are_never_negative(base, found):
    shares = credited(base, [part for part, _ in found], [credit for _, credit in found])
    assert sum(shares) == base
    assert min(shares) >= 0
    assert all(share == 0 for share, (part, _) in zip(shares, found, strict=True) if part == 0)


@given(pounds, st.lists(st.tuples(st.integers(1, 99), st.integers(0, 99), pounds), min_size=1, max_size=8))
def test_sector_lines_add_up_with_any_parts_costs_and_credits(base, found):
    parts = [SectorPart(str(place), "", part, cost, credit) for place, (part, cost, credit) in enumerate(found)]
    lines = sector_lines(base, parts)
    assert sum(line.amount for line in lines) == sum(line.true_amount for line in lines) == base
    assert sum(line.difference for line in lines) == 0


@given(pounds, st.dictionaries(st.integers(), st.tuples(st.integers(0, 99), pounds), min_size=1, max_size=13))
def test_members_share_all_of_it_with_any_parts_and_credits(amount, found):
    shares = member_shares(
        amount, list(found), {key: part for key, (part, _) in found.items()}, {key: one for key, (_, one) in found.items()}
    )
    assert sum(shares.values()) == amount
    assert min(shares.values()) >= 0


def test_a_partner_with_two_parts_gives_twice_as_much():
    assert member_shares(Decimal("90"), [1, 2], {2: 2}) == {1: Decimal("30.00"), 2: Decimal("60.00")}


def test_no_costs_compare_with_nothing():
    assert [line.difference for line in sector_lines(GAP, [SectorPart("a", "", 7, 0), SectorPart("b", "", 4, 0)])] == [0, 0]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": "Kent 2027"}, "code"),
        ({"code": "new"}, "code"),
        ({"code": "-kent"}, "code"),
        ({"code": ""}, "code"),
        ({"taken": True}, "code"),
        ({"last_year": 2025}, "last_year"),
        ({"last_year": 2041}, "last_year"),
    ],
)
def test_a_fund_that_cannot_be_is_refused_at_its_field(changed, field):
    good = {"code": "kent-2027", "taken": False, "first_year": 2026, "last_year": 2028}
    check_details(**good)
    with pytest.raises(FundRefused) as refused:
        check_details(**{**good, **changed})
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"quantity": Decimal(0)}, "quantity"),
        ({"unit_cost": Decimal(0)}, "unit_cost_amount"),
        ({"quantity": Decimal("99999999"), "unit_cost": Decimal("99999999")}, "unit_cost_amount"),
        ({"quantity": Decimal("0.01"), "unit_cost": Decimal("0.01")}, "quantity"),
        ({"one_off_year": 2030}, "one_off_year"),
    ],
)
def test_a_cost_line_that_cannot_be_is_refused_at_its_field(changed, field):
    good = {"quantity": Decimal(1300), "unit_cost": Decimal(500), "one_off_year": 2026, "years": [2026, 2027]}
    check_line(**good)
    with pytest.raises(FundRefused) as refused:
        check_line(**{**good, **changed})
    assert refused.value.field == field


def test_police_money_does_not_go_into_the_pot_of_section_75():
    check_source(amount=Decimal(0), sector="cjs", pot="crime_grant")
    check_source(amount=Decimal(1), sector="health", pot="s75")
    with pytest.raises(FundRefused, match=r"Section 75 takes NHS bodies and local authorities only.*Choose another pot"):
        check_source(amount=Decimal("30000"), sector="cjs", pot="s75")
    with pytest.raises(FundRefused, match="between £0"):
        check_source(amount=Decimal("-1"), sector="", pot="")


@pytest.mark.parametrize(
    ("parts", "costs", "said"),
    [
        ({}, {}, "at least one sector"),
        ({"health": 10_000}, {}, "from 1 to 9,999"),
        ({"health": 7}, {"cjs": 44}, "a part too"),
        ({"health": 7, "cjs": 4}, {"health": 69}, "the cost of each sector"),
    ],
)
def test_parts_that_cannot_be_are_refused(parts, costs, said):
    check_parts({"health": 7, "cjs": 4}, {"health": 69, "cjs": 44})
    with pytest.raises(FundRefused, match=said):
        check_parts(parts, costs)


@pytest.mark.parametrize("reason", ["", "   ", "four", "x" * 2001])
def test_a_version_takes_a_reason(reason):
    with pytest.raises(FundRefused, match="Partners read it"):
        check_reason(reason)


def test_what_a_fund_lacks_is_said_in_sentences():
    assert lacking(lines=2, sectors=3, years_outside=[], has_manager=True) == []
    found = lacking(lines=0, sectors=0, years_outside=[2031], has_manager=False)
    assert len(found) == 4
    assert "2031/32" in found[1]
