"""Draw docs/life-cycles.md from the NEXT tables."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from commissioning.kernel.life_cycle import drawn, life_cycles


class Command(BaseCommand):
    help = "Draw docs/life-cycles.md from the NEXT tables; with --check only say whether it is current."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is not current")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "life-cycles.md"
        text = drawn(life_cycles())
        if check:
            if not path.exists() or path.read_text() != text:
                raise CommandError("docs/life-cycles.md is not current. Run: python manage.py life_cycles")
            return
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        self.stdout.write(f"{len(life_cycles())} life cycles drawn in {path}")
