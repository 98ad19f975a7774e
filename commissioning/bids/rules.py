"""What a bid must be, and how its content becomes a receipt. Pure functions."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commissioning.kernel import words
from commissioning.kernel.refusals import Refusal

DECLARATIONS = (
    "What this bid says is true, and my organisation may submit it.",
    "My organisation did not agree this bid with any other bidder.",
    "My organisation is not excluded or excludable under the Procurement Act 2023.",
    "Prices and pay are enough to run the service lawfully for the whole term.",
)


class BidRefused(Refusal):
    """A rule of bidding says no."""


class TooLate(BidRefused):
    """The deadline has passed, by the database's clock."""


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

    @property
    def words(self) -> int:
        return count_words(self.text)

    @property
    def fault(self) -> str:
        """What is still missing, if anything."""
        if not self.words:
            return f"Lot {self.lot}: {self.title} has no answer."
        if self.words > self.word_limit:
            too_many = words.plural(self.words - self.word_limit, "word")
            return f"Lot {self.lot}: {self.title} is {too_many} over its limit of {words.count(self.word_limit)}."
        return ""


def count_words(text: str) -> int:
    """Words as the page counts them while somebody types: runs of anything but blanks."""
    return len(text.split())


def missing(lots: Sequence[int], questions: Iterable[Question]) -> list[str]:
    """All that keeps a bid from being submitted, a sentence each."""
    if not lots:
        return ["No lot is chosen."]
    return [question.fault for question in questions if question.fault]


def check_complete(lots: Sequence[int], questions: Iterable[Question]) -> None:
    """:raises BidRefused: a lot or an answer is missing, or an answer is too long."""
    if faults := missing(lots, questions):
        raise BidRefused(" ".join(["This bid is not complete.", *faults]))


def canonical(content: Mapping[str, Any]) -> bytes:
    """One way to write this content: sorted keys, no blanks, UTF-8. The same content always gives the same bytes."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical content, which names the SHA-256 of each file: 64 hexadecimal digits."""
    return hashlib.sha256(canonical(content)).hexdigest()


def file_hash(chunks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
