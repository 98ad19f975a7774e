"""The pages of each step: who opens them, what they say to bad input, and what a second look holds back."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.roles import Role
from funders.contributions.models import Contribution, Evidence
from tests.factories import make_contribution, make_seat

TODAY = timezone.localdate()
THIS_YEAR = FinancialYear.of(TODAY).start
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
WHY = "The council votes in February."


@pytest.fixture
def running(fund):
    fund.first_year, fund.last_year = THIS_YEAR, THIS_YEAR + 2
    fund.save()
    return fund


@pytest.fixture
def agreed(running, partner):
    return make_contribution(fund=running, by=partner.officer, year=THIS_YEAR + 1, agreed_by=partner.approver)


@pytest.fixture
def pledged(running, partner):
    return make_contribution(fund=running, by=partner.officer, year=THIS_YEAR)


@pytest.fixture
def officer(client_for, partner):
    return client_for(partner.officer)


@pytest.fixture
def approver(client_for, partner):
    return client_for(partner.approver)


@pytest.fixture
def finance(client_for, running):
    return client_for(make_seat(Role.FINANCE, organisation=running.host))


def address(name, one, *more):
    return reverse(f"contributions:{name}", args=[one.reference, *more])


def day(name, value):
    return {f"{name}_day": str(value.day), f"{name}_month": str(value.month), f"{name}_year": str(value.year)}


def sent(client, name, one, version=None, **told):
    one.refresh_from_db()
    return client.post(address(name, one), {"once": str(uuid.uuid4()), "version": str(version or one.version), **told})


def errors_on(response):
    found = re.search(r'govuk-error-summary__list">(.*?)</ul>', response.content.decode(), re.DOTALL)
    return [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<li>(.*?)</li>", found[1], re.DOTALL)] if found else []


def condition(**changes):
    return {"condition": "The grant letter", **day("due_on", FinancialYear(THIS_YEAR + 1).last_day), "reason": WHY, **changes}


def test_a_condition_is_set_met_and_opened_again_on_the_pages(approver, agreed):
    assert sent(approver, "condition", agreed, **condition()).url == address("contribution", agreed)
    page = approver.get(address("contribution", agreed)).content.decode()
    assert "Conditional" in page
    assert "Waits for" in page
    assert sent(approver, "met", agreed, **day("met_on", TODAY)).status_code == 302
    assert "Met on" in approver.get(address("contribution", agreed)).content.decode()
    assert sent(approver, "unmet", agreed, **day("unmet_on", TODAY), reason=WHY).status_code == 302
    assert Contribution.objects.get(pk=agreed.pk).waits


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"condition": ""}, "Enter the event that it waits for"),
        ({"due_on_day": "", "due_on_month": "", "due_on_year": ""}, "Enter the day by when it is decided"),
        ({"due_on_day": "31", "due_on_month": "2"}, "must be a real date"),
        ({"due_on_year": str(THIS_YEAR + 9)}, "it must be decided by"),
        ({"reason": ""}, "Enter the reason"),
        ({"reason": "x"}, "Give the reason in a sentence"),
    ],
)
def test_a_condition_that_cannot_be_is_refused_and_what_was_typed_stays(approver, agreed, changes, words):
    response = sent(approver, "condition", agreed, **condition(**changes))
    assert any(words in one for one in errors_on(response)), errors_on(response)
    assert WHY in response.content.decode() or "reason" in changes


def test_two_people_at_the_same_condition_the_second_is_told(approver, agreed):
    first = agreed.version
    sent(approver, "condition", agreed, **condition())
    response = sent(approver, "condition", agreed, version=first, **condition(condition="Another event"))
    assert "after you opened the page" in " ".join(errors_on(response))
    assert "Another event" in response.content.decode()


def test_the_same_form_sent_twice_acts_once(approver, agreed):
    told = {"once": str(uuid.uuid4()), "version": str(agreed.version), **condition()}
    for _ in range(2):
        assert approver.post(address("condition", agreed), told).status_code == 302
    assert agreed.events.filter(step="condition").count() == 1


@pytest.mark.parametrize("amount", ["1e3", "NaN", "Infinity", "1e400", "-5", "0", "12.345", "", "2,000.00", "1,00,0", "1000"])
def test_an_amount_that_cannot_be_is_refused_beside_its_box(approver, agreed, amount):
    response = sent(approver, "reduce", agreed, amount=amount, decision_reference="Minute 9", reason=WHY, step="confirm")
    assert errors_on(response), amount
    assert f'value="{amount}"' in response.content.decode() or not amount
    assert Contribution.objects.get(pk=agreed.pk).amount == 1000


def test_a_reduction_is_looked_at_once_more(approver, agreed):
    told = {"amount": "£800.00", "decision_reference": "Minute 9", "reason": WHY}
    assert "This cannot be taken back" in sent(approver, "reduce", agreed, **told).content.decode()
    assert sent(approver, "reduce", agreed, step="confirm", **told).url == address("contribution", agreed)
    page = approver.get(address("contribution", agreed)).content.decode()
    assert "£800.00" in page
    assert "Reduced" in page


def test_a_figure_is_named_and_made_a_pledge(officer, running):
    where = reverse("contributions:note_indicative", args=["pool"])
    told = {"once": str(uuid.uuid4()), "conditions": "", f"amount_{THIS_YEAR}": "500"}
    assert "counts nowhere" in officer.post(where, told).content.decode()
    assert officer.post(where, {**told, "step": "confirm"}).status_code == 302
    one = Contribution.objects.get()
    assert one.state == "indicative"
    assert address("firm_up", one) in officer.get(reverse("contributions:make_pledge", args=["pool"])).content.decode()
    assert errors_on(sent(officer, "firm_up", one, amount=""))
    assert sent(officer, "firm_up", one, amount="450").status_code == 302
    assert "Pledged, not agreed" in officer.get(address("contribution", one)).content.decode()


def test_terms_are_set_and_shown(approver, agreed):
    told = {"pot": "s75", "purpose": "Court posts", **day("use_until", FinancialYear(THIS_YEAR + 1).last_day)}
    assert sent(approver, "terms", agreed, **told).status_code == 302
    page = approver.get(address("contribution", agreed)).content.decode()
    for words in ("Section 75", "Only for", "Court posts", "Usable until"):
        assert words in page
    early = {**told, **day("use_until", TODAY - timedelta(days=500))}
    assert "must be usable until" in " ".join(errors_on(sent(approver, "terms", agreed, **early)))
    assert "not one of the choices" in " ".join(errors_on(sent(approver, "terms", agreed, **{**told, "purpose": "Fireworks"})))


def test_evidence_is_handed_in_by_the_partner_and_read_by_the_host(monkeypatch, officer, finance, agreed, client_for, other):
    monkeypatch.setattr("commissioning.kernel.uploads.scan", lambda content: None)
    event = agreed.events.get()
    where = address("add_evidence", agreed, event.pk)
    assert "Choose a file" in " ".join(errors_on(officer.post(where, {"once": str(uuid.uuid4())})))
    bad = officer.post(where, {"once": str(uuid.uuid4()), "file": SimpleUploadedFile("letter.pdf", b"MZ\0\1\2")})
    assert errors_on(bad)
    good = {"once": str(uuid.uuid4()), "file": SimpleUploadedFile("letter.pdf", PDF)}
    assert officer.post(where, good).status_code == 302
    kept = reverse("contributions:evidence", args=[Evidence.objects.get().reference])
    for reader in (officer, finance):
        response = reader.get(kept)
        assert response["Content-Disposition"] == 'attachment; filename="letter.pdf"'
        assert b"".join(response.streaming_content) == PDF
    assert kept in finance.get(address("contribution", agreed)).content.decode()
    assert client_for(other.officer).get(kept).status_code == 404
    assert officer.get(where).status_code == 404


STEPS = ["firm_up", "condition", "met", "unmet", "reduce", "terms", "lapse"]


@pytest.mark.parametrize("name", STEPS)
def test_another_partner_finds_none_of_the_pages_and_a_provider_none_at_all(name, client_for, other, agreed):
    for seat in (other.officer, other.approver):
        assert client_for(seat).get(address(name, agreed)).status_code in (403, 404)
    assert client_for(make_seat(Role.BID_MANAGER)).get(address(name, agreed)).status_code == 403


@pytest.mark.parametrize("name", ["firm_up", "met", "unmet"])
def test_a_step_that_is_not_due_leads_back_to_the_page(name, officer, approver, agreed):
    client = officer if name == "firm_up" else approver
    assert client.get(address(name, agreed)).url == address("contribution", agreed)


def test_the_host_notes_a_lapse_once_it_has_run_out(finance, running, partner):
    running.first_year = THIS_YEAR - 1
    running.save()
    late, early = (make_contribution(fund=running, by=partner.officer, year=year) for year in (THIS_YEAR - 1, THIS_YEAR))
    assert finance.get(address("lapse", early)).status_code == 302
    page = finance.get(address("lapse", late)).content.decode()
    assert "ended on" in page
    assert "This cannot be taken back" in sent(finance, "lapse", late, reason=WHY).content.decode()
    assert sent(finance, "lapse", late, reason=WHY, step="confirm").status_code == 302
    assert "Lapsed" in finance.get(address("contribution", late)).content.decode()


def test_the_list_is_filtered_by_what_is_conditional(approver, agreed):
    sent(approver, "condition", agreed, **condition())
    where = reverse("contributions:list")
    assert agreed.reference in approver.get(where, {"state": "conditional"}).content.decode()
    assert agreed.reference not in approver.get(where, {"state": "agreed"}).content.decode()
