"""Bids. The database shows these rows to the bidder alone until the opening (row level security, 0003_walls)."""

from django.conf import settings
from django.db import models

from commissioning.bids.states import BidState
from commissioning.kernel.models import Versioned, at_has_by
from commissioning.kernel.references import new_reference
from commissioning.organisations.models import Organisation
from commissioning.tenders.models import Criterion, Lot, Tender


def bid_reference() -> str:
    return new_reference("BID")


def receipt_reference() -> str:
    return new_reference("RCT", 10)


class Bid(Versioned):
    """One organisation's bid for one tender: drafted, submitted with a receipt, changed or withdrawn until the deadline."""

    reference = models.CharField(max_length=20, unique=True, default=bid_reference)
    tender = models.ForeignKey(Tender, models.PROTECT, related_name="bids")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="bids")
    state = models.CharField(max_length=10, choices=BidState.choices, default=BidState.DRAFT)
    code_name = models.CharField(max_length=40, blank=True)
    opened_on_clock = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tender", "organisation"], name="bid_one_per_organisation"),
            at_has_by("withdrawn_at", "bid_withdrawn_at_has_by"),
        ]

    def __str__(self) -> str:
        return self.reference


class SealedRow(models.Model):
    """A part of a bid: carries its owner and its opening, so that the database can seal it by itself."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    tender = models.ForeignKey(Tender, models.PROTECT, related_name="+")
    opened_on_clock = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class LotOffer(SealedRow):
    """A lot that the bid is for. One that the bidder takes back stays as a row, no longer `chosen`."""

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="offers")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    chosen = models.BooleanField(default=True)

    class Meta:
        ordering = ["bid", "lot__number"]
        constraints = [models.UniqueConstraint(fields=["bid", "lot"], name="lot_offer_once")]

    def __str__(self) -> str:
        return f"{self.bid} for {self.lot}"


class Answer(SealedRow):
    """The answer of an offer to one criterion."""

    offer = models.ForeignKey(LotOffer, models.CASCADE, related_name="answers")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["offer", "criterion__number"]
        constraints = [models.UniqueConstraint(fields=["offer", "criterion"], name="answer_once")]

    def __str__(self) -> str:
        return f"Answer to {self.criterion}"


class Attachment(SealedRow):
    """A document of a bid, checked for what it is and stored under a random name. One that is taken back is no longer `kept`."""

    reference = models.CharField(max_length=20, unique=True, default=bid_reference)
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="bids", max_length=200)
    kept = models.BooleanField(default=True)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.name


class Submission(SealedRow):
    """What was submitted, word for word, with its receipt. Never changed. The last one of a bid is the one that counts."""

    receipt = models.CharField(max_length=20, unique=True, default=receipt_reference)
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["bid", "-number"]
        constraints = [models.UniqueConstraint(fields=["bid", "number"], name="submission_number_once")]

    def __str__(self) -> str:
        return self.receipt


class LateBid(SealedRow):
    """A bid that came at or after the deadline: refused unread. The minutes of the opening name it by organisation and time."""

    attempted_at = models.DateTimeField()
    attempted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tender", "organisation"], name="late_bid_once_an_organisation")]

    def __str__(self) -> str:
        return f"{self.organisation}, late"


class OpeningConsent(models.Model):
    """An officer's word to open a tender's bids. Two, of different organisations, make the opening."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="opening_consents")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tender", "given_by"], name="opening_consent_once_a_person"),
            models.UniqueConstraint(fields=["tender", "organisation"], name="opening_consent_once_an_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.given_by} opens {self.tender}"


class OpeningMinutes(models.Model):
    """What was found at the opening: bids with their receipts, withdrawn and late ones by name and time. Never changed."""

    tender = models.OneToOneField(Tender, models.PROTECT, related_name="minutes")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    officers = models.JSONField(default=list)
    bids = models.JSONField(default=list)
    withdrawn = models.JSONField(default=list)
    late = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"Minutes of the opening of {self.tender}"
