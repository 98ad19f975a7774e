from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.organisations.models import Sector
from funders.pool.models import LegalBasis
from funders.pool.rules import WHY, SectorPart, YearPosition, basis_for, line_amount, member_shares, missing, sector_lines

PARTS = [SectorPart("health", "Health", 7, 69), SectorPart("cjs", "Criminal justice", 4, 44), SectorPart("social", "Social services", 1, 8)]
amounts = st.decimals(0, 10**9, places=2)


def test_the_gap_of_the_2012_report_in_the_ratio_7_4_1():
    lines = sector_lines(Decimal("551000"), PARTS)
    assert [line.amount for line in lines] == [Decimal("321416.67"), Decimal("183666.67"), Decimal("45916.66")]


def test_the_gap_of_the_2012_report_in_the_true_ratio_of_the_costs():
    lines = sector_lines(Decimal("551000"), PARTS)
    assert [line.true_amount for line in lines] == [Decimal("314206.61"), Decimal("200363.64"), Decimal("36429.75")]
    assert [line.difference for line in lines] == [Decimal("7210.06"), Decimal("-16696.97"), Decimal("9486.91")]


def test_the_total_of_the_2012_report_in_the_ratio_7_4_1():
    lines = sector_lines(Decimal("810000"), PARTS)
    assert [line.amount for line in lines] == [Decimal("472500"), Decimal("270000"), Decimal("67500")]


def test_no_sectors_share_nothing():
    assert sector_lines(Decimal("551000"), []) == []


@given(amounts, st.lists(st.integers(1, 99), min_size=1, max_size=8))
def test_shares_add_up_and_differences_cancel_out(base, parts):
    lines = sector_lines(base, [SectorPart(str(place), "", part, 100 - part) for place, part in enumerate(parts)])
    assert sum(line.amount for line in lines) == base
    assert sum(line.true_amount for line in lines) == base
    assert sum(line.difference for line in lines) == 0


@given(amounts, st.lists(st.integers(), min_size=1, max_size=13, unique=True))
def test_members_share_equally_to_the_penny(amount, members):
    shares = member_shares(amount, members)
    assert sum(shares.values()) == amount
    assert max(shares.values()) - min(shares.values()) <= Decimal("0.01")


def test_the_odd_penny_goes_to_the_first_listed_member():
    assert member_shares(Decimal("183666.67"), [8, 5]) == {8: Decimal("91833.34"), 5: Decimal("91833.33")}


def test_a_sector_without_members_shares_nothing():
    assert member_shares(Decimal("10"), []) == {}


def test_a_requirement_line_is_quantity_times_cost():
    assert line_amount(Decimal("1300"), Decimal("500")) == Decimal("650000.00")
    assert line_amount(Decimal("0.50"), Decimal("33.33")) == Decimal("16.66")


@pytest.mark.parametrize(("required", "at_hand", "left"), [("810000", "259000", "551000"), ("10", "10", "0"), ("10", "11", "0")])
def test_what_is_missing_is_never_below_zero(required, at_hand, left):
    assert missing(Decimal(required), Decimal(at_hand)) == Decimal(left)


def test_a_pledge_is_not_secured_money():
    year = YearPosition(2027, Decimal("810000"), Decimal("259000"), Decimal("137750"), Decimal("91833.33"))
    assert year.secured == Decimal("396750")
    assert year.missing == Decimal("413250")
    assert year.missing_with_pledges == Decimal("321416.67")


def test_the_gap_of_2010_with_and_without_the_grant_that_was_likely():
    """S0 of 2010: £13,000 and £151,000 without money, £40,000 conditional. The paper prints neither 164 nor 124; both follow."""
    year = YearPosition(2010, Decimal("164000"), Decimal(0), Decimal(0), Decimal(0), Decimal("40000"))
    assert (year.secured, year.missing, year.missing_with_conditional) == (Decimal(0), Decimal("164000"), Decimal("124000"))
    assert year.missing_with_pledges == Decimal("124000")


@pytest.mark.parametrize(
    ("sector", "pot"),
    [
        (Sector.HEALTH, LegalBasis.SECTION_75),
        (Sector.COUNCILS, LegalBasis.SECTION_75),
        (Sector.SOCIAL_SERVICES, LegalBasis.SECTION_75),
        (Sector.CRIMINAL_JUSTICE, LegalBasis.CRIME_GRANT),
        (Sector.COMMUNITY_SAFETY, LegalBasis.PARTNERSHIP),
        (Sector.HOUSING, LegalBasis.PARTNERSHIP),
        (Sector.CHARITY, LegalBasis.CHARITABLE),
        ("", LegalBasis.PARTNERSHIP),
    ],
)
def test_only_nhs_bodies_and_local_authorities_pool_under_section_75(sector, pot):
    assert basis_for(sector) == pot
    assert ("Section 75 takes NHS bodies and local authorities only" in WHY[pot]) == (pot not in ("s75", "charitable"))
