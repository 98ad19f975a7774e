"""Text that a database can hold."""

from typing import Any


def clean_text(text: str) -> str:
    """The text without NUL and without halves of characters; everything else stays as it was typed."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def clean_values(value: Any) -> Any:
    """Every text inside plain JSON values, cleaned."""
    if isinstance(value, dict):
        return {clean_text(key): clean_values(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [clean_values(inner) for inner in value]
    return clean_text(value) if isinstance(value, str) else value
