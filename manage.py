#!/usr/bin/env python3
"""Run one of the portal's commands. Each command connects as the least database role that it needs."""

import os
import sys

OWNER_COMMANDS = {
    "migrate",
    "sqlmigrate",
    "makemigrations",
    "showmigrations",
    "flush",
    "dbshell",
    "prepare_database",
    "demo",
    "createcachetable",
}
WEB_COMMANDS = {"runserver"}


def database_role(command: str) -> str:
    if command in OWNER_COMMANDS:
        return "owner"
    return "app" if command in WEB_COMMANDS else "system"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commissioning.settings")
    os.environ.setdefault("PORTAL_DB_ROLE", database_role(sys.argv[1] if len(sys.argv) > 1 else ""))
    try:
        from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
        from django.core.management import execute_from_command_line  # noqa: PLC0415
    except ModuleNotFoundError:
        sys.exit("Django is not installed here. Run `make run` once: it makes the environment in .venv, then use .venv/bin/python.")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refusal:
        sys.exit(f"The portal does not start: {refusal}")


if __name__ == "__main__":
    main()
