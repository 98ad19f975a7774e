import pytest
from django.urls import reverse

from commissioning.organisations.models import Sector
from commissioning.organisations.roles import Role
from funders.cover.models import Override
from funders.pool.permissions import READERS
from tests.counting import cost_of
from tests.factories import make_organisation, make_seat, make_tender

REASON = "The board accepts the risk until the grant letter"


def url(name, *arguments):
    return reverse(f"cover:{name}", args=arguments)


def test_from_the_gate_to_two_signatures(case, client_for):
    lead, second = client_for(case.lead), client_for(case.partner.approver)
    page = lead.get(url("tender", case.tender.reference)).content.decode()
    assert "In the way: £41,000.00 in 2027/28 and £41,000.00 in 2028/29 are missing." in page
    propose = url("propose", case.tender.reference)
    assert propose in page
    assert "£300,000.00" in lead.get(propose).content.decode()
    assert "Give the reason" in lead.post(propose, {"reason": "x"}).content.decode()
    assert lead.post(propose, {"reason": REASON}).status_code == 302
    override = Override.objects.get()
    assert REASON in second.get(url("override", override.reference)).content.decode()
    asked = second.get(url("confirm", override.reference)).content.decode()
    assert "What is missing as it stands now" in asked
    assert REASON in asked
    assert second.post(url("confirm", override.reference), {"version": 1}).status_code == 302
    assert "Two partners have let pass what is missing" in lead.get(url("tender", case.tender.reference)).content.decode()
    assert second.post(url("confirm", override.reference), {"version": 1}).status_code == 404
    assert second.post(url("withdraw", override.reference), {"version": 2, "reason": "Too early"}).status_code == 302
    page = second.get(url("override", override.reference)).content.decode()
    assert "Too early" in page
    assert REASON in page


def test_who_signed_in_long_ago_gives_the_password_again(case, client_for):
    for seat, address in (
        (case.lead, url("propose", case.tender.reference)),
        (case.partner.approver, url("confirm", case.propose().reference)),
    ):
        client = client_for(seat)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": 0}]
        session.save()
        assert client.get(address).status_code == 302


@pytest.mark.parametrize("role", Role)
def test_who_reads_funds_reads_overrides(case, client_for, role):
    override = case.propose()
    reader = client_for(make_seat(role))
    for address in (url("list"), url("override", override.reference)):
        assert reader.get(address).status_code == (200 if role in READERS else 403)
    assert reader.get(url("propose", case.tender.reference)).status_code == (404 if role == Role.LEAD_OFFICER else 403)
    assert reader.get(url("tender", case.tender.reference)).status_code == (404 if role in READERS else 403)


def test_who_may_not_sign_does_not_find_the_page(case, client_for):
    override = case.propose()
    for seat in (case.lead, make_seat(Role.LEAD_OFFICER, organisation=make_organisation(is_commissioner=True))):
        assert client_for(seat).get(url("confirm", override.reference)).status_code == 404
    assert client_for(case.partner.officer).get(url("confirm", override.reference)).status_code == 403
    assert client_for(case.partner.approver).get(url("withdraw", override.reference)).status_code == 404
    assert client_for(case.lead).get(url("override", "OV-NONE")).status_code == 404


def test_the_list_filters_and_comes_as_a_file(case, client_for):
    override, reader = case.propose(), client_for(make_seat(Role.AUDITOR))
    assert override.reference in reader.get(url("list"), {"search": case.tender.reference, "state": "proposed"}).content.decode()
    assert "No override to show" in reader.get(url("list"), {"state": "confirmed"}).content.decode()
    assert REASON in reader.get(url("list"), {"format": "csv"}).content.decode("utf-8-sig")
    assert reader.get(f"{url('list')}?state=x&page=999&search=%00").status_code == 200


def test_the_pages_cost_the_same_with_one_and_with_many(case, client_for):
    lead = client_for(case.lead)
    override = case.propose()
    addresses = [url("list"), url("tender", case.tender.reference), url("override", override.reference)]
    few = [cost_of(lead, address) for address in addresses]
    for _ in range(4):
        case.propose(tender=make_tender(by=case.lead, lots=9, fund_code="pool"))
        make_seat(Role.FUNDER_APPROVER, organisation=make_organisation(is_funder=True, sector=Sector.HEALTH))
    assert [cost_of(lead, address) for address in addresses] == few
    assert max(few) <= 15
