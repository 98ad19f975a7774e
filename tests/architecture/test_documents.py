"""The documents that are written from the code are up to date, and name everything that they promise to name."""

import re
from pathlib import Path

from celery import current_app

ROOT = Path(__file__).parents[2]
INTERFACES = ROOT / "docs" / "interfaces.md"
COMMANDS = ROOT / "commissioning" / "management" / "commands"


def test_every_task_name_is_documented():
    tasks = {name for name in current_app.tasks if not name.startswith(("celery.", "tests."))}
    documented = set(re.findall(r"^\| `(\w+\.\w+)` \|", INTERFACES.read_text(), re.MULTILINE))
    assert documented == tasks, "list every background task in docs/interfaces.md"


def test_every_command_is_documented():
    commands = {path.stem for path in COMMANDS.glob("[a-z]*.py")}
    documented = set(re.findall(r"manage\.py (\w+)", INTERFACES.read_text()))
    assert commands <= documented, "name every command in docs/interfaces.md"
