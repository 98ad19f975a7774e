import re

import pytest
from django.urls import reverse
from django.utils import timezone

from commissioning.bids.actions import attach, save_answer, submit
from commissioning.bids.models import Answer, Bid, LateBid, Submission
from commissioning.bids.rules import DECLARATIONS
from tests.commissioning.bids.conftest import a_bidder, draft_of, pass_deadline, pdf
from tests.counting import cost_of
from tests.factories import make_tender

DECLARED = {f"declared_{number}": "on" for number in range(1, len(DECLARATIONS) + 1)}


@pytest.fixture
def client(client_for, bidder):
    return client_for(bidder)


def page(name, bid, *rest):
    return reverse(f"bids:{name}", args=[bid.reference, *rest])


def text_of(response):
    return response.content.decode()


def test_a_provider_sees_what_it_can_bid_for_and_its_own_bids(client, tender, bid):
    text = text_of(client.get(reverse("bids:list")))
    assert tender.title in text
    assert page("detail", bid) in text


class TestStart:
    def test_it_leads_to_the_first_question(self, client, tender):
        response = client.post(reverse("bids:start", args=[tender.reference]), {"lots": ["2"]})
        bid = Bid.objects.get()
        assert response.url == page("answer", bid, 2, 1)

    def test_who_has_begun_goes_on(self, client, tender, bid):
        assert client.get(reverse("bids:start", args=[tender.reference])).url == page("detail", bid)

    def test_no_lot_is_refused_in_words(self, client, tender):
        assert "Choose the lots that you bid for" in text_of(client.post(reverse("bids:start", args=[tender.reference]), {"lots": []}))

    def test_a_draft_tender_is_not_found(self, client, officer):
        assert client.get(reverse("bids:start", args=[make_tender(by=officer).reference])).status_code == 404

    def test_after_the_deadline_it_says_so(self, client, tender):
        pass_deadline(tender)
        assert "You cannot bid here" in text_of(client.get(reverse("bids:start", args=[tender.reference])))


class TestAnswer:
    def sent(self, text, version=1, **more):
        return {"text": text, "version": version, **more}

    def test_save_and_continue_goes_to_the_next_gap(self, client, tender, bid):
        Answer.objects.filter(offer__lot__number=2, criterion__number=1).update(text="")
        response = client.post(page("answer", bid, 1, 1), self.sent("New words"))
        assert response.url == page("answer", bid, 2, 1)
        assert Answer.objects.filter(text="New words").count() == 1

    def test_the_last_answer_leads_to_the_check(self, client, bid):
        assert client.post(page("answer", bid, 1, 1), self.sent("All done")).url == page("check", bid)

    def test_a_copy_stands_below_what_is_written_and_is_not_saved(self, client, bid):
        text = text_of(client.post(page("answer", bid, 1, 1), self.sent("Typed here", copy="2")))
        assert "Typed here\n\nWe answer every call." in text
        assert not Answer.objects.filter(text__contains="Typed here").exists()

    def test_two_tabs_the_second_sees_both_texts(self, client, tender, bid, bidder):
        parts = {"bid": bid, "offer": bid.offers.order_by("lot__number").first(), "criterion": tender.criteria.first(), "by": bidder}
        save_answer(**parts, version=1, text="From the first tab")
        text = text_of(client.post(page("answer", bid, 1, 1), self.sent("From the second tab")))
        assert "A colleague saved this answer" in text
        assert "From the first tab" in text
        assert "From the second tab" in text
        version = re.search(r'name="version" value="(\d+)"', text)[1]
        assert client.post(page("answer", bid, 1, 1), self.sent("From the second tab", version)).status_code == 302

    @pytest.mark.parametrize(
        "text", ["<script>alert(1)</script>", "=1+1", "Ünïcödé 👩‍👧", "' OR 1=1 --", "{{ 7*7 }}", "line\r\nline", "x" * 20_000, "مرحبا"]
    )
    def test_whatever_people_paste_is_kept_and_never_run(self, client, bid, text):
        client.post(page("answer", bid, 1, 1), self.sent(text))
        shown = text_of(client.get(page("answer", bid, 1, 1)))
        assert "<script>alert" not in shown
        assert Answer.objects.get(offer__lot__number=1, criterion__number=1).text == text.replace("\r\n", "\n")

    @pytest.mark.parametrize("text", ["a\0b", "a\u202eb", "Z" + "\u0301" * 9])
    def test_hidden_characters_are_refused_in_words(self, client, bid, text):
        assert "There is a problem" in text_of(client.post(page("answer", bid, 1, 1), self.sent(text)))

    def test_a_draft_over_its_limit_is_saved_and_marked(self, client, bid):
        client.post(page("answer", bid, 1, 1), self.sent("word " * 503))
        text = text_of(client.get(page("detail", bid)))
        assert "Too long" in text
        assert "3 words over its limit of 500" in text

    @pytest.mark.parametrize(("lot", "criterion"), [(9, 1), (1, 9)])
    def test_a_question_that_is_not_there(self, client, bid, lot, criterion):
        assert client.get(page("answer", bid, lot, criterion)).status_code == 404

    def test_after_the_deadline_nothing_is_saved_and_nothing_lost(self, client, tender, bid):
        pass_deadline(tender)
        text = text_of(client.post(page("answer", bid, 1, 1), self.sent("Typed too late")))
        assert "has passed" in text
        assert "Typed too late" in text
        assert not Answer.objects.filter(text="Typed too late").exists()


def test_gaps_of_a_lot_are_filled_from_another(client, tender, bid):
    Answer.objects.filter(offer__lot__number=2, criterion__number=1).update(text="")
    assert "Fill the gaps with the answers of Lot 1" in text_of(client.get(page("detail", bid)))
    client.post(page("copy", bid, 2), {"source": "1"})
    assert not Answer.objects.filter(text="").exists()


