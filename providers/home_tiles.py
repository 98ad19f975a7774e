"""Tiles and places that this house gives to the front page."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils import timezone

from commissioning.home.registry import Place, Tile, register_place, register_tiles
from commissioning.kernel.words import days_away, join, on, plural
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from providers.returns.models import OutcomeReturn
from providers.returns.permissions import PROVIDER_ROLES, REVIEWERS
from providers.returns.queries.lists import queries_to_answer, received_by, returns_to_fill_in, returns_to_sign

GROUP = "Returns"
MOST_TILES = 3


@register_tiles
def return_tiles(seat: Seat) -> Iterable[Tile]:
    if seat.has(*PROVIDER_ROLES):
        yield from _questions(seat)
    if seat.has(Role.CERTIFIER):
        yield from _each(returns_to_sign(seat), "Certify", "returns:certify", "It has been prepared and waits for your signature.", 15)
    if seat.has(Role.DATA_OFFICER):
        yield from _each(returns_to_fill_in(seat), "Fill in", "returns:return", "", 16)
    if seat.has(*REVIEWERS):
        yield from _to_review(seat)


def _questions(seat: Seat) -> Iterator[Tile]:
    found = queries_to_answer(seat)
    if not found:
        return
    url = reverse("returns:query", args=[found[0].reference]) if len(found) == 1 else reverse("returns:list")
    sentence = f"Your commissioner asks about {join(dict.fromkeys(str(one.outcome_return.contract.area) for one in found))}."
    yield Tile("Questions about your figures", str(len(found)), sentence, url, urgent=True, order=14, group=GROUP)


def _each(rows: list[OutcomeReturn], verb: str, url_name: str, more: str, order: int) -> Iterator[Tile]:
    """A tile for each return, or one for all when there are many."""
    today = timezone.localdate()
    if len(rows) > MOST_TILES:
        yield Tile(f"{verb}: returns", plural(len(rows), "return"), more, reverse("returns:list"), urgent=True, order=order, group=GROUP)
        return
    for row in rows:
        due = f"{row.period.name}. Due {on(row.due_on)} ({days_away((row.due_on - today).days)}). {more}".strip()
        url = reverse(url_name, args=[row.reference])
        yield Tile(f"{verb}: {row.contract.area}", "", due, url, urgent=True, order=order, group=GROUP)


def _to_review(seat: Seat) -> Iterator[Tile]:
    """What waits for the commissioner, and who has not reported."""
    found = received_by(seat, timezone.localdate())
    if not found:
        return
    inbox = reverse("returns:inbox")
    waiting = [one for one in found if one.waits_for_us]
    if waiting:
        areas = f"{join(str(one.contract.area) for one in waiting)}."
        yield Tile("Returns to review", str(len(waiting)), areas, inbox, urgent=True, order=17, group=GROUP)
    missing = [one for one in found if not one.was_sent]
    late = [one for one in missing if one.days_late]
    names = f"Nothing yet from {join(dict.fromkeys(str(one.contract.provider) for one in missing))}." if missing else "All have reported."
    yield Tile("Returns received", f"{len(found) - len(missing)} of {len(found)}", names, inbox, urgent=bool(late), order=18, group=GROUP)


register_place(Place("Returns", "returns:list", frozenset(PROVIDER_ROLES), order=50))
register_place(Place("Returns", "returns:inbox", frozenset(REVIEWERS), order=50))
register_place(Place("Performance", "performance:page", frozenset((*PROVIDER_ROLES, *REVIEWERS)), order=55))
