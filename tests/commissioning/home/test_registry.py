import pytest

from commissioning.home import registry
from commissioning.home.queries import home_of
from commissioning.home.registry import Place, Tile, links_for, register_place, register_tiles, registered_sources, tiles_for
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat


@pytest.fixture
def empty(monkeypatch):
    monkeypatch.setattr(registry, "_sources", {})
    monkeypatch.setattr(registry, "_places", {})


def test_tiles_stand_by_order_then_title(empty):
    @register_tiles
    def tiles(seat):
        return [Tile("Late", order=60), Tile("Beta", order=10), Tile("Alpha", order=10)]

    assert [tile.title for tile in tiles_for(Seat.nobody())] == ["Alpha", "Beta", "Late"]


def test_what_is_urgent_stands_first_and_only_there(empty):
    @register_tiles
    def tiles(seat):
        return [Tile("Return due", urgent=True, group="Returns"), Tile("Report", group="Reports"), Tile("Fund", group="Money")]

    home = home_of(Seat.nobody())
    assert [tile.title for tile in home.urgent] == ["Return due"]
    assert [tile.title for tile in home.calm] == ["Fund", "Report"]


def test_a_source_registered_twice_is_asked_once(empty):
    def tiles(seat):
        return [Tile("Fund", group="Money")]

    register_tiles(tiles)
    register_tiles(tiles)
    assert len(registered_sources()) == 1
    assert len(tiles_for(Seat.nobody())) == 1


def test_a_group_that_nobody_knows_is_refused_at_once():
    with pytest.raises(ValueError, match="'Cash' is not a group of the front page"):
        Tile("Fund", group="Cash")


@pytest.mark.django_db
def test_the_deepest_place_that_holds_the_page_is_marked(empty, seat):
    register_place(Place("Help", "help", order=2))
    register_place(Place("Home", "home", order=1))
    links = links_for(seat(Role.FINANCE), "/help/answers/")
    assert [(link.title, link.here, link.exact) for link in links] == [("Home", False, False), ("Help", True, False)]


@pytest.mark.django_db
def test_a_place_of_other_roles_is_not_offered(empty, seat):
    register_place(Place("Help", "help", roles=frozenset({Role.AUDITOR})))
    assert links_for(seat(Role.FINANCE), "/") == []
    assert [link.title for link in links_for(seat(Role.AUDITOR), "/")] == ["Help"]


def test_somebody_who_is_not_signed_in_has_no_navigation(empty):
    register_place(Place("Help", "help"))
    assert links_for(Seat.nobody(), "/") == []
