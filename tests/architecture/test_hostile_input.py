"""Whatever is typed into any form or filter of the portal: own words, nothing lost, nothing run, never a 500."""

from html import escape

import pytest
from django.db import transaction

from commissioning.organisations.guards import EVERYBODY
from commissioning.organisations.roles import Role
from tests.architecture.conftest import client_of, demo_seat, read_whole
from tests.architecture.page_forms import PageForm, forms_of
from tests.architecture.samples import arguments_for
from tests.architecture.test_access import allowed, guarded_routes
from tests.architecture.test_forms import STOCK

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
SCRIPTS = ["<script>zq(91)</script>", '"><img src=x onerror=zq(91)>', "'-zq(91)-'", "{{ 7|zq91 }}{% zq91 %}", "javascript:zq(91)"]
STATEMENTS = ["'; DROP TABLE commissioning_bid; --", "' OR '1'='1", "1) UNION SELECT 1,2,3--", "%' AND pg_sleep(9) --", "\\"]
SHEETS = ['=cmd|"/c calc"!A1', "@SUM(1+1)"]
NUMBERS = ["1e999", "NaN", "-1", "1" + "0" * 40, "12,5x ninety", "1.005", "£1,2", "٣"]
DAYS = ["31/02/2026", "0000-00-00", "2026-13-45T99:99"]
TEXTS = ["\x00", "a\x00b\ud7ff", "\u202egnp.exe", "😀" * 300, "x" * 20_000, "a\r\nBcc: somebody@elsewhere.example", " ", "../../etc/passwd"]
HOSTILE = [*SCRIPTS, *STATEMENTS, *SHEETS, *NUMBERS, *DAYS, *TEXTS]
RAW = ("<script>zq", "<img src=x onerror=zq")
# A form that comes back still holds these as they were typed.
KEPT = ("'-zq(91)-'", "12,5x ninety", "31/02/2026", "' OR '1'='1")


def pages(role):
    """Each page of the portal that this role may open, with its client, once for each route."""
    seat = demo_seat(role)
    client = client_of(seat)
    client.raise_request_exception = False
    for route in guarded_routes():
        if not (allowed(route.guard.get, role) or route.guard.get == EVERYBODY):
            continue
        for arguments in arguments_for(route, seat):
            address = route.url(**arguments)
            response = client.get(address)
            read_whole(response)
            if response.status_code == 200 and "text/html" in response.headers.get("Content-Type", "") and not response.streaming:
                yield client, address, response.content.decode()


def sent(client, form: PageForm, values):
    """What the portal answers. Whatever it changed is undone, so that the next text meets the same form."""
    with transaction.atomic():
        response = getattr(client, form.method)(form.action, values)
        read_whole(response)
        transaction.set_rollback(True)
    return response


def wrong_with(response) -> str:
    if response.status_code >= 500:
        return f"answers {response.status_code}"
    if response.streaming or "text/html" not in response.headers.get("Content-Type", ""):
        return ""
    page = response.content.decode()
    if echoed := [raw for raw in RAW if raw in page]:
        return f"echoes {echoed}"
    return next((f"says {stock!r}" for stock in STOCK if stock in page), "")


def what_typing_does(client, form):
    for text in HOSTILE if form.typed else []:
        response = sent(client, form, form.values(**dict.fromkeys(form.typed, text)))
        yield text, wrong_with(response)
        if text in KEPT and response.status_code == 200 and escape(text) not in response.content.decode():
            yield text, "is lost"


def what_tampering_does(client, form):
    for name in form.chosen:
        for text in ("<script>zq(91)</script>", "\x00"):
            yield f"{name}={text}", wrong_with(sent(client, form, form.values(**{name: text})))


def what_an_address_does(client, form):
    for text in HOSTILE:
        values = form.values(**dict.fromkeys([*form.typed, *form.chosen], text), page=text, format=text, sort=text)
        yield text, wrong_with(sent(client, form, values))


TRIALS = {"post": (what_typing_does, what_tampering_does), "get": (what_an_address_does,)}
MET = set()


@pytest.mark.parametrize("role", list(Role))
def test_whatever_is_sent_is_answered_in_words_and_nothing_typed_is_lost(role):
    """Each kind of form once, in the first role that meets it."""
    wrong = []
    for client, address, html in pages(role):
        for form in forms_of(html, address):
            kind = (form.method, tuple(sorted(form.fields)))
            if kind in MET:
                continue
            MET.add(kind)
            found = [one for trial in TRIALS.get(form.method, ()) for one in trial(client, form)]
            wrong += [f"{address} > {form.action} {text[:30]!r} {trouble}" for text, trouble in found if trouble]
    assert not wrong, "\n".join(wrong)
