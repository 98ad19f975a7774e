from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funders.accounts.rules import after_moving
from funders.transfers.rules import Room, TransferRefused, check_back, check_pots, check_room, check_second, check_why, is_above

SUMS = st.integers(0, 10**6).map(lambda count: Decimal(count).scaleb(-2))


def pounds(**amounts):
    return Room(**{name: Decimal(amount) for name, amount in amounts.items()})


FULL = pounds(held="500.00", cash="400.00", owed="100.00", restricted="0.00", unallocated="350.00", eligible="50.00")


@pytest.mark.parametrize(
    ("from_pot", "to_pot", "field", "said"),
    [
        ("s75", "s75", "to_pot", "two different pots"),
        (
            "charitable",
            "grant",
            "from_pot",
            "Restricted charitable money never leaves its pot. Charitable money is restricted to its purpose",
        ),
        ("grant", "charitable", "to_pot", "would be bound to their purpose"),
    ],
)
def test_pots_that_the_law_keeps_apart(from_pot, to_pot, field, said):
    with pytest.raises(TransferRefused, match=said) as refusal:
        check_pots(from_pot, to_pot)
    assert refusal.value.field == field
    check_pots("s75", "crime_grant")
    check_pots("partnership", "s75")


@pytest.mark.parametrize(
    ("room", "amount", "to_pot", "said"),
    [
        (pounds(held="5", cash="9", unallocated="9"), "5.01", "grant", r"The pot holds £5\.00 now\. It would go below zero"),
        (
            FULL,
            "300.01",
            "grant",
            r"£400\.00 of 2026/27 is in this pot and £100\.00 of it is set aside and still to be paid\. At most £300\.00",
        ),
        (
            pounds(held="9", cash="9", owed="1", restricted="4", unallocated="9"),
            "5.01",
            "grant",
            r"£4\.00 of it is given for some purposes",
        ),
        (pounds(held="9", cash="9", unallocated="2"), "2.01", "grant", r"Only £2\.00 of what is secured"),
        (FULL, "50.01", "s75", r"NHS bodies and local authorities may pool .* £50\.00 of this pot came from them"),
    ],
)
def test_what_cannot_leave_a_pot(room, amount, to_pot, said):
    check_room(Decimal(amount) - Decimal("0.01"), room, year=2026, to_pot=to_pot)
    with pytest.raises(TransferRefused, match=said) as refusal:
        check_room(Decimal(amount), room, year=2026, to_pot=to_pot)
    assert refusal.value.field == "amount"


@given(room=st.builds(Room, *[SUMS] * 6), amount=SUMS.filter(bool))
def test_exactly_what_is_free_can_leave(room, amount):
    try:
        check_room(amount, room, year=2026, to_pot="grant")
        goes = True
    except TransferRefused:
        goes = False
    assert goes == (amount <= room.free)


def test_bit_by_bit_the_board_decides_too():
    limit = Decimal("100.00")
    assert not is_above(Decimal("40.00"), undecided=Decimal("60.00"), limit=limit)
    assert is_above(Decimal("40.01"), undecided=Decimal("60.00"), limit=limit)
    check_why("The other pot pays", "", above=False, limit=limit)
    check_why("The other pot pays", "Minute 4", above=True, limit=limit)
    with pytest.raises(TransferRefused, match=r"Above £100\.00 between two pots .* another finance officer then confirms") as refusal:
        check_why("The other pot pays", " ", above=True, limit=limit)
    assert refusal.value.field == "decision_reference"
    with pytest.raises(TransferRefused) as refusal:
        check_why(" ", "", above=False, limit=limit)
    assert refusal.value.field == "reason"


def test_the_same_person_does_not_act_twice():
    check_second(proposed_by=1, confirmer=2)
    with pytest.raises(TransferRefused, match="another finance officer"):
        check_second(proposed_by=1, confirmer=1)


def test_what_is_used_does_not_go_back():
    check_back(Decimal("300.00"), FULL, pot="Grant agreement")
    with pytest.raises(TransferRefused, match="Grant agreement does not have this money free any more"):
        check_back(Decimal("300.01"), FULL, pot="Grant agreement")


def test_moved_money_stays_that_of_its_givers():
    """£90 of three givers, 10 : 20 : 60; a third of it moves to a pot with one giver of its own."""
    givers = {("grant", 2026): {0: Decimal(10), 1: Decimal(20), 2: Decimal(60)}, ("s75", 2026): {3: Decimal(5)}}
    found = after_moving(givers, {(2026, "grant", "s75"): Decimal("30.00")})
    assert found[("s75", 2026)] == {3: 5, 0: Decimal("3.33"), 1: Decimal("6.67"), 2: Decimal("20.00")}
    assert found[("grant", 2026)] == {0: Decimal("6.67"), 1: Decimal("13.33"), 2: Decimal("40.00")}
    assert givers[("s75", 2026)] == {3: 5}


@given(
    parts=st.dictionaries(st.integers(0, 4), SUMS, min_size=1),
    moved=st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(["a", "b", "c"]), SUMS), max_size=4),
)
def test_moving_makes_and_loses_no_penny(parts, moved):
    told = {(2026, one, other): amount for one, other, amount in moved if one != other}
    found = after_moving({("a", 2026): parts}, told)
    assert sum(sum(given.values()) for given in found.values()) == sum(parts.values())
    assert all(part >= 0 for given in found.values() for part in given.values())
