"""Every address has an author's decision behind it, has a name, and says no to strange methods."""

import pytest
from django.test import Client

from commissioning.organisations.guards import API_TOKEN, EVERYBODY, SIGNED_IN
from commissioning.organisations.roles import EXPLAINED, Role
from commissioning.organisations.routes import routes

# Addresses without a guard, each with a reason. The list may only shrink.
UNGUARDED: dict[str, str] = {}


def test_every_address_has_a_guard():
    bare = [f"{route.name} {route.path}" for route in routes() if route.guard is None and route.name not in UNGUARDED]
    assert bare == [], "write @public_page, @signed_in or @roles_allowed above these views"


def test_no_exemption_is_stale():
    names = {route.name for route in routes() if route.guard is None}
    assert set(UNGUARDED) <= names


def test_every_address_has_a_name_of_its_own():
    names = [route.name for route in routes()]
    assert all(names)
    assert sorted(names) == sorted(set(names))


def test_nobody_may_send_what_they_may_not_read():
    """A form that a role may send is on a page that the role may open, unless the address takes forms only."""
    wrong = []
    for route in routes():
        guard = route.guard
        if guard and isinstance(guard.get, frozenset) and isinstance(guard.post, frozenset) and not guard.post <= guard.get:
            wrong.append(route.name)
    assert wrong == []


def test_guards_speak_known_words():
    words = {who for route in routes() if route.guard for who in (route.guard.get, route.guard.post) if isinstance(who, str)}
    assert words <= {EVERYBODY, SIGNED_IN, API_TOKEN}


def test_every_role_explains_itself():
    assert list(EXPLAINED) == list(Role)
    assert all(words.may.endswith(".") and words.may_not.endswith(".") for words in EXPLAINED.values())


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_strange_methods_are_refused_everywhere(method):
    client = Client()
    wrong = {}
    for route in routes():
        status = getattr(client, method)(route.url(uidb36="1", key="x-y")).status_code
        if status != 405:
            wrong[route.name] = status
    assert wrong == {}
