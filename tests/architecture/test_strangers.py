"""What belongs to another organisation answers like what does not exist: same status, same page."""

import re

import pytest

from commissioning.organisations.guards import API_TOKEN, EVERYBODY
from commissioning.organisations.models import Membership, Person
from commissioning.organisations.roles import Role
from commissioning.organisations.routes import routes
from tests.architecture.conftest import STANDS_FOR, become, client_of, demo_seat, read_whole
from tests.architecture.samples import arguments_from, models_of, owner_fields, rows_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
# Pages that show what belongs to another organisation, each for a reason. Whatever is not named here must answer 404.
SHARED = {
    "pool:fund": "the fund belongs to all partners",
    "fund_setup:versions": "the versions of a fund belong to all its partners",
    "pool:contributions": "partners see each other's contributions to the fund",
    "calls:call": "once asked, every partner of the fund sees a call with all shares and answers",
    "cover:override": "every partner of a fund reads what two of them let pass",
    "cover:tender": "published tenders, and drafts for the commissioners who share them",
    "contributions:contribution": "partners see each other's contributions to the fund",
    "contributions:pledge": "partners see each other's contributions to the fund",
    **dict.fromkeys(("accounts:fund", "accounts:fund_pdf", "accounts:grants"), "partners see the statement of their common fund"),
    "budget:allocations": "partners see what the money of their common fund is set aside for",
    "budget:commit": "partners see what their common fund is committed to",
    "spending:budget": "partners see the budget of their common fund",
    "spending:invoice": "partners see what their common fund is asked to pay",
    "scenarios:scenario": "the fund belongs to all partners",
    "scenarios:save": "every officer may ask of the fund of all, and saves for its own organisation",
    "scenarios:list": "the fund belongs to all partners; the list shows what is shared and the own drafts",
    "scenarios:compare": "the fund belongs to all partners; only what is shared and the own drafts are offered",
    "scenarios:saved": "the demo's scenarios are shared; drafts: tests/funders/scenarios",
    "scenarios:paper": "the demo's scenarios are shared; drafts: tests/funders/scenarios",
    "transfers:list": "partners see what moved between the pots of their common fund",
    "pooled:list": "partners see what of the money of their common fund has arrived",
    "ledger:ledger": "the ledger of the fund is open to all its partners",
    "year_end:years": "partners see the outturn of their common fund",
    "tenders:detail": "published tenders, and drafts for the commissioners who share them",
    "publication:tender": "published tenders are public",
    "contributions:make_pledge": "every partner may pledge to the fund of all",
    "contributions:note_indicative": "every partner may name a figure to the fund of all",
    "contributions:lapse": "the host notes that a partner's promise has run out",
    "contributions:evidence": "the host reads what its partners hand in",
    "partners:agreement": "the host reads the agreements of its partners",
    "receipts:evidence": "the partner reads what the host hands in for its money",
    "in_kind:give_post": "every partner may give to the fund of all",
    "in_kind:give_other": "every partner may give to the fund of all",
    "in_kind:gift": "the host reads what its partners give",
    "in_kind:evidence": "the host reads what its partners hand in",
    "contracts:contract": "the register of signed contracts is public",
    "contracts:sign": "the register of signed contracts is public; who may not sign is told so",
    "bids:start": "a provider answers another organisation's tender",
}
CHANGING = re.compile(rb'REQ-[2-9A-Z]+|(?<=value=")[\w-]{20,}(?=")')


def all_rows(model, route, owners, organisation):
    """Rows of others, read past row level security: what the test must find is that the pages do not show them."""
    become("NONE")
    try:
        return [row for row in rows_with(model, route) if organisation.pk not in {getattr(row, f"{owner}_id") for owner in owners}]
    finally:
        become("portal_app")


def addresses_of_others(route, organisation):
    for model in models_of(route.slice_name):
        owners = owner_fields(model)
        if owners and model is not Person:
            for row in all_rows(model, route, owners, organisation):
                yield route.url(**arguments_from(row, route))


def allowed(who, role):
    return isinstance(who, frozenset) and role in who


def answers(client, method, address):
    response = getattr(client, method)(address)
    read_whole(response)
    return response.status_code, CHANGING.sub(b"", response.content.replace(address.encode(), b"")) if response.status_code == 404 else b""


@pytest.mark.parametrize("role", list(Role))
def test_what_is_another_organisation_s_is_as_if_it_were_not(role):
    seat, wrong = demo_seat(role), {}
    client = client_of(seat)
    for route in routes():
        if route.guard is None or not route.arguments or route.name in SHARED:
            continue
        for method, who in (("get", route.guard.get), ("post", route.guard.post)):
            if not allowed(who, role) or who == API_TOKEN:
                continue
            nothing = answers(client, method, route.url())
            for address in addresses_of_others(route, seat.organisation):
                found = answers(client, method, address)
                if found != nothing or found[0] != 404:
                    wrong[f"{method} {route.name} {address}"] = (found[0], nothing[0])
    assert wrong == {}, "answer 404 as for what does not exist, or name the page in SHARED with a reason"


def test_shared_pages_exist():
    assert set(SHARED) <= {route.name for route in routes()}


def test_people_of_another_organisation_are_as_if_they_were_not():
    administrator = demo_seat(Role.ADMINISTRATOR)
    client = client_of(administrator)
    stranger = (
        Membership.objects.exclude(organisation=administrator.organisation)
        .exclude(person__memberships__organisation=administrator.organisation)
        .first()
    )
    for route in routes():
        if not route.name.startswith("organisations:") or route.guard.get == EVERYBODY or not route.arguments:
            continue
        for reference in (stranger.reference, stranger.person.reference):
            method = "get" if route.guard.get else "post"
            assert answers(client, method, route.url(reference=reference)) == answers(client, method, route.url()), route.name


def test_every_role_stands_in_the_demo():
    assert set(STANDS_FOR) == set(Role)
