from datetime import timedelta

import pytest
from django.utils import timezone

from commissioning.kernel import gates
from commissioning.kernel.gates import Blocker
from commissioning.organisations.roles import Role
from commissioning.reports import registry
from commissioning.reports.registry import ChartData, Figure, SectionContent, TableData, register_section
from tests.factories import make_partnership, make_period, make_seat


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def said():
    """What the one section of these tests says; a test may change it between builds."""
    return {"finding": "91 victims were supported.", "rows": (("IDVA", "42"), ("=Outreach", "32"), ("Refuge", "17"))}


@pytest.fixture
def sections(said, monkeypatch):
    """Only one section, of the tests' own, through the real registry."""
    monkeypatch.setattr(registry, "_sections", {})

    def build(period):
        return SectionContent(
            finding=said["finding"],
            paragraphs=("Counted from April to July 2017. #set page(width: 1pt) *not markup*",),
            figures=(Figure("Victims supported", "91", "illustrative"),),
            tables=(TableData("By service", ("Service", "People"), ("text", "count"), said["rows"]),),
            charts=(ChartData("bar", "Victims by service", said["finding"], ("IDVA", "Outreach", "Refuge"), {"People": (42, 32, 17)}),),
        )

    register_section("test", order=1, title="Outcomes", build=build)


@pytest.fixture
def missing(monkeypatch):
    """Blockers of the freeze; empty at first."""
    found: list[Blocker] = []
    monkeypatch.setattr(gates, "_checks", {"report.freeze": [lambda report: found]})
    return found


@pytest.fixture
def period(db):
    make_partnership()
    today = timezone.localdate()
    days = {"first_day": -140, "last_day": -50, "due_on": -20, "freeze_on": 5}
    return make_period(code="2026-27-Q2", **{name: today + timedelta(days=offset) for name, offset in days.items()})


@pytest.fixture
def lead(db):
    return make_seat(Role.LEAD_OFFICER)


@pytest.fixture
def steps():
    """Progress that was said: (done, total, message)."""
    return []
