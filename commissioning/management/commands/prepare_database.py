"""Make the database fit for this version: wait for the server, migrate, cache table, passwords of the two logins."""

import os
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from psycopg import sql

from commissioning.kernel.postgres.base import local_server
from commissioning.kernel.postgres.binaries import LaunchFailed

LOGINS = {"portal_app": "PORTAL_APP_PASSWORD", "portal_system": "PORTAL_SYSTEM_PASSWORD"}


class Command(BaseCommand):
    help = "Waits for the database, migrates it and gives the web's and the worker's logins their passwords. Safe to repeat."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wait", type=int, default=60, metavar="SECONDS", help="how long to wait for the server")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DB_ROLE != "owner":
            raise CommandError("The database is prepared by its owner: leave PORTAL_DB_ROLE alone, or set it to owner.")
        wait_for_database(options["wait"])
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        given = [login for login, variable in LOGINS.items() if give_login(login, password_for(login, variable))]
        self.stdout.write(f"The database is ready. Logins: {', '.join(given) or 'none, the roles are taken on by the owner'}.")


def wait_for_database(seconds: int) -> None:
    """:raises CommandError: it cannot start here, or did not answer in time; with what it said."""
    server = local_server(settings.DATABASES["default"])
    if server:
        try:
            server.start()
        except LaunchFailed as error:
            raise CommandError(str(error)) from error
    deadline = time.monotonic() + seconds
    while True:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            if time.monotonic() > deadline:
                said = str(error).strip().splitlines()[0]
                raise CommandError(f"The database did not answer within {seconds} seconds: {said}") from error
            connection.close()
            time.sleep(1)
        else:
            return


def password_for(login: str, variable: str) -> str | None:
    """Of the embedded server the one in its file; of another server the one in the environment, if any."""
    server = local_server(settings.DATABASES["default"])
    if server:
        return server.password(login.removeprefix("portal_"))
    return os.environ.get(variable) or None


def give_login(login: str, password: str | None) -> bool:
    """Let this role sign in with this password (only its hash travels); False when there is none to give."""
    if not password:
        return False
    with connection.cursor() as cursor:
        hashed = connection.connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
        cursor.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(login), sql.Literal(hashed)))
    return True
