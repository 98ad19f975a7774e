"""What an evaluator is sent never holds who the bidder is, nor another's mark before moderation; nor does a bidder's page."""

import pytest
from django.urls import reverse
from django.utils import timezone

from commissioning.bids.models import Attachment
from commissioning.evaluation.actions.marking import Given, give_marks

THEIRS = "A judgement that only the second evaluator would word like this"
PAGES = [
    ("tender", []),
    ("declare", []),
    ("mark", [1, "a"]),
    ("mark", [1, "b"]),
    ("lot", [1]),
    ("offer", [1, "a"]),
    ("result", [1]),
    ("explain", [1]),
]


def everything_sent(world, client):
    pages = [reverse(f"evaluation:{name}", args=[world.tender.reference, *more]) for name, more in PAGES]
    pages += [reverse("evaluation:list"), f"{reverse('evaluation:list')}?format=csv", reverse("home")]
    found = []
    for address in pages:
        response = client.get(address, follow=True)
        found.append("".join(f"{key}: {value}" for key, value in response.headers.items()) + response.content.decode())
    return "\n".join(found).casefold()


def secrets_of(world):
    """Everything by which a bidder could be known."""
    for one in world.bidders:
        yield from (one.organisation.name, one.organisation.code, one.person.email, one.person.reference)
    for one in world.offers:
        yield from (one.bid.reference, one.bid.submissions.get().receipt)


def assert_blind(world, sent):
    assert [one for one in secrets_of(world) if one.casefold() in sent] == []


@pytest.fixture
def documented(world):
    for one in world.offers:
        name = f"{one.bid.organisation.name} annual report.pdf"
        sealed = {"organisation": one.bid.organisation, "tender": world.tender, "opened_on_clock": world.tender.opened_at}
        Attachment.objects.create(
            bid=one.bid,
            name=name,
            content_type="application/pdf",
            size=1200,
            sha256="",
            file="bids/x",
            added_by=world.officer.person,
            **sealed,
        )
    return world


def test_no_page_of_an_evaluator_names_a_bidder_at_any_stage(documented, web):
    world = documented.declare()
    client = web(world.first)
    assert "bidder a" in everything_sent(world, client)
    assert_blind(world, everything_sent(world, client))
    for one in world.offers:
        world.mark(world.first, one, 4, 3)
        world.mark(world.second, one, 3, 3)
    assert_blind(world, everything_sent(world, client))
    world.begin()
    assert_blind(world, everything_sent(world, client))
    for one in world.offers:
        world.agree(one, 3, 3)
    world.confirm()
    assert_blind(world, everything_sent(world, client))


def test_a_document_has_a_neutral_name(documented, web, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "bids").mkdir()
    (tmp_path / "bids" / "x").write_bytes(b"%PDF-1.7")
    world = documented.declare()
    address = reverse("evaluation:document", args=[world.tender.reference, 1, "a", 1])
    response = web(world.first).get(address)
    assert b"".join(response.streaming_content) == b"%PDF-1.7"
    assert response.headers["Content-Disposition"] == 'attachment; filename="bidder-a-document-1.pdf"'
    assert_blind(world, str(response.headers).casefold())
    assert web(world.first).get(address.replace("document/1/", "document/2/")).status_code == 404


def test_a_document_is_not_given_to_whom_the_marking_is_shut(documented, web):
    address = reverse("evaluation:document", args=[documented.tender.reference, 1, "a", 1])
    assert web(documented.first).get(address).status_code == 404


def test_nobody_sees_anothers_mark_or_reason_before_moderation(world, web):
    world.declare()
    for one in world.offers:
        marks = {1: Given(5, THEIRS), 2: Given(1, THEIRS)}
        give_marks(offer=one, marks=marks, version=0, by=world.second, now=timezone.now())
    client = web(world.first)
    assert THEIRS.casefold() not in everything_sent(world, client)
    for one in world.offers:
        world.mark(world.first, one, 4, 3)
    for seat in (world.first, world.officer, world.lead):
        assert THEIRS.casefold() not in everything_sent(world, web(seat))
    world.begin()
    assert THEIRS.casefold() in everything_sent(world, client)


def test_officers_read_no_name_before_moderation_is_closed(world, web):
    world.mark_all().begin()
    names = [one.organisation.name.casefold() for one in world.bidders]
    for seat in (world.officer, world.lead):
        sent = everything_sent(world, web(seat))
        assert [name for name in names if name in sent] == []


def test_a_bidder_reads_nothing_of_another_bidder(world, web):
    world.moderate()
    mine, theirs = (world.offer(letter).bid for letter in "AB")
    seat = next(one for one in world.bidders if one.organisation == mine.organisation)
    client = web(seat)
    sent = (
        client.get(reverse("evaluation:outcomes")).content.decode()
        + client.get(reverse("evaluation:outcome", args=[mine.reference])).content.decode()
    )
    assert theirs.organisation.name not in sent
    assert "have not decided about this lot yet" in sent
    assert client.get(reverse("evaluation:tender", args=[world.tender.reference])).status_code == 403
