import pytest

from commissioning.kernel.postgres.scope import rls_scope
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from providers.returns.actions.reviewing import ask
from providers.returns.models import OutcomeReturn, ReturnLine, ReturnPart, ReturnQuery, ReturnVersion
from providers.returns.permissions import can_answer, can_correct, can_fill_in, can_review, can_sign, visible_to
from providers.returns.queries.standing import standing_of
from providers.returns.states import ReturnState
from tests.factories import make_organisation, make_seat
from tests.providers.cast import NOW, fresh, make_case, measure

# Role, side, states in which each act is allowed.
EDITABLE = {"not_started", "draft"}
REVIEWED = {"submitted", "queried"}
CASES = [
    (Role.DATA_OFFICER, "provider", can_fill_in, EDITABLE),
    (Role.CERTIFIER, "provider", can_fill_in, set()),
    (Role.DATA_OFFICER, "other", can_fill_in, set()),
    (Role.COMMISSIONER, "commissioner", can_fill_in, set()),
    (Role.CERTIFIER, "provider", can_sign, {"awaiting_sign_off"}),
    (Role.DATA_OFFICER, "provider", can_sign, set()),
    (Role.CERTIFIER, "other", can_sign, set()),
    (Role.COMMISSIONER, "commissioner", can_review, REVIEWED),
    (Role.LEAD_OFFICER, "commissioner", can_review, REVIEWED),
    (Role.COMMISSIONER, "other", can_review, set()),
    (Role.BOARD_MEMBER, "commissioner", can_review, set()),
    (Role.DATA_OFFICER, "provider", can_review, set()),
]


def seat_at(case, role, side):
    places = {"provider": case.contract.provider, "commissioner": case.contract.commissioner, "other": make_organisation()}
    return make_seat(role, organisation=places[side])


@pytest.mark.parametrize(("role", "side", "predicate", "states"), CASES)
def test_who_may_do_what_in_which_state(case, role, side, predicate, states):
    outcome_return, seat = case.open(), seat_at(case, role, side)
    allowed = set()
    for state in ReturnState:
        outcome_return.state = state
        allowed |= {state.value} if predicate(seat, outcome_return) else set()
    assert allowed == states


@pytest.mark.parametrize(
    ("role", "side", "answers", "corrects"),
    [
        (Role.DATA_OFFICER, "provider", True, True),
        (Role.CERTIFIER, "provider", True, False),
        (Role.COMMISSIONER, "commissioner", False, False),
        (Role.DATA_OFFICER, "other", False, False),
    ],
)
def test_who_may_answer_a_query(case, role, side, answers, corrects):
    query = ask(outcome_return=case.submitted(), measure=measure("B02"), service="OUT", question="Why?", by=case.commissioner, now=NOW)
    query.outcome_return = fresh(query.outcome_return)
    seat = seat_at(case, role, side)
    assert (can_answer(seat, query), can_correct(seat, query)) == (answers, corrects)
    query.answered_at = NOW
    assert not can_answer(seat, query)


@pytest.mark.parametrize(
    ("role", "side", "drafts", "sent"),
    [
        (Role.DATA_OFFICER, "provider", 1, 1),
        (Role.CERTIFIER, "provider", 1, 1),
        (Role.ADMINISTRATOR, "provider", 0, 0),
        (Role.COMMISSIONER, "commissioner", 0, 1),
        (Role.LEAD_OFFICER, "commissioner", 0, 1),
        (Role.BOARD_MEMBER, "commissioner", 0, 0),
        (Role.FINANCE, "commissioner", 0, 0),
        (Role.DATA_OFFICER, "other", 0, 0),
        (Role.COMMISSIONER, "other", 0, 0),
    ],
)
def test_who_sees_a_return(case, role, side, drafts, sent):
    case.open(case.second)
    case.submitted(case.first)
    seat = seat_at(case, role, side)
    assert visible_to(seat).filter(period=case.second).count() == drafts
    assert visible_to(seat).filter(period=case.first).count() == sent


def test_nobody_without_an_organisation_sees_a_return(case):
    case.open()
    assert visible_to(Seat.nobody()).count() == 0


# The database's own walls, with the application's filter taken away.


def seen() -> dict[str, int]:
    models = (OutcomeReturn, ReturnLine, ReturnPart, ReturnVersion, ReturnQuery)
    return {model.__name__: model.objects.count() for model in models}


def test_another_provider_sees_nothing(case, as_app):
    question = ask(outcome_return=case.submitted(), measure=measure("B02"), service="OUT", question="Why?", by=case.commissioner, now=NOW)
    assert question.pk
    with as_app(make_case().contract.provider):
        assert seen() == {"OutcomeReturn": 0, "ReturnLine": 0, "ReturnPart": 0, "ReturnVersion": 0, "ReturnQuery": 0}


def test_the_commissioner_sees_no_draft_and_never_the_lines(case, as_app):
    case.fill(case.open(case.second))
    with as_app(case.contract.commissioner):
        assert seen() == {"OutcomeReturn": 0, "ReturnLine": 0, "ReturnPart": 0, "ReturnVersion": 0, "ReturnQuery": 0}
    case.submitted(case.first)
    with as_app(case.contract.commissioner):
        assert seen() == {"OutcomeReturn": 1, "ReturnLine": 0, "ReturnPart": 0, "ReturnVersion": 1, "ReturnQuery": 0}
    with as_app(make_organisation()):
        assert seen() == {"OutcomeReturn": 0, "ReturnLine": 0, "ReturnPart": 0, "ReturnVersion": 0, "ReturnQuery": 0}


def test_the_provider_sees_its_own(case, as_app):
    case.fill(case.open())
    with as_app(case.contract.provider):
        assert seen() == {"OutcomeReturn": 1, "ReturnLine": 31, "ReturnPart": 5, "ReturnVersion": 0, "ReturnQuery": 0}


def test_the_whole_life_runs_under_the_webs_own_role(case, as_app):
    with as_app(role="portal_system"):
        outcome_return = case.open()
    with as_app(case.contract.provider):
        case.fill(outcome_return)
        case.send(outcome_return)
        case.sign(outcome_return)
    with as_app(case.contract.commissioner):
        query = ask(outcome_return=outcome_return, measure=measure("B02"), service="OUT", question="Why?", by=case.commissioner, now=NOW)
        assert query.pk
    assert fresh(outcome_return).state == "queried"


def test_who_has_reported_is_told_to_every_partner(case, as_app):
    other = make_case()
    case.accepted(case.second)
    other.submitted(other.second)
    make_case()
    with as_app(make_organisation()):
        standings = {one.contract: one.standing for one in standing_of(case.second)}
        assert sorted(standings.values()) == ["accepted", "missing", "received"]
        assert (standings[case.contract], standings[other.contract]) == ("accepted", "received")


def test_no_scope_shows_nothing(case, as_app):
    case.submitted()
    with as_app(), rls_scope([]):
        assert set(seen().values()) == {0}
