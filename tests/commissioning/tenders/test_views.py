import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from commissioning.areas.models import ContractArea
from commissioning.organisations.roles import Role
from commissioning.tenders.actions import edit_tender
from commissioning.tenders.models import Tender
from commissioning.tenders.states import TenderState
from tests.commissioning.tenders.conftest import words
from tests.counting import cost_of
from tests.factories import make_area, make_seat, make_tender

PAGES = ("edit", "lots", "criteria", "people", "publish", "abandon")


def page(name, tender):
    return reverse(f"tenders:{name}", args=[tender.reference])


def day(moment, name):
    return {f"{name}_day": moment.day, f"{name}_month": moment.month, f"{name}_year": moment.year}


def words_sent(**changes):
    known = words()
    sent = {
        "title": known["title"],
        "description": known["description"],
        "term_months": "60",
        "option_months": "48",
        **day(known["contract_starts_on"], "contract_starts_on"),
        **day(known["deadline"], "deadline"),
        "deadline_time": "12:00",
    }
    return {**sent, **changes}


@pytest.fixture
def client(client_for, officer):
    return client_for(officer)


class TestNew:
    @pytest.fixture
    def areas(self, db):
        return [make_area(), make_area(), make_area(apart=True)]

    def test_the_four_areas_become_lots_in_one_step_and_medway_stays_apart(self, client, areas):
        amounts = {f"amount_{area.code}": "£1,250.50" for area in areas[:2]}
        response = client.post(reverse("tenders:new"), words_sent(**amounts))
        tender = Tender.objects.get()
        assert response.url == page("detail", tender)
        assert [(lot.area, lot.annual_amount) for lot in tender.lots.all()] == [(area, Decimal("1250.50")) for area in areas[:2]]

    def test_the_page_proposes_dates_and_term(self, client, areas):
        text = client.get(reverse("tenders:new")).content.decode()
        assert 'value="12:00"' in text
        assert "under a contract of its own" in text

    def test_no_area_is_refused_in_words_and_keeps_what_was_typed(self, client, areas):
        response = client.post(reverse("tenders:new"), words_sent(title="A title to keep"))
        assert response.status_code == 200
        assert "Choose at least one contract area." in response.content.decode()
        assert "A title to keep" in response.content.decode()

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"deadline_time": "25:00"}, "The time of the deadline for bids must be like 12:00 or 5pm"),
            ({"deadline_day": "31", "deadline_month": "2"}, "days"),
            ({"deadline_year": "2020"}, "has passed. Choose one in the future."),
            ({"term_months": "many"}, "Enter the term in months in figures only"),
            ({"option_months": "108"}, "Term and options together must not be longer than 120 months."),
            ({"title": ""}, "Enter the title"),
            ({"title": "x" * 161}, "take out 1 character"),
            ({"description": "word " * 401}, "take out 1 word"),
        ],
    )
    def test_bad_input_is_answered_in_own_words(self, client, areas, changes, said):
        response = client.post(reverse("tenders:new"), words_sent(**{f"amount_{areas[0].code}": "5", **changes}))
        assert response.status_code == 200
        assert said in response.content.decode()
        assert Tender.objects.count() == 0

    @pytest.mark.parametrize("amount", ["-1", "0", "1e9", "nil", "1.234", "9" * 40, "=1+1", "<script>", "١٢٣"])
    def test_bad_money_is_refused(self, client, areas, amount):
        response = client.post(reverse("tenders:new"), words_sent(**{f"amount_{areas[0].code}": amount}))
        assert response.status_code == 200
        assert "<script>" not in response.content.decode()


@pytest.mark.parametrize("name", [*PAGES, "detail"])
def test_every_page_of_a_draft_opens_for_its_officer(client, ready, name):
    response = client.get(page(name, ready))
    assert response.status_code == 200
    assert ready.title in response.content.decode()


@pytest.mark.parametrize("name", [*PAGES, "detail", "deadline"])
def test_another_commissioners_draft_is_not_found(client_for, other_officer, draft, name):
    assert client_for(other_officer).get(page(name, draft)).status_code == 404


@pytest.mark.parametrize("name", ["edit", "lots", "criteria", "publish"])
def test_a_published_tender_has_no_page_to_write_in(client, officer, name):
    tender = make_tender(by=officer, state=TenderState.PUBLISHED)
    assert client.get(page(name, tender)).status_code == 404


def test_criteria_are_saved_with_a_row_more_and_an_empty_row_less(client, draft):
    sent = {}
    for row, weight in enumerate(["70", "30.00"], start=1):
        sent |= {f"title_{row}": f"Title {row}", f"question_{row}": "How?", f"weight_percent_{row}": weight, f"word_limit_{row}": "500"}
        sent |= {f"minimum_mark_{row}": "2"}
    sent |= {"title_3": "", "question_3": "", "weight_percent_3": "", "word_limit_3": "500", "minimum_mark_3": "2"}
    response = client.post(page("criteria", draft), {**sent, "version": draft.version})
    assert response.url == page("detail", draft)
    assert [(one.title, one.weight_percent) for one in draft.criteria.all()] == [
        ("Title 1", Decimal("70.00")),
        ("Title 2", Decimal("30.00")),
    ]


def test_adding_a_criterion_saves_nothing_and_keeps_what_was_typed(client, draft):
    sent = {"title_1": "Typed", "question_1": "", "weight_percent_1": "", "word_limit_1": "", "minimum_mark_1": "", "add": "1"}
    text = client.post(page("criteria", draft), {**sent, "version": draft.version}).content.decode()
    assert 'name="title_2"' in text
    assert 'value="Typed"' in text
    assert "There is a problem" not in text
    assert draft.criteria.filter(title="Typed").count() == 0


