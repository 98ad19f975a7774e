import csv
import io
import re
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from commissioning.organisations.roles import Role
from providers.returns.actions.reviewing import ask, explain
from providers.returns.kinds import Part
from providers.returns.models import ReturnLine, ReturnPart, ReturnQuery
from tests.factories import make_seat
from tests.providers.cast import GOOD, NOW, fresh, make_case, measure

TODAY = "2026-10-06 10:00"


@pytest.fixture(autouse=True)
def on_a_day_in_october():
    with time_machine.travel(TODAY, tick=False):
        yield


def url(name, row, *args):
    return reverse(f"returns:{name}", args=[getattr(row, "reference", row), *args])


def words(response) -> str:
    text = re.sub(r"<(script|style).*?</\1>", "", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def hidden(response, name):
    return re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())[1]


def keyed(row, part, **changed):
    """The good figures of one page as a browser sends them."""
    prefixes = {"referrals": "A", "caseload": "B", "outcomes": "E", "money": "F", "words": "-"}
    cells = {name: text for name, text in GOOD.items() if name.startswith(prefixes[part])}
    return {**cells, "version": "0", **{name.replace("_", "-", 1): text for name, text in changed.items()}}


def question(case, row, code="B02", service="OUT"):
    return ask(outcome_return=row, measure=measure(code), service=service, question="Why so many?", by=case.commissioner, now=NOW)


# Filling in


def test_the_return_is_keyed_page_by_page_and_sent_within_the_click_budget(case, client_for):
    row, client, clicks = case.open(), client_for(case.officer), 1
    page = client.get(url("return", row))
    assert "0 of 31 figures are in" in words(page)
    following = url("part", row, "referrals")
    clicks += 1
    for part in Part:
        assert following == url("part", row, part.value)
        answer = client.post(following, keyed(row, part.value))
        assert answer.status_code == 302, words(answer)
        following = answer["Location"]
        clicks += 1
    assert following == url("check", row)
    assert "Send for sign-off" in words(client.get(following))
    answer = client.post(following, {})
    clicks += 1
    assert (answer["Location"], fresh(row).state) == (url("return", row), "awaiting_sign_off")
    assert clicks <= 14


def test_wrong_figures_are_saved_as_typed_and_shown_where_they_are(case, client_for):
    row, client = case.open(), client_for(case.officer)
    answer = client.post(url("part", row, "referrals"), keyed(row, "referrals", A01_OUT="<5", A02N_IDVA_HR="21"))
    said = words(answer)
    assert answer.status_code == 200
    assert "Error: Referrals" in answer.content.decode()
    assert "Referrals received, Outreach (medium and standard risk): enter the exact number." in said
    assert "Referrals accepted (21) cannot be more than referrals received (20)" in said
    assert 'href="#id_A01-OUT"' in answer.content.decode()
    again = client.get(url("part", row, "referrals"))
    assert 'value="&lt;5"' in again.content.decode()
    assert "There is a problem" in words(client.get(url("return", row)))
    mended = client.post(url("part", row, "referrals"), {**keyed(row, "referrals"), "version": hidden(again, "version")})
    assert mended["Location"] == url("part", row, "caseload")


@pytest.mark.parametrize(
    "typed",
    [
        "<5",
        "n/a",
        "1.5",
        "-1",
        "1" + "0" * 30,
        "1\x002",
        '=cmd|"/c calc"!A1',
        "<script>alert(1)</script>",
        "٣",
        "'; DROP TABLE",
        "😀" * 300,
    ],
)
def test_bad_figures_never_break_the_page_and_are_never_stored(case, client_for, typed):
    row, client = case.open(), client_for(case.officer)
    answer = client.post(url("part", row, "referrals"), keyed(row, "referrals", A01_OUT=typed))
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert not ReturnLine.objects.filter(outcome_return=row, measure__code="A01", service="OUT").exists()
    assert ReturnLine.objects.filter(outcome_return=row, measure__code="A01", service="REF").exists()


@pytest.mark.parametrize(("typed", "stored"), [("1,300", 1300), (" 12 ", 12), ("\u00a012", 12), ("1\u00a0300", 1300), ("0", 0)])
def test_figures_as_people_type_them_are_understood(case, client_for, typed, stored):
    row, client = case.open(), client_for(case.officer)
    client.post(url("part", row, "referrals"), keyed(row, "referrals", A01_OUT=typed, A02N_OUT="0"))
    assert ReturnLine.objects.get(outcome_return=row, measure__code="A01", service="OUT").value == stored


