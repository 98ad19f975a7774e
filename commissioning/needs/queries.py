"""Figures of the papers, found by word, topic and scope. Nothing here adds figures up: their scopes differ."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from commissioning.needs.models import NeedsFigure


def figures(*, search: str = "", topic: str = "", scope: str = "") -> QuerySet[NeedsFigure]:
    found = NeedsFigure.objects.all()
    for word in search.split():
        in_words = Q(label__icontains=word) | Q(caveat__icontains=word) | Q(source__icontains=word) | Q(scope__icontains=word)
        found = found.filter(in_words | Q(period__icontains=word) | Q(unit__icontains=word))
    if topic:
        found = found.filter(topic=topic)
    return found.filter(scope=scope) if scope else found


def topics() -> Sequence[str]:
    return _each("topic")


def scopes() -> Sequence[str]:
    return _each("scope")


def _each(field: str) -> list[str]:
    """Every value once, in the order in which the figures stand."""
    return list(dict.fromkeys(NeedsFigure.objects.order_by("order").values_list(field, flat=True)))
