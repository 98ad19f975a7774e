"""What a bid must be, and how its content becomes a receipt. Pure functions."""

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commissioning.kernel import words
from commissioning.kernel.forms.words import word_count
from commissioning.kernel.refusals import Refusal

DECLARATIONS = (
    "What this bid says is true, and my organisation may submit it.",
    "My organisation did not agree this bid with any other bidder.",
    "My organisation is not excluded or excludable under the Procurement Act 2023.",
    "Prices and pay are enough to run the service lawfully for the whole term.",
)
TOGETHER = datetime.timedelta(minutes=15)  # how long an officer's word to open stands
MOST_FILES = 100
MOST_BYTES = 500 * 2**20


class BidRefused(Refusal):
    """A rule of bidding says no."""


class TooLate(BidRefused):
    """The deadline has passed, by the database's clock."""


class OpeningRefused(Refusal):
    """The bids are not opened: too early, again, or not by two named officers."""


class SealBroken(Refusal):
    """A bid is not what its receipt says."""


@dataclass(frozen=True)
class Question:
    """One criterion in one lot of a bid, with what has been answered so far."""

    lot: int
    criterion: int
    title: str
    text: str
    word_limit: int
    version: int = 0
    asked: Any = None

    @property
    def words(self) -> int:
        return word_count(self.text)

    @property
    def fault(self) -> str:
        """What is still missing, if anything."""
        if not self.words:
            return f"Lot {self.lot}: {self.title} has no answer."
        if self.words > self.word_limit:
            too_many = words.plural(self.words - self.word_limit, "word")
            return f"Lot {self.lot}: {self.title} is {too_many} over its limit of {words.count(self.word_limit)}."
        return ""


def check_complete(faults: Sequence[str]) -> None:
    """:raises BidRefused: a lot or an answer is missing, or an answer is too long; with all sentences."""
    if faults:
        raise BidRefused(" ".join(["This bid is not complete.", *faults]))


def check_room(*, files: int, used_bytes: int, adding_bytes: int) -> None:
    """How much an organisation keeps with one bid.

    :raises BidRefused: one file too many, or too many bytes in all.
    """
    if files >= MOST_FILES:
        raise BidRefused(f"A bid holds up to {MOST_FILES} documents. Take one out first.", field="file")
    if used_bytes + adding_bytes > MOST_BYTES:
        raise BidRefused(f"The documents of a bid hold up to {MOST_BYTES // 2**20} MB together. Take one out first.", field="file")


def content_of(
    *, bid: str, tender: str, organisation: str, lots: Iterable[Mapping[str, Any]], files: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """What is submitted: plain values only, so that the same bid always gives the same hash.

    :param lots: each with `lot` (number), `area` and `answers`: `criterion` (number), `title`, `question`, `text`.
    :param files: each with `reference`, `name`, `size` and `sha256`.
    """
    return {
        "bid": bid,
        "tender": tender,
        "organisation": organisation,
        "declarations": list(DECLARATIONS),
        "lots": [dict(one) for one in lots],
        "files": [dict(one) for one in files],
    }


def check_seal(*, receipt: str, content: Mapping[str, Any], sha256: str, files: Mapping[str, str]) -> None:
    """Compare a submission with its receipt.

    :param files: SHA-256 of each stored file now, by the file's reference.
    :raises SealBroken: content or a file is not what was submitted.
    """
    if content_hash(content) != sha256:
        raise SealBroken(f"The content of {receipt} is not what its receipt says. Nothing was opened. The alarm has been raised.")
    for one in content.get("files", []):
        if files.get(one["reference"]) != one["sha256"]:
            raise SealBroken(f"A document of {receipt} is not what its receipt says. Nothing was opened. The alarm has been raised.")


def canonical(content: Mapping[str, Any]) -> bytes:
    """One way to write this content: sorted keys, no blanks, UTF-8. The same content always gives the same bytes."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical content, which names the SHA-256 of each file: 64 hexadecimal digits."""
    return hashlib.sha256(canonical(content)).hexdigest()
