"""Start, stop, look at or remove the embedded PostgreSQL alone. Stopped this way it stays down until somebody starts it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from commissioning.kernel.postgres.base import local_server
from commissioning.kernel.postgres.binaries import LaunchFailed


class Command(BaseCommand):
    help = "Starts, stops, looks at or removes (with its data) the embedded PostgreSQL of the demo."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["start", "stop", "status", "remove"])

    def handle(self, *args: Any, **options: Any) -> None:
        server = local_server(settings.DATABASES["default"])
        if server is None:
            raise CommandError("The database is given by its address, so it is started and stopped where it lives.")
        try:
            if options["what"] == "start":
                server.start()
            elif options["what"] == "stop":
                server.stop(on_purpose=True)
            elif options["what"] == "remove":
                server.remove()
        except LaunchFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"running as process {server.pid()}" if server.alive() else "stopped")
