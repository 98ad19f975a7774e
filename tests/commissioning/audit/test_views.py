import pytest
from django.db import connection
from django.urls import reverse

from commissioning.audit.actions import record
from commissioning.audit.models import AuditEntry
from commissioning.organisations.roles import Role
from tests.factories import make_fund

pytestmark = pytest.mark.django_db
TRAIL = "/audit/"


def linked():
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    connection.cursor().execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def finance(seat):
    """A finance officer who changed a fund, in an organisation beside another one that did something too."""
    officer = seat(Role.FINANCE)
    record(by=officer, verb="changed", on=make_fund(code="kent-2026"), before={"gap_amount": "1.00"}, after={"gap_amount": "2.00"})
    record(by=seat(Role.BID_MANAGER), verb="withdrew", reason="Not ours to see")
    linked()
    return officer


def page(client, address=TRAIL, **query):
    return client.get(address, query).content.decode()


def test_an_organisation_reads_its_own_trail_only(client_for, finance):
    seen = page(client_for(finance))
    assert "changed" in seen
    assert "1 entry" in seen
    assert "Not ours to see" not in seen


def test_an_auditor_reads_every_trail_with_the_organisation(client_for, seat, finance):
    seen = page(client_for(seat(Role.AUDITOR)))
    assert "Not ours to see" in seen
    assert str(finance.organisation) in seen


def test_a_visitor_is_asked_to_sign_in(client):
    response = client.get(TRAIL)
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, reverse("account_login"))


def test_an_entry_shows_what_changed_to_those_who_answer_for_it(client_for, finance, seat):
    address = reverse("audit:entry", args=[AuditEntry.objects.get(verb="changed").hash])
    seen = page(client_for(finance), address)
    assert "Gap amount" in seen
    assert "2.00" in seen
    assert "object_reference=kent-2026" in seen
    administrator = seat(Role.ADMINISTRATOR, organisation=finance.organisation)
    seen = page(client_for(administrator), address)
    assert "Gap amount" not in seen
    assert "your role sees who did what" in seen


def test_an_entry_of_another_organisation_is_not_there(client_for, finance):
    theirs = reverse("audit:entry", args=[AuditEntry.objects.get(verb="withdrew").hash])
    nowhere = reverse("audit:entry", args=["0" * 64])
    client = client_for(finance)
    assert [client.get(address).status_code for address in (theirs, nowhere, "/audit/short/")] == [404, 404, 404]


def test_the_trail_is_filtered_and_keeps_the_filter(client_for, finance):
    client = client_for(finance)
    assert "No entry was found" in page(client, search="Dover")
    assert "1 entry" in page(client, verb="chang", person="@example", object_type="pooled fund", object_reference="kent-2026")
    assert "No entry was found" in page(client, first_day_day="1", first_day_month="1", first_day_year="2099")
    assert "1 entry" in page(client, first_day_day="99", first_day_month="x", last_day_year="")


def test_the_history_of_a_thing_stays_chosen_while_searching(client_for, finance):
    seen = page(client_for(finance), object_type="pooled fund", object_reference="kent-2026", search="Dover")
    assert "Only what was done to <strong>pooled fund kent-2026</strong>" in seen
    assert '<input type="hidden" name="object_reference" value="kent-2026"' in seen


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_the_trail_is_taken_away_as_a_file_which_is_written_down(client_for, finance, format_):
    response = client_for(finance).get(TRAIL, {"format": format_})
    assert response["Content-Disposition"] == f'attachment; filename="audit-trail.{format_}"'
    entry = AuditEntry.objects.get(verb="exported")
    assert (entry.object_label, entry.after) == ("The audit trail", {"format": format_})
    if format_ == "csv":
        assert '"{""gap_amount"": ""2.00""}"' in response.content.decode()


def test_a_file_for_an_administrator_has_no_values(client_for, finance, seat):
    administrator = seat(Role.ADMINISTRATOR, organisation=finance.organisation)
    assert "gap_amount" not in client_for(administrator).get(TRAIL, {"format": "csv"}).content.decode()


def test_the_page_costs_the_same_with_many_entries(client_for, seat, django_assert_max_num_queries):
    officer = seat(Role.FINANCE)
    for number in range(120):
        record(by=officer, verb=f"did {number}")
    linked()
    client = client_for(officer)
    with django_assert_max_num_queries(15):
        seen = page(client, page="2")
    assert "120 entries" in seen
    assert "page=3" in seen
