"""Filling in: the task list, and each page as groups of boxes with what follows from them."""

from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.urls import reverse

from commissioning.kernel.words import count, plural
from commissioning.measures.kinds import Service, Unit
from commissioning.measures.models import Measure
from commissioning.measures.rules import terms
from providers.returns.forms import PartForm, is_blank, problems_of
from providers.returns.kinds import Part
from providers.returns.queries.working import Working, name_of
from providers.returns.rules.checks import Finding
from providers.returns.rules.figures import WHOLE, Key, keys_of
from providers.returns.tables.figures import figure_words, ratio_words

MANY_BLANK = 5


@dataclass(frozen=True)
class Worked:
    """A figure that follows from others. `sum` and `over` let the page work it out while one types: "B01-OUT + B02-OUT"."""

    name: str
    label: str
    text: str
    sum: str
    over: str = ""


@dataclass(frozen=True)
class Group:
    """One measure on a page: its boxes or its locked figures, and the total over the services."""

    measure: Measure
    boxes: tuple[BoundField, ...]
    locked: tuple[Worked, ...]
    total: Worked | None
    last_total: str


def groups_of(form: PartForm) -> list[Group]:
    """The measures of a page that are keyed or locked, in the order of the catalogue."""
    working, part = form.working, form.part
    keyed = {measure.code for measure in working.keyed(part)}
    shown = [one for one in working.measures if one.section == part and (one.code in keyed or one.code == "B01")]
    return [_group(form, measure, measure.code in keyed) for measure in shown]


def _group(form: PartForm, measure: Measure, is_keyed: bool) -> Group:
    working = form.working
    keys = keys_of(measure, working.services)
    boxes = tuple(form[name_of(key)] for key in keys) if is_keyed else ()
    locked = () if is_keyed else tuple(_locked(working, measure, key) for key in keys)
    total = _worked(working, measure, (measure.code, WHOLE)) if measure.by_service else None
    last = working.last_sheet.get((measure.code, WHOLE))
    return Group(measure, boxes, locked, total, figure_words(last, measure.unit) if last is not None and measure.by_service else "")


def _locked(working: Working, measure: Measure, key: Key) -> Worked:
    return Worked(name_of(key), Service(key[1]).label, figure_words(working.sheet.get(key), measure.unit), "")


def worked_rows(working: Working, part: str) -> list[tuple[Measure, list[Worked]]]:
    """What the portal works out on a page: each service, then the total."""
    measures = [one for one in working.measures if one.section == part and not one.entered and one.code != "B01"]
    return [(one, [_worked(working, one, key) for key in [*keys_of(one, working.services), (one.code, WHOLE)]]) for one in measures]


def _worked(working: Working, measure: Measure, key: Key) -> Worked:
    services = (key[1],) if key[1] else working.services
    label = Service(key[1]).label if key[1] else "Total"
    above = _cells(measure.numerator or measure.code, services)
    if measure.unit == Unit.PERCENT:
        return Worked(name_of(key), label, ratio_words(measure, working.sheet, key[1]), above, _cells(measure.denominator, services))
    return Worked(name_of(key) if key[1] else f"{key[0]}-total", label, figure_words(working.sheet.get(key), measure.unit), above)


def _cells(formula: str, services: tuple[str, ...]) -> str:
    """The formula over the cells of these services: "+B01-OUT -B03P-OUT"."""
    return " ".join(f"{'+' if sign > 0 else '-'}{code}-{service}" for service in services for sign, code in terms(formula))


def tasks_of(working: Working) -> list[dict[str, Any]]:
    """The pages of a return as a task list."""
    return [_task(working, part) for part in Part]


def _task(working: Working, part: Part) -> dict[str, Any]:
    wrong = len(problems_of(working, part))
    blank = len([one for one in working.findings if one.part == part and is_blank(working, one)])
    cells = len(working.cells(part))
    hint = f"{count(cells - blank)} of {plural(cells, 'figure')}" if cells else "Optional, unless an outcome is below its floor"
    status, colour = _status(working, part, wrong, blank)
    url = reverse("returns:part", args=[working.outcome_return.reference, part.value])
    return {"title": part.label, "url": url, "hint": hint, "status": status, "colour": colour}


def _status(working: Working, part: Part, wrong: int, blank: int) -> tuple[str, str]:
    if wrong:
        return ("There is a problem", "red")
    if blank:
        return ("Incomplete" if part in working.parts else "Not started", "amber" if part in working.parts else "grey")
    if part is Part.WORDS and not working.notes.get(Part.WORDS):
        return ("Optional", "grey")
    return ("Completed", "")


@dataclass(frozen=True)
class Missing:
    """One line of "what is still missing", with the way to its box, or to the page on which many boxes are blank."""

    sentence: str
    url: str
    rule: str


def missing_of(working: Working) -> list[Missing]:
    """What must be mended, in the order of the pages; many blank boxes of one page are one line."""
    return [line for part in Part for line in _missing_on(working, part)]


def _missing_on(working: Working, part: Part) -> list[Missing]:
    found = [one for one in working.findings if one.part == part]
    blank = [one for one in found if is_blank(working, one)]
    if len(blank) < MANY_BLANK:
        return [Missing(one.sentence, box_url(working, one), one.rule) for one in found]
    said = f"{part.label}: {plural(len(blank), 'figure')} still blank. Where there was none, enter 0"
    wrong = [Missing(one.sentence, box_url(working, one), one.rule) for one in found if one not in blank]
    return [Missing(said, reverse("returns:part", args=[working.outcome_return.reference, part]), blank[0].rule), *wrong]


def box_url(working: Working, finding: Finding) -> str:
    box = "note" if finding.part == Part.WORDS else name_of(finding.key)
    return f"{reverse('returns:part', args=[working.outcome_return.reference, finding.part])}#id_{box}"


def next_url(working: Working, part: str) -> str:
    """Where "Save and continue" leads: the next page, and after the last one the check."""
    reference = working.outcome_return.reference
    values = Part.values
    following = values[values.index(part) + 1 :]
    return reverse("returns:part", args=[reference, following[0]]) if following else reverse("returns:check", args=[reference])


def filled_share(working: Working) -> tuple[int, int]:
    """How many boxes are filled in, of how many."""
    cells = [key for part in Part for key in working.cells(part)]
    return len([key for key in cells if working.figures.get(key) is not None]), len(cells)
