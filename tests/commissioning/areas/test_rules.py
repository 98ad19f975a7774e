import pytest

from commissioning.areas.rules import broken, map_size, spot


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Dover", ("Dover",)),
        ("Tonbridge and Malling", ("Tonbridge", "and Malling")),
        ("Folkestone and Hythe", ("Folkestone", "and Hythe")),
        ("Tunbridge Wells", ("Tunbridge", "Wells")),
        ("", ()),
    ],
)
def test_a_name_is_broken_between_words(name, lines):
    assert broken(name) == lines


def test_tiles_stand_side_by_side_inside_the_map():
    assert (spot(0, 0, "A").x, spot(1, 2, "B").x, spot(1, 2, "B").y) == (0, 98, 160)
    assert map_size([(0, 0), (5, 2)]) == (582, 234)
    assert map_size([]) == (92, 74)
