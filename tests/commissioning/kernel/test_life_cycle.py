from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import TextChoices

from commissioning.kernel.life_cycle import LifeCycle, MoveRefused, can_move, check_move, drawn, life_cycles


class LampState(TextChoices):
    OFF = "off", "Off"
    ON = "on", "On"
    BROKEN = "broken", "Broken"


NEXT = {
    LampState.OFF: {LampState.ON},
    LampState.ON: {LampState.OFF, LampState.BROKEN},
    LampState.BROKEN: set(),
}


def test_an_allowed_move_passes():
    check_move(LampState, NEXT, "off", LampState.ON)
    assert can_move(LampState, NEXT, "on", "broken")


@pytest.mark.parametrize(
    ("here", "there", "said"),
    [
        ("off", "broken", "This is now “Off”, so it cannot become “Broken”. From here it can become “On”."),
        ("on", "on", "This is now “On”, so it cannot become “On”. From here it can become “Off” or “Broken”."),
        ("broken", "on", "This is now “Broken”, so it cannot become “On”. That is final."),
    ],
)
def test_a_move_outside_the_table_is_refused_in_words(here, there, said):
    with pytest.raises(MoveRefused) as refusal:
        check_move(LampState, NEXT, here, there)
    assert str(refusal.value) == said
    assert not can_move(LampState, NEXT, here, there)


def test_states_without_row_and_states_out_of_reach_are_found():
    cycle = LifeCycle("kernel", LampState, {LampState.OFF: {LampState.ON}, LampState.ON: set()})
    assert cycle.without_row == {LampState.BROKEN}
    assert cycle.unreachable == {LampState.BROKEN}


def test_diagram_names_states_moves_and_ends():
    page = drawn([LifeCycle("kernel.lamps", LampState, NEXT)])
    assert "## Lamp state (`kernel.lamps`)" in page
    assert "    [*] --> off\n    off --> on\n    on --> off\n    on --> broken\n    broken --> [*]\n" in page
    assert "| On | Off, Broken |\n| Broken | final |" in page


@pytest.mark.parametrize("cycle", life_cycles(), ids=lambda cycle: f"{cycle.slice}.{cycle.states.__name__}")
def test_every_state_has_a_row_and_can_be_reached(cycle):
    assert cycle.without_row == set()
    assert cycle.unreachable == set()


def test_the_page_of_life_cycles_is_current():
    page = Path(settings.BASE_DIR) / "docs" / "life-cycles.md"
    assert page.read_text() == drawn(life_cycles()), "run: python manage.py life_cycles"