def test_a_half_filled_criterion_is_refused(client, draft):
    sent = {"title_1": "Only a title", "question_1": "", "weight_percent_1": "", "word_limit_1": "", "minimum_mark_1": ""}
    text = client.post(page("criteria", draft), {**sent, "version": draft.version}).content.decode()
    assert "Enter the question of criterion 1" in text
    assert "Enter the weight of criterion 1" in text


def test_two_tabs_the_second_is_told_and_keeps_its_text(client, officer, draft):
    edit_tender(tender=draft, version=draft.version, by=officer, now=timezone.now(), **words(title="From the first tab"))
    response = client.post(page("edit", draft), {**words_sent(title="From the second tab"), "version": draft.version})
    text = response.content.decode()
    assert "Officer saved this on" in text
    assert "From the second tab" in text
    version = re.search(r'name="version" value="(\d+)"', text)[1]
    assert client.post(page("edit", draft), {**words_sent(title="From the second tab"), "version": version}).status_code == 302


def test_the_publish_page_lists_every_condition_with_its_link(client, draft):
    text = client.get(page("publish", draft)).content.decode()
    assert "Name two opening officers of different organisations." in text
    assert page("people", draft) in text
    assert "Publish tender" not in text


def test_publishing_takes_one_tick(client, ready):
    assert client.post(page("publish", ready), {"version": ready.version}).status_code == 200
    assert client.post(page("publish", ready), {"version": ready.version, "sure": "on"}).status_code == 302
    ready.refresh_from_db()
    assert ready.state == TenderState.PUBLISHED


def test_moving_the_deadline_shows_its_reason_to_everybody(client, officer):
    tender = make_tender(by=officer, state=TenderState.PUBLISHED, contract_starts_on=words()["contract_starts_on"])
    later = words()["deadline"] + timedelta(days=7)
    sent = {**day(later, "deadline"), "deadline_time": "noon", "reason": "Asked for by small charities.", "version": tender.version}
    assert client.post(page("deadline", tender), sent).status_code == 302
    assert "Asked for by small charities." in client.get(reverse("publication:tender", args=[tender.reference])).content.decode()


def test_abandoning_takes_a_reason(client, draft):
    assert "Enter the reason" in client.post(page("abandon", draft), {"reason": " "}).content.decode()
    assert client.post(page("abandon", draft), {"reason": "No money was found."}).status_code == 302


class TestList:
    def test_it_filters_by_words_and_stage(self, client, officer):
        make_tender(by=officer, title="Refuge in the west", state=TenderState.PUBLISHED)
        make_tender(by=officer, title="Outreach in the east")
        text = client.get(reverse("tenders:list"), {"search": "refuge", "state": "published"}).content.decode()
        assert "Refuge in the west" in text
        assert "Outreach in the east" not in text

    @pytest.mark.parametrize("format_", ["csv", "xlsx"])
    def test_it_comes_as_a_file(self, client, officer, format_):
        make_tender(by=officer, title="=HYPERLINK(1)", state=TenderState.PUBLISHED)
        response = client.get(reverse("tenders:list"), {"format": format_})
        assert response["Content-Disposition"] == f'attachment; filename="tenders.{format_}"'
        if format_ == "csv":
            assert "'=HYPERLINK(1)" in response.content.decode()

    def test_it_costs_the_same_with_one_and_with_four(self, client, officer):
        make_tender(by=officer, lots=2)
        few = cost_of(client, reverse("tenders:list"))
        for _ in range(3):
            make_tender(by=officer, lots=2)
        assert cost_of(client, reverse("tenders:list")) == few <= 15

    @pytest.mark.parametrize("query", ["page=0", "page=-1", "page=999999999999", "page=x", "state=nonsense", "search=%00", "format=pdf"])
    def test_nonsense_in_the_address_is_no_error(self, client, query):
        assert client.get(f"{reverse('tenders:list')}?{query}").status_code == 200


def test_a_tender_costs_the_same_with_one_lot_and_with_six(client, officer):
    small, large = make_tender(by=officer), make_tender(by=officer, lots=6, weights=("50", "20", "20", "10"))
    assert cost_of(client, page("detail", small)) == cost_of(client, page("detail", large)) <= 15


def test_a_provider_has_no_business_here(client_for, bid_manager, officer):
    assert client_for(bid_manager).get(reverse("tenders:list")).status_code == 403


def test_an_area_apart_can_be_chosen_on_purpose(client, draft):
    apart = make_area(apart=True)
    area = ContractArea.objects.first()
    sent = {f"amount_{area.code}": "10", f"amount_{apart.code}": "20", "version": draft.version}
    assert client.post(page("lots", draft), sent).status_code == 302
    assert [lot.area for lot in draft.lots.all()] == [area, apart]


def test_people_are_named_on_one_page(client, draft, officer, other_officer):
    marker = make_seat(Role.EVALUATOR, organisation=officer.organisation)
    keys = [f"{one.person.reference}:{one.organisation.code}" for one in (officer, other_officer)]
    sent = {
        "openers": keys,
        "evaluators": [f"{marker.person.reference}:{marker.organisation.code}"],
        "assessment": "None.",
        "version": draft.version,
    }
    assert client.post(page("people", draft), sent).status_code == 302
    draft.refresh_from_db()
    assert (draft.seats.count(), draft.conflicts_assessment) == (3, "None.")


def test_a_person_who_is_not_on_the_list_cannot_be_smuggled_in(client, draft):
    outsider = make_seat(Role.BID_MANAGER)
    sent = {"openers": [f"{outsider.person.reference}:{outsider.organisation.code}"], "version": draft.version}
    assert "holds something that is not in the list" in client.post(page("people", draft), sent).content.decode()
