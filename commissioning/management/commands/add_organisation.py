"""Add an organisation and its first administrator, who gets an e-mail with a link to choose a password."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email, validate_slug

from commissioning.kernel.refusals import Refusal
from commissioning.organisations.actions.founding import found_organisation
from commissioning.organisations.models import Sector
from commissioning.organisations.rules import ORGANISATION_KINDS


class Command(BaseCommand):
    help = "Adds an organisation and its first administrator. Everybody else comes in by an administrator's invitation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--code", required=True, help="short name for addresses and files, such as kcc")
        parser.add_argument("--name", required=True, help="full name")
        parser.add_argument("--kind", required=True, nargs="+", choices=sorted(ORGANISATION_KINDS), help="one or several")
        parser.add_argument("--sector", default="", choices=["", *Sector.values], help="who bears the costs, for the funders' overview")
        parser.add_argument("--administrator", required=True, metavar="EMAIL", help="the administrator's work address")
        parser.add_argument("--job-title", default="Organisation administrator", help="shown instead of a name")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_slug(options["code"])
            validate_email(options["administrator"])
            made = found_organisation(
                code=options["code"],
                name=options["name"].strip(),
                kinds=options["kind"],
                sector=options["sector"],
                email=options["administrator"],
                job_title=options["job_title"],
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{made} is added. {options['administrator']} administers it, and is told by e-mail how to sign in if new here.")
