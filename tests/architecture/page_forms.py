"""The forms of a page as a browser would send them, read from its HTML."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

TEXT = {"text", "email", "tel", "search", "url", "number", "date", "textarea"}
NOT_SENT = {"submit", "button", "image", "reset", "file"}


@dataclass
class PageForm:
    """`fields`: name, kind and the values that a browser would send if nothing were touched."""

    method: str
    action: str
    fields: dict[str, tuple[str, list[str]]] = field(default_factory=dict)

    def values(self, **changed: str) -> dict[str, list[str]]:
        return {name: values for name, (_, values) in self.fields.items()} | {name: [value] for name, value in changed.items()}

    def names(self, *kinds: str) -> list[str]:
        return [name for name, (kind, _) in self.fields.items() if kind in kinds]

    @property
    def typed(self) -> list[str]:
        """Fields that people type into."""
        return self.names(*TEXT)

    @property
    def chosen(self) -> list[str]:
        """Fields that a page fills or people choose from; only somebody hostile types into them."""
        return [name for name in self.names("hidden", "select", "radio", "checkbox") if name != "csrfmiddlewaretoken"]


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.forms = path, list[PageForm]()
        self.form: PageForm | None = None
        self.open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urlsplit(given.get("action") or self.path).path
            self.form = PageForm(given.get("method", "get").lower(), action)
            self.forms.append(self.form)
        elif self.form is None or not (name := given.get("name") or (self.open if tag == "option" else "")):
            return
        elif tag == "input":
            self._input(name, given)
        elif tag in {"textarea", "select"}:
            self.form.fields[name], self.open = (tag, [""] if tag == "textarea" else []), name
        elif tag == "option":
            kind, values = self.form.fields[self.open]
            if "selected" in given or not values:
                self.form.fields[self.open] = (kind, [given.get("value", "")])

    def _input(self, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if self.form is None or kind in NOT_SENT:
            return
        _, values = self.form.fields.get(name, (kind, []))
        if kind not in {"radio", "checkbox"} or "checked" in given:
            values = [*values, given.get("value", "on" if kind == "checkbox" else "")]
        self.form.fields[name] = (kind, values)

    def handle_data(self, data: str) -> None:
        if self.form is not None and self.open and self.form.fields[self.open][0] == "textarea":
            before = self.form.fields[self.open][1][0]
            self.form.fields[self.open] = ("textarea", [before + data])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        if tag in {"textarea", "select", "form"}:
            self.open = ""


def forms_of(html: str, path: str) -> list[PageForm]:
    """All forms of the page that stands at `path`."""
    reader = _Reader(path)
    reader.feed(html)
    return reader.forms
