"""Print which role may open and which may send each page; `--write` renews docs/role-table.md from the same guards."""

import json
from argparse import ArgumentParser
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from commissioning.organisations.roles import EXPLAINED, Role
from commissioning.organisations.routes import Route, in_words, routes

HEAD = """# Who may do what

Written by `python manage.py role_table --write` from the guards in the code; a test fails when it is out of date, and
another opens every address as every role. `public`: anybody. `signed in`: anybody with an account. A role counts for
the organisation that the person acts for at the time. What a role sees of a page (its own bids, its own returns) is
narrowed further: somebody else's object answers "not found", the same as one that does not exist.

"""


class Command(BaseCommand):
    help = "Prints every address with the roles that may read it (GET) and send to it (POST)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="a JSON list instead of a page")
        parser.add_argument("--write", action="store_true", help="write docs/role-table.md")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["json"]:
            self.stdout.write(json.dumps([as_row(route) for route in routes()], indent=2))
        elif options["write"]:
            path = Path(settings.BASE_DIR) / "docs" / "role-table.md"
            path.write_text(as_page())
            self.stdout.write(f"Wrote {path}")
        else:
            self.stdout.write(as_page())


def as_row(route: Route) -> dict[str, Any]:
    if route.guard is None:
        return {"name": route.name, "path": route.path, "get": None, "post": None}
    return {"name": route.name, "path": route.path, "get": in_words(route.guard.get), "post": in_words(route.guard.post)}


def as_page() -> str:
    """The role table as Markdown: the roles in words, then the addresses, slice by slice."""
    lines = [HEAD + "## Roles\n", "| role | offered by | may | may not |", "|---|---|---|---|"]
    lines += [f"| {role.label} (`{role}`) | {words.side} | {words.may} | {words.may_not} |" for role, words in EXPLAINED.items()]
    lines.append("\n## Addresses")
    ordered = sorted(routes(), key=lambda route: route.slice_name)
    for slice_name, group in groupby(ordered, key=lambda route: route.slice_name):
        lines += [f"\n### {slice_name}\n", "| name | address | may read | may send | grave |", "|---|---|---|---|---|"]
        lines += [_line(route) for route in group]
    return "\n".join(lines) + "\n"


def _line(route: Route) -> str:
    row = as_row(route)
    grave = "yes" if route.guard and route.guard.recently else ""
    return f"| `{route.name}` | `{route.path}` | {_cell(row['get'])} | {_cell(row['post'])} | {grave} |"


def _cell(who: str | list[str] | None) -> str:
    if isinstance(who, list):
        who = "all roles" if len(who) == len(Role) else ", ".join(Role(one).label.lower() for one in who)
    return who or "nobody"
