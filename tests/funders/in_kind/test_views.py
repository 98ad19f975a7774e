import csv
import io
import re
import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from commissioning.organisations.roles import Role
from funders.in_kind import actions
from funders.in_kind.models import Gift
from tests.factories import make_seat

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
FROM = {"starts_on_day": "1", "starts_on_month": "9", "starts_on_year": "2026"}
TO = {"ends_on_day": "31", "ends_on_month": "3", "ends_on_year": "2027"}
POST = {"title": "Coordinator", "fte": "0.6", "annual_rate": "£41,385.00", "evidence_note": "Establishment list", **FROM, **TO}
ROOM = {
    "kind": "premises",
    "title": "A room",
    "value": "1,200",
    "valued_how": "By the usual rent",
    "evidence_note": "The lease",
    **FROM,
    **TO,
}


@pytest.fixture
def officer(client_for, partner):
    return client_for(partner.officer)


@pytest.fixture
def approver(client_for, partner):
    return client_for(partner.approver)


@pytest.fixture
def post(fund, partner, noon):
    told = {"title": "Coordinator", "fte": Decimal("0.6"), "annual_rate": Decimal("41385"), "evidence_note": "Establishment list"}
    days = {"starts_on": date(2026, 9, 1), "ends_on": date(2027, 3, 31)}
    return actions.give_post(fund=fund, funder=partner.organisation, by=partner.officer, at=noon, **told, **days)


def address(name, *args):
    return reverse(f"in_kind:{name}", args=args)


def sent(client, where, **told):
    return client.post(where, {"once": str(uuid.uuid4()), **told})


def errors_on(response):
    found = re.search(r'govuk-error-summary__list">(.*?)</ul>', response.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", found[1]).split()) if found else ""


def test_a_post_is_offered_agreed_and_shown_with_its_reckoning(officer, approver, fund):
    made = sent(officer, address("give_post", "pool"), **POST)
    gift = Gift.objects.get()
    assert made.url == address("gift", gift.reference)
    page = officer.get(made.url).content.decode()
    for words in ("£14,484.75", "0.6 FTE × 7 months × £41,385.00 a year ÷ 12", "Pledged, not agreed", "never cash"):
        assert words in page
    assert "Enter the reference" in errors_on(sent(approver, address("agree", gift.reference), version="1", decision_reference=" "))
    done = sent(approver, address("agree", gift.reference), version="1", decision_reference="Minute 3")
    assert done.url == made.url
    assert "Decision: Minute 3" in approver.get(done.url).content.decode()
    fund_page = officer.get("/fund/pool/").content.decode()
    assert "In kind, never cash" in fund_page
    assert "£14,484.75" in fund_page


def test_premises_are_offered_with_how_they_were_valued(officer, fund):
    assert sent(officer, address("give_other", "pool"), **ROOM).status_code == 302
    assert "By the usual rent" in officer.get(address("gift", Gift.objects.get().reference)).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "Enter the title of the post"),
        ({"title": "Mr John Smith"}, "never a person’s name"),
        ({"fte": ""}, "Enter the full-time equivalent"),
        ({"fte": "0"}, "0.01 or more"),
        ({"fte": "0.605"}, "no more than 2 figures"),
        ({"fte": "60%"}, "50 or less"),
        ({"fte": "NaN"}, "in figures only"),
        ({"annual_rate": "1e3"}, "in full"),
        ({"annual_rate": "Infinity"}, "in figures only"),
        ({"annual_rate": "1e400"}, "in full"),
        ({"annual_rate": "-5"}, "take out the minus sign"),
        ({"annual_rate": "41385.005"}, "no more than 2 figures"),
        ({"annual_rate": ""}, "Enter the agreed yearly rate"),
        ({"annual_rate": "0"}, "more than £0"),
        ({"starts_on_year": "2019"}, "The fund runs from"),
        ({"ends_on_day": "30"}, "whole months"),
        ({"ends_on_year": "2039"}, "The fund ends on"),
        ({"evidence_note": ""}, "Enter what shows that it exists"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_stays_typed(officer, fund, changes, words):
    response = sent(officer, address("give_post", "pool"), **{**POST, **changes})
    assert words in errors_on(response)
    assert all(f'value="{value}"' in response.content.decode() for key, value in changes.items() if value and key != "evidence_note")
    assert not Gift.objects.exists()


@pytest.mark.parametrize("value", ["1e3", "NaN", "-1", "1.005", "", "0"])
def test_a_value_that_cannot_be_is_refused(officer, fund, value):
    assert errors_on(sent(officer, address("give_other", "pool"), **{**ROOM, "value": value}))


def test_the_same_form_sent_twice_offers_once(officer, fund):
    told = {"once": str(uuid.uuid4()), **POST}
    for _ in range(2):
        assert officer.post(address("give_post", "pool"), told).status_code == 302
    assert Gift.objects.count() == 1


def test_a_stale_agreement_says_who_changed_it(approver, partner, post, noon):
    actions.withdraw(gift=post, reason="The post was cut.", by=partner.officer, version=1, at=noon)
    assert sent(approver, address("agree", post.reference), version="1", decision_reference="Minute 3").status_code == 404


def test_the_host_and_the_auditor_read_and_other_partners_and_providers_do_not(client_for, fund, other, post):
    page = address("gift", post.reference)
    for seat, status in [
        (make_seat(Role.FINANCE, organisation=fund.host), 200),
        (make_seat(Role.AUDITOR), 200),
        (other.officer, 404),
        (make_seat(Role.BID_MANAGER), 403),
    ]:
        client = client_for(seat)
        assert client.get(page).status_code == status
        assert client.get(address("agree", post.reference)).status_code in (403, 404)
        assert client.get(address("list")).status_code == (403 if status == 403 else 200)


def test_evidence_is_handed_in_once_and_read_by_the_host(monkeypatch, officer, client_for, fund, other, post):
    monkeypatch.setattr("commissioning.kernel.uploads.scan", lambda content: None)
    where = address("add_evidence", post.reference)
    assert "Choose a file" in errors_on(sent(officer, where))
    assert sent(officer, where, file=SimpleUploadedFile("list.pdf", PDF)).status_code == 302
    assert officer.get(where).status_code == 404
    kept = address("evidence", Gift.objects.get().evidence.reference)
    found = client_for(make_seat(Role.FINANCE, organisation=fund.host)).get(kept)
    assert found["Content-Disposition"].startswith("attachment")
    assert b"".join(found.streaming_content) == PDF
    assert client_for(other.officer).get(kept).status_code == 404


def test_the_list_is_searched_and_taken_away(officer, post):
    assert "Coordinator" in officer.get(address("list"), {"search": "coord"}).content.decode()
    assert "Nothing in kind to show" in officer.get(address("list"), {"search": "zzz"}).content.decode()
    rows = list(csv.reader(io.StringIO(officer.get(address("list"), {"format": "csv"}).content.decode("utf-8-sig"))))
    assert rows[1][-3:-1] == ["14484.75", "Pledged, not agreed"]
