"""What the templates of the crispy pack "portal" use."""

from typing import Any

from django import template
from django.forms import BaseForm, BoundField

from commissioning.kernel.forms.drawing import Drawn, Problem, problems

register = template.Library()


@register.filter
def drawn(field: BoundField) -> Drawn:
    return Drawn(field)


@register.simple_tag
def summary_of(form: Any) -> list[Problem]:
    """{% summary_of form as found %}: the problems of a bound form, once a page: the second asker gets none."""
    if not isinstance(form, BaseForm) or not form.is_bound or getattr(form, "summary_shown", False):
        return []
    form.summary_shown = True  # type: ignore[attr-defined]
    return problems(form)