def test_a_blank_is_kept_blank_and_missed_only_at_the_end(case, client_for):
    row, client = case.open(), client_for(case.officer)
    answer = client.post(url("part", row, "referrals"), keyed(row, "referrals", A01_OUT=""))
    assert answer.status_code == 302
    said = words(client.get(url("check", row)))
    assert "What is still missing" in said
    assert "Enter referrals received, Outreach (medium and standard risk). If there was none, enter 0" in said
    assert "Send for sign-off" not in said
    assert fresh(row).state == "draft"
    assert client.post(url("check", row), {}).status_code == 200
    assert fresh(row).state == "draft"


def test_many_blanks_of_one_page_are_one_line(case, client_for):
    row, client = case.open(), client_for(case.officer)
    said = words(client.get(url("check", row)))
    assert "Referrals: 9 figures still blank. Where there was none, enter 0" in said
    assert "Enter referrals received" not in said


def test_two_people_on_one_page_nothing_is_lost(case, client_for):
    row, client = case.open(), client_for(case.officer)
    other = client_for(make_seat(Role.DATA_OFFICER, organisation=case.contract.provider))
    client.post(url("part", row, "referrals"), keyed(row, "referrals", A01_OUT="25"))
    refused = other.post(url("part", row, "referrals"), keyed(row, "referrals", A01_OUT="33"))
    said = words(refused)
    assert "Officer saved this page Tuesday 6 October 2026 at 10:00, after you had opened it." in said
    assert "Saved by now: 25" in said
    assert 'value="33"' in refused.content.decode()
    assert ReturnLine.objects.get(outcome_return=row, measure__code="A01", service="OUT").value == 25
    again = other.post(url("part", row, "referrals"), {**keyed(row, "referrals", A01_OUT="33"), "version": hidden(refused, "version")})
    assert again.status_code == 302
    assert ReturnLine.objects.get(outcome_return=row, measure__code="A01", service="OUT").value == 33


@pytest.mark.parametrize("version", ["", "abc", "-1", "9" * 30, "\x00"])
def test_a_version_that_is_nonsense_saves_nothing(case, client_for, version):
    row, client = case.open(), client_for(case.officer)
    client.post(url("part", row, "referrals"), keyed(row, "referrals"))
    answer = client.post(url("part", row, "referrals"), {**keyed(row, "referrals", A01_OUT="33"), "version": version})
    assert answer.status_code == 200
    assert "Error: " in answer.content.decode()
    assert ReturnLine.objects.get(outcome_return=row, measure__code="A01", service="OUT").value == 20


def test_the_same_form_sent_twice_sends_once(case, client_for):
    row, client = case.fill(case.open()), client_for(case.officer)
    once = hidden(client.get(url("check", row)), "once")
    first, second = (client.post(url("check", row), {"once": once}) for _ in range(2))
    assert first["Location"] == second["Location"] == url("return", row)
    assert fresh(row).state == "awaiting_sign_off"


def test_last_quarter_stands_beside_and_is_never_filled_in(case, client_for):
    case.accepted(case.first)
    row, client = case.open(), client_for(case.officer)
    page = client.get(url("part", row, "referrals"))
    assert words(page).count("Last quarter: 20") == 3
    assert 'value="20"' not in page.content.decode()
    caseload = client.get(url("part", row, "caseload")).content.decode()
    assert 'data-figure="B01-OUT" data-value="32"' in caseload
    assert 'name="B01-OUT"' not in caseload


def test_words_that_point_to_a_person_are_shown_to_the_writer_and_not_stored(case, client_for):
    row, client = case.open(), client_for(case.officer)
    answer = client.post(url("part", row, "words"), {"note": "Call 07700 900123", "version": "0"})
    assert "looks like a telephone number" in words(answer)
    assert "Call 07700 900123" in answer.content.decode()
    assert not ReturnPart.objects.filter(outcome_return=row).exists()


@pytest.mark.parametrize("part", ["nothing", "caseload'", "REFERRALS"])
def test_a_page_that_is_not_there_is_404(case, client_for, part):
    assert client_for(case.officer).get(f"/returns/{case.open().reference}/fill/{part}/").status_code == 404


def test_a_return_that_was_sent_is_read_only(case, client_for):
    row = case.submitted()
    answer = client_for(case.officer).post(url("part", row, "referrals"), keyed(row, "referrals", A01_OUT="99"))
    assert answer["Location"] == url("return", row)
    assert ReturnLine.objects.get(outcome_return=row, measure__code="A01", service="OUT").value == 20


# Signing


