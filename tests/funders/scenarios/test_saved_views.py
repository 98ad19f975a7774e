"""Pages of saved scenarios: who reads, who saves, files, the paper, two side by side, and what they cost the database."""

import re
import uuid

import pytest
from django.urls import reverse

from commissioning.organisations.roles import Role
from funders.pool.models import CostLine
from funders.pool.permissions import READERS
from funders.scenarios.models import Scenario
from funders.scenarios.pdf import paper_data, paper_of
from tests.counting import cost_of
from tests.factories import make_contribution, make_seat

ASK = "?percent=20&protected=1&start=2026-04"
FORM = {"name": "Twenty less", "asked": "What is lost?"}


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def address(name, scenario):
    return reverse(f"scenarios:{name}", args=[scenario.reference])


@pytest.fixture
def client(officer, client_for):
    return client_for(officer)


@pytest.fixture
def reader(partner, client_for):
    return client_for(partner.officer)


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.LEAD_OFFICER])
def test_saved_from_the_address_that_was_asked(fund, client_for, role):
    client = client_for(make_seat(role))
    page = client.get(reverse("scenarios:scenario", args=[fund.code]) + ASK)
    assert "Save this scenario" in words(page)
    form = client.get(reverse("scenarios:save", args=[fund.code]) + ASK)
    assert "What is lost if 20% of the money goes from April 2026?" in words(form)
    answer = client.post(reverse("scenarios:save", args=[fund.code]) + ASK, FORM)
    made = Scenario.objects.get()
    assert answer.url == address("saved", made)
    said = words(client.get(answer.url))
    for sentence in ("A cut of 20% loses 324 cases a year.", "976 cases", "£488,000.00", "Only your organisation reads it", "Draft"):
        assert sentence in said


def test_the_same_form_sent_twice_saves_once(fund, client):
    sent = {**FORM, "once": str(uuid.uuid4())}
    first, second = (client.post(reverse("scenarios:save", args=[fund.code]) + ASK, sent) for _ in range(2))
    assert first.url == second.url
    assert Scenario.objects.count() == 1


def test_what_is_wrong_is_said_and_what_was_typed_stays(fund, client):
    answer = client.post(reverse("scenarios:save", args=[fund.code]) + ASK, {"name": "", "asked": "My own question"})
    assert "Enter a name" in words(answer)
    assert "My own question" in words(answer)
    refused = client.post(reverse("scenarios:save", args=[fund.code]) + "?percent=NaN", FORM)
    assert refused.url.endswith("?percent=NaN")
    assert not Scenario.objects.exists()


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reads_or_does_not(shared, client_for, role):
    client = client_for(make_seat(role))
    wanted = 200 if role in READERS else 403
    pages = [
        address("saved", shared),
        address("paper", shared),
        *(reverse(f"scenarios:{name}", args=[shared.fund.code]) for name in ("list", "compare")),
    ]
    assert [client.get(page).status_code for page in pages] == [wanted] * 4
    may_save = role in (Role.COMMISSIONER, Role.LEAD_OFFICER)
    assert client.get(reverse("scenarios:save", args=[shared.fund.code]) + ASK).status_code == (200 if may_save else 403)
    for step in ("share", "archive"):
        assert client.post(address(step, shared), {"version": 2}).status_code == (404 if may_save else 403)


def test_a_draft_is_as_if_it_were_not_for_every_other_organisation(draft, reader, client_for):
    auditor, commissioner = (client_for(make_seat(role)) for role in (Role.AUDITOR, Role.COMMISSIONER))
    for client in (reader, auditor, commissioner):
        assert client.get(address("saved", draft)).status_code == 404
        assert client.get(address("paper", draft)).status_code == 404
        assert "Twenty less" not in words(client.get(reverse("scenarios:list", args=[draft.fund.code])))
        assert "Twenty less" not in words(client.get(reverse("scenarios:compare", args=[draft.fund.code]), {"one": draft.reference}))


def test_shared_in_a_confirmed_step_then_read_by_a_partner(draft, client, reader):
    assert "It cannot be taken back" in words(client.get(address("share", draft)))
    assert client.post(address("share", draft), {"version": 1}).status_code == 302
    said = words(reader.get(address("saved", draft)))
    assert "Shared" in said
    assert "Share with the partnership" not in said
    assert client.get(address("share", draft)).status_code == 404


def test_a_step_on_an_old_page_is_refused_in_words(draft, client):
    assert "Read it again below" in words(client.post(address("archive", draft), {"version": 7}))
    assert Scenario.objects.get().state == "draft"


def test_archived_it_leaves_the_list_and_is_found_when_asked_for(shared, client):
    client.post(address("archive", shared), {"version": 2})
    page = reverse("scenarios:list", args=[shared.fund.code])
    assert "No scenario to show" in words(client.get(page))
    assert "Twenty less" in words(client.get(page, {"state": "archived"}))
    assert client.get(address("saved", shared)).status_code == 200


