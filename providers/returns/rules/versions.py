"""A version is what was certified, as plain data with a hash; two versions can be laid side by side."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from providers.returns.rules.figures import Key

SCHEMA = 1
DECLARATION = (
    "I have checked these figures against our records. They are complete and counted as the rules say, "
    "and nothing in the words points to a person or a refuge."
)


@dataclass(frozen=True)
class Difference:
    """One figure that differs between two versions. None: blank."""

    key: Key
    old: Decimal | None
    new: Decimal | None


def figures_as_data(figures: Mapping[Key, Decimal | None]) -> list[dict[str, str]]:
    """Known figures as rows of plain text, in the order of their keys."""
    return [
        {"measure": code, "service": service, "value": str(value)}
        for (code, service), value in sorted(figures.items())
        if value is not None
    ]


def figures_from_data(content: Mapping[str, Any]) -> dict[Key, Decimal | None]:
    """The figures of a version's content."""
    return {(row["measure"], row["service"]): Decimal(row["value"]) for row in content["figures"]}


def sha256_of(content: Mapping[str, Any]) -> str:
    """The hash of the content in its one canonical form: sorted keys, no spaces, UTF-8."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def differences(old: Mapping[Key, Decimal | None], new: Mapping[Key, Decimal | None]) -> list[Difference]:
    """The figures that are not the same, in the order of their keys."""
    return [Difference(key, old.get(key), new.get(key)) for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