def test_the_certifier_compares_declares_and_submits_in_three_clicks(case, client_for):
    case.accepted(case.first)
    row = case.fill(case.open(), B02_OUT="40")
    case.send(row)
    client = client_for(case.certifier)
    page = client.get(url("certify", row))
    assert "was 12 large change" in words(page)
    without = client.post(url("certify", row), {"version": hidden(page, "version")})
    assert "Tick the box to confirm that you have checked the figures" in words(without)
    answer = client.post(url("certify", row), {"version": hidden(page, "version"), "declared": "on"})
    assert answer["Location"] == url("receipt", row)
    receipt = words(client.get(answer["Location"]))
    assert "Return submitted" in receipt
    assert row.versions.get().sha256 in receipt


def test_the_certifier_hands_back_with_a_reason_that_the_officer_reads(case, client_for):
    row = case.fill(case.open())
    case.send(row)
    client = client_for(case.certifier)
    assert "Enter what has to be changed" in words(client.post(url("hand_back", row), {"reason": ""}))
    client.post(url("hand_back", row), {"reason": "Refuge looks high"})
    assert "Refuge looks high" in words(client_for(case.officer).get(url("return", row)))


def test_who_prepared_it_is_told_that_somebody_else_certifies(case, client_for):
    both = make_seat(Role.DATA_OFFICER, Role.CERTIFIER, organisation=case.contract.provider)
    case.officer = both
    row = case.fill(case.open())
    case.send(row)
    client = client_for(both)
    assert "Somebody else of your organisation has to certify it" in words(client.get(url("certify", row)))
    answer = client.post(url("certify", row), {"version": str(fresh(row).version), "declared": "on"})
    assert (answer.status_code, fresh(row).state) == (200, "awaiting_sign_off")


# Reviewing


def test_the_commissioner_queries_one_figure_in_four_clicks(case, client_for):
    row, client = case.submitted(), client_for(case.commissioner)
    assert "Review it" in words(client.get(reverse("returns:inbox")))
    page = client.get(url("return", row)).content.decode()
    assert url("ask", row, "B02-OUT") in page
    assert "12" in words(client.get(url("ask", row, "B02-OUT")))
    assert "Enter what you want to know" in words(client.post(url("ask", row, "B02-OUT"), {"question": ""}))
    client.post(url("ask", row, "B02-OUT"), {"question": "Why so many?"})
    assert fresh(row).state == "queried"
    assert "Waits for 1 answer of the provider" in words(client.get(reverse("returns:inbox")))


@pytest.mark.parametrize("figure", ["A99-OUT", "B02-XXX", "B02-", "", "B02-OUT-OUT", "\x00"])
def test_a_figure_that_is_not_there_cannot_be_queried(case, client_for, figure):
    row = case.submitted()
    assert client_for(case.commissioner).get(f"/returns/{row.reference}/query/{figure}/").status_code == 404 or figure == "B02-"


def test_the_provider_answers_from_the_mail_in_three_clicks(case, client_for):
    row = case.submitted()
    query, client = question(case, row), client_for(case.officer)
    page = client.get(url("query", query))
    assert "Why so many?" in words(page)
    answer = client.post(url("query", query), {"how": "explain", "answer": "A new post began in July."})
    assert (answer["Location"], fresh(row).state) == (url("return", row), "submitted")


def test_a_correction_goes_to_the_certifier(case, client_for):
    row = case.submitted()
    query, client = question(case, row), client_for(case.officer)
    refused = client.post(url("query", query), {"how": "correct", "figure": "1.5", "answer": "Counted twice."})
    assert "Enter a whole number, without a decimal point" in words(refused)
    assert "Counted twice." in refused.content.decode()
    client.post(url("query", query), {"how": "correct", "figure": "10", "answer": "Counted twice."})
    assert fresh(row).state == "awaiting_sign_off"


def test_several_figures_are_corrected_in_the_draft(case, client_for):
    row = case.submitted()
    client_for(case.officer).post(url("query", question(case, row)), {"how": "reopen", "answer": "We will send new figures."})
    assert fresh(row).state == "draft"


def test_the_commissioner_closes_and_accepts(case, client_for):
    row = case.submitted()
    query, client = question(case, row), client_for(case.commissioner)
    explain(query=query, answer="It is right.", by=case.officer, now=NOW)
    assert "It is right." in words(client.get(url("query", query)))
    assert "1 answer to read" in words(client.get(reverse("returns:inbox")))
    early = client.post(url("return", row), {"version": str(fresh(row).version)})
    assert fresh(row).state == "submitted"
    assert early.status_code == 200
    client.post(url("query", query), {})
    page = client.get(url("return", row))
    answer = client.post(url("return", row), {"version": hidden(page, "version")})
    assert (answer.status_code, fresh(row).state) == (302, "accepted")
    assert ReturnQuery.objects.get().closed_by == case.commissioner.person


