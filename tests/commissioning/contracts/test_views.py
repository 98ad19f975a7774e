"""The register, a contract's page, drawing up and signing, asked for as the web asks."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissioning.contracts.models import Contract, ContractOption, TermExtension
from commissioning.contracts.states import ContractState
from commissioning.organisations.roles import Role
from tests.commissioning.evaluation.test_views import OVERHEAD, queries, words
from tests.factories import make_contract, make_seat


def url(name, *more):
    return reverse(f"contracts:{name}", args=more)


def signature(client, contract, **said):
    page = client.get(url("sign", contract.reference)).content.decode()
    terms = re.search(r'name="terms_sha256" value="(\w{64})"', page)[1]
    return client.post(url("sign", contract.reference), {"terms_sha256": terms, "agree": "on", **said}, follow=True)


@pytest.fixture
def kent(db):
    """The contracts of 2017: an option used, and a year beyond it."""
    contract = make_contract(title="Integrated service: Dover and Thanet", illustrative=True)
    ContractOption.objects.create(contract=contract, number=1, months=48, notice_by=date(2021, 3, 31), exercised_on=date(2021, 3, 31))
    TermExtension.objects.create(contract=contract, number=1, months=12, ground="A modification outside the options", source="A notice")
    return contract


def test_an_award_becomes_a_signed_contract(awarded, web):
    officer = web(awarded.world.officer)
    page = officer.get(url("make", awarded.award.reference))
    assert "Wednesday 31 March 2032" in words(page)
    made = officer.post(url("make", awarded.award.reference), {}, follow=True)
    assert "Both sides are asked to sign it" in words(made)
    contract = Contract.objects.get()
    assert "You have signed the contract" in words(signature(web(awarded.provider), contract))
    assert "You have signed the contract" in words(signature(web(awarded.signatory), contract))
    contract.refresh_from_db()
    assert contract.state == ContractState.MOBILISING
    assert officer.get(url("make", awarded.award.reference)).status_code == 404


def test_signing_takes_a_tick_and_the_terms_on_the_page(awarded, web):
    contract = awarded.make()
    client = web(awarded.provider)
    page = client.post(url("sign", contract.reference), {"terms_sha256": "0" * 64})
    assert "Tick the box to confirm that you sign for your organisation" in words(page)
    page = client.post(url("sign", contract.reference), {"terms_sha256": "0" * 64, "agree": "on"})
    assert "not the ones that you were shown" in words(page)
    assert Contract.objects.get().provider_signed_at is None


def test_the_page_of_a_contract_tells_its_time(kent, web):
    page = words(web(make_seat(Role.BOARD_MEMBER)).get(url("contract", kent.reference)))
    assert "The contract runs until Wednesday 31 March 2027." in page
    assert "A modification outside the options" in page
    assert "Signed on paper" in page
    assert "Illustrative" in page


def test_the_register_is_searched_filtered_and_taken_along(kent, web):
    make_contract(title="Another service", state=ContractState.ENDED)
    client = web(make_seat(Role.FINANCE))
    assert "2 contracts" in words(client.get(url("list")))
    assert "1 contract" in words(client.get(url("list"), {"search": "dover thanet"}))
    assert "1 contract" in words(client.get(url("list"), {"state": "ended"}))
    assert "No contracts here" in words(client.get(url("list"), {"search": "nowhere"}))
    taken = client.get(url("list"), {"search": "dover", "format": "csv"})
    assert taken.content.decode().count("\n") == 2
    assert client.get(url("list"), {"format": "xlsx"}).headers["Content-Type"].endswith("spreadsheetml.sheet")


@pytest.mark.parametrize(
    "query", [{"search": "\x00"}, {"search": "%' OR 1=1 --"}, {"state": "gone"}, {"page": "-1"}, {"page": "9" * 40}, {"format": "exe"}]
)
def test_a_strange_filter_is_no_error(kent, web, query):
    assert web(make_seat(Role.FINANCE)).get(url("list"), query).status_code == 200


def test_a_provider_sees_its_own_contracts_only(kent, web):
    other = make_contract(title="Another provider's contract")
    client = web(make_seat(Role.DATA_OFFICER, organisation=kent.provider))
    assert "1 contract" in words(client.get(url("list")))
    assert client.get(url("contract", other.reference)).status_code == 404
    assert client.get(url("contract", "C-NOTHERE")).status_code == 404
    assert client.get(url("contract", kent.reference)).status_code == 200


def test_nobody_else_opens_the_signing_page(awarded, web):
    contract = awarded.make()
    assert web(make_seat(Role.LEAD_OFFICER)).get(url("sign", contract.reference)).status_code == 404
    other = make_seat(Role.LEAD_OFFICER, organisation=contract.commissioner)
    awarded.sign(contract, other)
    assert web(other).get(url("sign", contract.reference)).status_code == 403


def test_pages_cost_the_same_with_more_contracts(kent, web):
    client = web(make_seat(Role.COMMISSIONER, organisation=kent.commissioner))
    addresses = [url("list"), url("contract", kent.reference)]
    before = [queries(client, address) for address in addresses]
    for number in range(3):
        contract = make_contract(commissioner=kent.commissioner)
        for option in range(3):
            ContractOption.objects.create(contract=contract, number=option + 1, months=12, notice_by=date(2021, 3, 31 - number))
    assert [queries(client, address) for address in addresses] == before
    assert max(before) <= OVERHEAD + 15


def test_the_front_page_says_what_waits(awarded, web):
    with CaptureQueriesContext(connection):
        assert "To draw up" in words(web(awarded.world.officer).get(reverse("home")))
    awarded.make()
    assert "To sign" in words(web(awarded.provider).get(reverse("home")))
    assert "To sign" in words(web(awarded.signatory).get(reverse("home")))