def test_the_page_says_that_the_fund_has_changed_and_offers_to_ask_again(shared, reader):
    assert "The fund has changed since" not in words(reader.get(address("saved", shared)))
    CostLine.objects.filter(fund=shared.fund, order=1).update(quantity=1000)
    answer = reader.get(address("saved", shared))
    assert "The fund has changed since" in words(answer)
    assert "Today the answer would be: A cut of 20% loses 264 cases a year." in words(answer)
    assert "?what=cut&amp;percent=20&amp;start=2026-04" in answer.content.decode()
    assert "976 cases" in words(answer)


def test_a_changed_fund_that_can_no_longer_answer_is_said(shared, reader):
    CostLine.objects.filter(fund=shared.fund, order=2).delete()
    assert "can no longer answer today" in words(reader.get(address("saved", shared)))


def test_the_list_is_searched_turned_and_taken_away(save, client, draft):
    for number in range(51):
        save(f"Number {number}")
    page = reverse("scenarios:list", args=[draft.fund.code])
    assert "52 scenarios" in words(client.get(page))
    assert "Twenty less" in words(client.get(page, {"page": 2}))
    assert "1 scenario " in words(client.get(page, {"search": "twenty"}))
    file = client.get(page, {"format": "csv"}).getvalue().decode("utf-8-sig").splitlines()
    assert file[0] == '"Reference","Scenario","What it finds","Saved by","Saved","State"'
    assert len(file) == 53
    assert client.get(page, {"format": "xlsx"}).status_code == 200
    assert client.get(page, {"state": "nonsense", "page": "x"}).status_code == 200


def test_every_table_is_taken_away_with_every_year(shared, reader):
    heads = {
        "lines": '"Line","Now","Left","Lost","Still buys","Fewer"',
        "years": '"Year","Money lost","From contingency","Taken off lines"',
        "areas": '"Year","Contract area","Fewer cases"',
        "districts": '"Year","District","Contract area","Fewer cases"',
        "targets": '"Year","Contract area","Measure","Target a quarter","Restated"',
    }
    for name, head in heads.items():
        file = reader.get(address("saved", shared), {"table": name, "format": "csv"}).getvalue().decode("utf-8-sig")
        assert file.startswith(head)
    assert reader.get(address("saved", shared), {"table": "districts", "format": "csv"}).getvalue().count(b"54") == 18


def test_two_side_by_side(save, shared, client):
    other = save("Another")
    page = reverse("scenarios:compare", args=[shared.fund.code])
    assert "Choose two scenarios" in words(client.get(page, {"one": "nonsense"}))
    said = words(client.get(page, {"one": shared.reference, "other": other.reference}))
    assert "Twenty less Another Difference" in said
    assert "£162,000.00 £162,000.00 none" in said
    file = client.get(page, {"one": shared.reference, "other": other.reference, "format": "csv"})
    assert "Community cases still buys" in file.getvalue().decode("utf-8-sig")


def test_the_paper_says_what_the_page_says_on_one_page(shared, reader):
    answer = reader.get(address("paper", shared))
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", answer.content)) == 1
    data = paper_data(shared)
    assert data["finding"] == "A cut of 20% loses 324 cases a year."
    assert data["lines"]["rows"][0] == ["Community cases", "£650,000.00", "£488,000.00", "£162,000.00", "976 cases", "324 cases"]
    assert data["districts"]["rows"][-1] == ["Together", "324"]
    assert data["chart"]["table"]["rows"] == [["Community cases", "£650,000", "£488,000"], ["Court posts", "£160,000", "£160,000"]]


def test_a_long_paper_is_still_one_page(fund, save):
    fund.last_year = 2033
    fund.save()
    for number in range(12):
        label = f"A further line of the requirement with a long name, number {number}"
        CostLine.objects.create(fund=fund, label=label, quantity=3, unit="post", unit_cost_amount=1000, order=10 + number)
    made = save("Long " * 19, asked="Why so long? " * 30)
    paper = paper_of(made)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    assert paper_of(made) == paper


def test_pages_cost_the_same_however_much_there_is(fund, save, officer, client, partner):
    names = [reverse(f"scenarios:{name}", args=[fund.code]) for name in ("scenario", "list", "compare")]
    one = save()
    pages = [*names, address("saved", one)]
    before = [cost_of(client, page) for page in pages]
    for number in range(3):
        save(f"More {number}")
        make_contribution(fund=fund, by=make_seat(Role.FUNDER_OFFICER), year=2026, agreed_by=partner.approver)
        CostLine.objects.create(fund=fund, label=f"Line {number}", quantity=3, unit="post", unit_cost_amount=1000, order=10 + number)
    assert [cost_of(client, page) for page in pages] == before
    assert max(before) <= 20
