"""Build the performance report of a period through the queue, as the web does, and say where its files are."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from commissioning.kernel.models import Job
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.states import JobState
from commissioning.organisations.seat import Seat
from commissioning.periods.models import ReportingPeriod
from commissioning.reports.actions import ask_for_build
from commissioning.reports.documents import FORMATS, name_of
from commissioning.reports.models import PerformanceReport

PATIENCE_SECONDS = 300


class Command(BaseCommand):
    help = "Builds the performance report of a period in the background; with --wait prints the files when it is done."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--period", required=True, help="code of the period, for example 2026-27-Q2 (see `manage.py periods`)")
        parser.add_argument("--wait", action="store_true", help="wait for the worker and print where the files are")

    def handle(self, *args: Any, **options: Any) -> None:
        period = ReportingPeriod.objects.filter(code=options["period"]).first()
        if period is None:
            known = ", ".join(ReportingPeriod.objects.values_list("code", flat=True))
            raise CommandError(f"There is no period {options['period']}. Known periods: {known or 'none yet'}.")
        try:
            job = ask_for_build(period=period, by=Seat.system())
        except Refusal as refusal:
            if not options["wait"]:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write(f"{refusal}")
        else:
            self.stdout.write(f"{job.reference} is queued.")
            if not options["wait"]:
                return
            self._wait(job)
        self._say_files(period)

    def _wait(self, job: Job) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        said = ""
        while time.monotonic() < end:
            job.refresh_from_db()
            if job.message and job.message != said:
                said = job.message
                self.stdout.write(f"{job.done_steps} of {job.total_steps}: {said}")
            if job.state == JobState.DONE:
                return
            if job.state == JobState.FAILED:
                raise CommandError(f"The build failed: {job.message or 'see the worker log'} ({job.reference})")
            time.sleep(0.2)
        raise CommandError(f"The build is not done after {PATIENCE_SECONDS} s. Is a worker running? {job.reference} stays queued.")

    def _say_files(self, period: ReportingPeriod) -> None:
        report = PerformanceReport.objects.get(period=period)
        for ending in FORMATS:
            self.stdout.write(str(Path(settings.MEDIA_ROOT) / name_of(report, ending)))
        self.stdout.write(f"SHA-256 {report.sha256}")
