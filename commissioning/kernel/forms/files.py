"""Choosing a file. What is in it is read and judged by kernel.spreadsheets; here only its name and size."""

from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from commissioning.kernel.forms.base_field import PortalField
from commissioning.kernel.forms.words import either

KINDS = {"xlsx": "an Excel workbook (.xlsx)", "csv": "a CSV file (.csv)", "pdf": "a PDF (.pdf)", "docx": "a Word document (.docx)"}
LONGEST_NAME = 150


class FileField(PortalField, forms.FileField):
    """A file of one of `kinds` (endings without the point), not empty and not too big."""

    widget = forms.FileInput

    def __init__(self, *, kinds: tuple[str, ...] = ("xlsx", "csv"), most_bytes: int = 0, **options: Any) -> None:
        self.kinds, self.most_bytes = kinds, most_bytes
        super().__init__(**options)
        self.widget.attrs["accept"] = ",".join(f".{kind}" for kind in kinds)

    def to_python(self, value: Any) -> UploadedFile | None:
        if not isinstance(value, UploadedFile):
            return None
        name, most = PurePosixPath((value.name or "").replace("\\", "/")).name, self.most_bytes or settings.UPLOAD_MAX_BYTES
        wanted = either(KINDS.get(kind, f"a .{kind} file") for kind in self.kinds)
        if not value.size:
            raise ValidationError(f"The file chosen for {self.named} is empty: choose another", code="empty")
        if value.size > most:
            raise ValidationError(f"The file chosen for {self.named} must be smaller than {most // 1024 // 1024} MB", code="too_big")
        if not name.lower().endswith(tuple(f".{kind}" for kind in self.kinds)):
            raise ValidationError(f"The file chosen for {self.named} must be {wanted}", code="wrong_kind")
        if len(name) > LONGEST_NAME or not name.isprintable():
            raise ValidationError(f"Give the file for {self.named} a shorter, plain name and choose it again", code="name")
        return value

    def clean(self, data: Any, initial: Any = None) -> Any:
        return super().clean(data, initial) if data or not initial else initial

    def blank_words(self) -> str:
        return f"Choose a file for {self.named}"

    def validate(self, value: Any) -> None:
        PortalField.validate(self, value)
