"""What every template may say without loading anything: amounts, counts, days, moments, and the way around."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import ua_parser
from django import template
from django.core.paginator import Paginator
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from commissioning.home.registry import Link, links_for
from commissioning.kernel import money, words
from commissioning.kernel.tables import Cell

register = template.Library()


@register.filter
def pounds(amount: Any, how: str = "") -> str:
    """{{ amount|pounds }} is "£321,416.67"; {{ amount|pounds:"whole" }} is "£321,417"."""
    return money.as_pounds(amount, whole=how == "whole") if isinstance(amount, int | Decimal) else _said(amount)


@register.filter
def count(number: Any) -> str:
    """{{ number|count }} is "1,300"."""
    return words.count(number) if isinstance(number, int) else _said(number)


@register.filter
def percent(value: Any, places: int = 0) -> str:
    """{{ value|percent }} is "63%"; {{ value|percent:1 }} is "62.5%"."""
    return words.percent(value, places) if isinstance(value, int | Decimal) else _said(value)


@register.filter
def on(day: Any) -> str:
    """{{ day|on }} is "Friday 4 December 2026"."""
    return words.on(day) if isinstance(day, datetime.date) else _said(day)


@register.filter
def short(day: Any) -> str:
    """{{ day|short }} is "4 December 2026", for tables."""
    return words.short(day) if isinstance(day, datetime.date) else _said(day)


@register.filter
def at(moment: Any, how: str = "") -> str:
    """{{ moment|at }} is "Friday 4 December 2026 at 12:00 (in 12 days)"; {{ moment|at:"plain" }} leaves the distance out."""
    if not isinstance(moment, datetime.datetime):
        return _said(moment)
    return words.at(moment, None if how == "plain" else timezone.now())


def _said(value: Any) -> str:
    return "" if value is None else str(value)


@register.simple_tag(takes_context=True)
def places(context: Context) -> list[Link]:
    """{% places as links %}: where this seat can go, with the present place marked."""
    request = context.get("request")
    return links_for(request.seat, request.path) if request and hasattr(request, "seat") else []


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*pairs: str) -> dict[str, Any]:
    """{% breadcrumbs "Tenders" address "Lot 2" %}: pairs of title and address; the last may lack one. Home comes first by itself."""
    titles, addresses = pairs[::2], [*pairs[1::2], ""]
    crumbs = [{"title": title, "url": url} for title, url in zip(titles, addresses, strict=False)]
    return {"crumbs": [{"title": "Home", "url": reverse("home")}, *crumbs]}


@register.filter
def page_numbers(paginator: Paginator, number: int) -> list[int | None]:
    """The pages to offer: the first, the last, those around this one, and None for a gap."""
    return [one if isinstance(one, int) else None for one in paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)]


@register.simple_tag(takes_context=True)
def format_address(context: Context, extension: str) -> str:
    """The address of the same list as a file: {% format_address "csv" %}."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    query["format"] = extension
    return f"?{query.urlencode()}"


@register.simple_tag
def table_row(cells: Iterable[Cell]) -> SafeString:
    """{% table_row cells %}: the cells of one row of a table; the first is the row's heading. Drawn here, because a page has hundreds."""
    first, *others = cells
    heading = format_html('<th scope="row" role="rowheader" class="govuk-table__header{}">{}</th>', _more(first), _inside(first))
    drawn = ((_more(cell), cell.column.label, _inside(cell)) for cell in others)
    return heading + format_html_join("", '<td role="cell" class="govuk-table__cell{}" data-label="{}">{}</td>', drawn)


def _more(cell: Cell) -> str:
    return f" {cell.classes}" if cell.classes else ""


def _inside(cell: Cell) -> str:
    if cell.url:
        return format_html('<a class="govuk-link" href="{}">{}</a>', cell.url, cell.text)
    if cell.colour:
        return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', cell.colour, cell.text)
    return cell.text


@register.filter
def browser(user_agent: str) -> str:
    """ "Edge on Windows", from what a browser says of itself."""
    said = ua_parser.parse(user_agent)
    names = [part.family for part in (said.user_agent, said.os) if part]
    return " on ".join(names) or "Not known"


@register.filter
def svg(picture: str) -> SafeString:
    """A picture that the kernel's charts drew: every word in it is escaped where it is drawn."""
    return mark_safe(picture)  # noqa: S308
