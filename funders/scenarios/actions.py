"""Keep, share, archive. The ledger, contributions and the fund are only ever read."""

from datetime import datetime

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.versions import mark_changed
from commissioning.kernel.words import in_london
from commissioning.organisations.seat import Seat
from funders.contributions.actions import stale
from funders.pool.models import PooledFund
from funders.scenarios.models import Scenario
from funders.scenarios.permissions import can_archive, can_save, can_share
from funders.scenarios.queries import ground_of
from funders.scenarios.rules import Question, ScenarioRefused, check_saving, plain, work_out
from funders.scenarios.states import NEXT, ScenarioState

NOT_YOURS = "Only a commissioner or lead officer of the organisation that saved a scenario shares or archives it, and only once."


@transaction.atomic
def keep(*, fund: PooledFund, question: Question, name: str, asked: str, by: Seat, at: datetime) -> Scenario:
    """Keep a question with today's answer, as a draft of the seat's organisation.

    :param asked: the question in words, as the paper prints it.
    :raises ScenarioRefused: neither commissioner nor lead officer, no name, or a question that cannot be answered.
    """
    if not can_save(by):
        raise ScenarioRefused("Only commissioners and lead officers save scenarios. You can still work one out and send its address.")
    check_saving(name, asked)
    outcome = work_out(ground_of(fund, in_london(at).date()), question, today=in_london(at).date())
    words = {"name": name.strip(), "asked": asked.strip()}
    kept = {"question": plain(question), "outcome": plain(outcome)}
    made = Scenario.objects.create(fund=fund, organisation=by.on_behalf_of, saved_at=at, saved_by=by.actor, **words, **kept)
    record(by=by, verb="saved", on=made, after={"fund": fund.code, "name": made.name})
    return made


@transaction.atomic
def share(*, scenario: Scenario, by: Seat, version: int | None, at: datetime) -> Scenario:
    """Let everybody who reads the fund read it. It is not taken back: it can only be archived.

    :raises ScenarioRefused: not the own organisation's officer, or shared or archived already.
    :raises StaleEdit:
    """
    scenario = _locked(scenario, version)
    if not can_share(by, scenario):
        raise ScenarioRefused(NOT_YOURS)
    check_move(ScenarioState, NEXT, scenario.state, ScenarioState.SHARED)
    scenario.state, scenario.shared_at, scenario.shared_by = ScenarioState.SHARED, at, by.person
    return _moved(scenario, "shared", by=by, at=at)


@transaction.atomic
def archive(*, scenario: Scenario, by: Seat, version: int | None, at: datetime) -> Scenario:
    """Take it out of the lists. Who could read it still can, at its address.

    :raises ScenarioRefused: not the own organisation's officer, or archived already.
    :raises StaleEdit:
    """
    scenario = _locked(scenario, version)
    if not can_archive(by, scenario):
        raise ScenarioRefused(NOT_YOURS)
    check_move(ScenarioState, NEXT, scenario.state, ScenarioState.ARCHIVED)
    scenario.state, scenario.archived_at, scenario.archived_by = ScenarioState.ARCHIVED, at, by.person
    return _moved(scenario, "archived", by=by, at=at)


def _locked(scenario: Scenario, version: int | None) -> Scenario:
    """:raises StaleEdit: with who changed it last, and when."""
    rows = Scenario.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("fund", "organisation", "changed_by").get(pk=scenario.pk)
    if version != found.version:
        raise stale(found, found.version)
    return found


def _moved(scenario: Scenario, verb: str, *, by: Seat, at: datetime) -> Scenario:
    """What the database lets change of a scenario; its question and answer never do."""
    mark_changed(scenario, by.person, at)
    moved = ["state", "shared_at", "shared_by", "archived_at", "archived_by"]
    scenario.save(update_fields=["version", "changed_at", "changed_by", *moved])
    record(by=by, verb=verb, on=scenario, after={"state": scenario.state, "fund": scenario.fund.code})
    return scenario