class TestDocuments:
    def test_upload_download_and_take_out(self, client, bid):
        assert client.post(page("documents", bid), {"file": pdf("our plan.pdf")}).status_code == 302
        attachment = bid.attachments.get()
        response = client.get(reverse("bids:document", args=[attachment.reference]))
        assert response["Content-Disposition"] == 'attachment; filename="our plan.pdf"'
        assert "sandbox" in response["Content-Security-Policy"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert b"".join(response.streaming_content) == pdf().read()
        client.post(reverse("bids:take_back", args=[attachment.reference]))
        assert "our plan.pdf" not in text_of(client.get(page("documents", bid)))

    @pytest.mark.parametrize("name", ["program.exe", "page.html", "macro.xlsm", "picture.svg"])
    def test_another_kind_is_refused_in_words(self, client, bid, name):
        text = text_of(client.post(page("documents", bid), {"file": pdf(name)}))
        assert "The file chosen for the document must be" in text

    def test_content_that_is_not_what_the_name_says(self, client, bid):
        text = text_of(client.post(page("documents", bid), {"file": pdf("picture.png")}))
        assert "is a PDF by its content" in text
        assert bid.attachments.count() == 0

    def test_no_file_and_an_empty_file(self, client, bid):
        assert "Choose a file for the document" in text_of(client.post(page("documents", bid), {}))


class TestSubmit:
    def test_it_takes_every_declaration(self, client, bid):
        text = text_of(client.post(page("check", bid), {**DECLARED, "declared_2": ""}))
        assert "Tick the box to confirm declaration 2" in text
        assert Submission.objects.count() == 0

    def test_the_receipt_says_when_what_and_what_next(self, client, bid):
        response = client.post(page("check", bid), DECLARED)
        submission = Submission.objects.get()
        assert response.url == reverse("bids:receipt", args=[submission.receipt])
        text = text_of(client.get(response.url))
        for said in (submission.receipt, submission.sha256, "seconds, London time", "What happens next", "Lot 1"):
            assert said in text

    def test_pressed_twice_it_gives_one_receipt(self, client, bid):
        urls = {client.post(page("check", bid), DECLARED).url for _ in range(2)}
        assert len(urls) == Submission.objects.count() == 1

    def test_what_is_missing_is_listed_and_cannot_be_sent(self, client, bid):
        Answer.objects.filter(offer__lot__number=2, criterion__number=1).update(text="")
        assert "Lot 2: Criterion 1 has no answer." in text_of(client.get(page("check", bid)))
        assert "This bid is not complete." in text_of(client.post(page("check", bid), DECLARED))

    def test_too_late_is_said_and_noted(self, client, tender, bid, bidder):
        pass_deadline(tender)
        text = text_of(client.post(page("check", bid), DECLARED))
        assert "has passed" in text
        assert LateBid.objects.get().organisation == bidder.organisation

    def test_an_older_receipt_says_that_a_later_version_counts(self, client, tender, bid, bidder):
        first = submit(bid=bid, by=bidder, now=timezone.now())
        save_answer(bid=bid, offer=bid.offers.first(), criterion=tender.criteria.first(), version=1, text="Better", by=bidder)
        assert "You have changed this bid since you submitted it" in text_of(client.get(page("detail", bid)))
        submit(bid=bid, by=bidder, now=timezone.now())
        assert "A later version counts" in text_of(client.get(reverse("bids:receipt", args=[first.receipt])))

    def test_withdrawing_takes_a_confirmation(self, client, bid, bidder):
        assert client.get(page("withdraw", bid)).status_code == 404
        submit(bid=bid, by=bidder, now=timezone.now())
        assert client.get(page("withdraw", bid)).status_code == 200
        client.post(page("withdraw", bid), {"once": ""})
        assert "This bid is withdrawn" in text_of(client.get(page("detail", bid)))


def addresses_of(bid, attachment, submission):
    own = [page(name, bid) for name in ("detail", "lots", "documents", "check", "withdraw", "hashes")]
    return [
        *own,
        page("answer", bid, 1, 1),
        reverse("bids:document", args=[attachment.reference]),
        reverse("bids:receipt", args=[submission.receipt]),
    ]


def test_another_bidder_gets_the_same_404_as_for_nothing(client_for, bid, bidder, rival):
    attachment = attach(bid=bid, file=pdf(), by=bidder)
    submission = submit(bid=bid, by=bidder, now=timezone.now())
    client = client_for(rival)
    nothing = client.get(reverse("bids:detail", args=["BID-23456789"]))
    for address in addresses_of(bid, attachment, submission):
        response = client.get(address)
        assert response.status_code == 404
        assert len(response.content) == len(nothing.content)


def test_pages_cost_the_same_for_small_and_large_bids(client, client_for, officer, bidder):
    small = draft_of(make_tender(by=officer, state="published"), bidder)
    large = draft_of(make_tender(by=officer, state="published", lots=4, weights=("40", "30", "20", "10")), bidder)
    for name in ("detail", "check", "documents"):
        assert cost_of(client, page(name, small)) == cost_of(client, page(name, large)) <= 15, name
    few = cost_of(client, reverse("bids:list"))
    other = a_bidder()
    draft_of(make_tender(by=officer, state="published"), other)
    assert cost_of(client_for(other), reverse("bids:list")) <= few <= 15


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_own_bids_come_as_a_file(client, bid, format_):
    assert client.get(reverse("bids:list"), {"format": format_})["Content-Disposition"] == f'attachment; filename="bids.{format_}"'