def test_versions_show_what_changed(case, client_for):
    row = case.submitted()
    client_for(case.officer).post(url("query", question(case, row)), {"how": "correct", "figure": "10", "answer": "Counted twice."})
    case.sign(row)
    said = words(client_for(case.commissioner).get(url("versions", row)))
    assert "Version 2 against version 1" in said
    assert "Started Outreach (medium and standard risk) 12 10" in said


def test_the_inbox_names_who_has_not_reported(case, client_for):
    other = make_case(commissioner=case.contract.commissioner)
    case.accepted(case.second)
    with time_machine.travel("2026-10-28 10:00", tick=False):
        said = words(client_for(case.commissioner).get(reverse("returns:inbox")))
    assert f"{other.contract.provider} Quarter 2 of 2026/27 Not received Overdue 8 days late" in said


def test_a_version_that_is_being_corrected_shows_as_such(case, client_for):
    row = case.submitted()
    client_for(case.officer).post(url("query", question(case, row)), {"how": "reopen", "answer": "We will send new figures."})
    client = client_for(case.commissioner)
    assert "Being corrected" in words(client.get(reverse("returns:inbox")))
    assert client.get(url("return", row)).status_code == 404


# Lists and files


def test_the_list_is_filtered_and_kept_as_a_file(case, client_for):
    case.accepted(case.first)
    case.open(case.second)
    client = client_for(case.officer)
    assert "2 returns" in words(client.get(reverse("returns:list")))
    assert "1 return" in words(client.get(reverse("returns:list"), {"period": "2026-27-Q1", "state": "accepted"}))
    assert "No return to show" in words(client.get(reverse("returns:list"), {"text": "nowhere"}))
    file = client.get(reverse("returns:list"), {"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [(row["Period"], row["State"], row["Victims supported"]) for row in rows] == [
        ("Quarter 2 of 2026/27", "Not started", ""),
        ("Quarter 1 of 2026/27", "Accepted", "126"),
    ]
    assert client.get(reverse("returns:list"), {"format": "xlsx"}).content[:2] == b"PK"


@pytest.mark.parametrize("query", ["?state=%00", "?page=-1", "?period=' OR 1=1", "?text=%00%00", "?format=exe", "?page=1" + "0" * 40])
def test_a_list_never_breaks(case, client_for, query):
    case.open()
    assert client_for(case.officer).get(reverse("returns:list") + query).status_code == 200


def test_a_returns_figures_as_a_file(case, client_for):
    row = case.submitted()
    file = client_for(case.commissioner).get(url("return", row), {"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert {"Code": "B05", "Service": "All services", "Figure": "126"}.items() <= next(
        one for one in rows if one["Code"] == "B05" and one["Service"] == "All services"
    ).items()


@pytest.mark.parametrize("name", ["return", "check", "certify", "hand_back", "receipt", "versions"])
def test_somebody_elses_return_is_404_like_one_that_does_not_exist(case, client_for, name):
    row = case.submitted()
    role = Role.CERTIFIER if name in ("certify", "hand_back") else Role.DATA_OFFICER
    client = client_for(make_seat(role, organisation=make_case().contract.provider))
    assert client.get(url(name, row)).status_code == 404
    assert client.get(url(name, "R-22222222")).status_code == 404


def test_pages_cost_the_same_queries_with_one_return_and_with_three(case, client_for, django_assert_max_num_queries):
    case.accepted(case.first)
    client = client_for(case.officer)
    pages = [reverse("returns:list"), reverse("home")]
    for page in pages:
        client.get(page)
    for number in range(2):
        with django_assert_max_num_queries(15):
            for page in pages[number : number + 1]:
                client.get(page)
        make_case(provider=case.contract.provider, commissioner=case.contract.commissioner).accepted(case.first)


@pytest.mark.parametrize("name", ["return", "check"])
def test_a_return_costs_few_queries(case, client_for, django_assert_max_num_queries, name):
    case.accepted(case.first)
    row = case.fill(case.open())
    client = client_for(case.officer)
    client.get(url(name, row))
    with django_assert_max_num_queries(15):
        client.get(url(name, row))
    with django_assert_max_num_queries(15):
        client.get(url("part", row, "caseload"))


def test_the_measures_page_says_how_to_count(client, case):
    said = words(client.get(reverse("measures:list")))
    assert "All abuse ceased at exit, percent E02" in said
    assert "Worked out from E02N out of E01N" in said
    assert "A blank is not a zero." in said
    assert client.get(reverse("measures:list"), {"format": "xlsx"}).content[:2] == b"PK"


def test_dates_are_londons(case):
    assert case.second.due_on == date(2026, 10, 20)
