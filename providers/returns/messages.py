"""E-mails to who has to act. They name the area and the quarter, never a figure; nobody is written to about a frozen period."""

from collections.abc import Iterable

from commissioning.kernel.mail import send_soon
from commissioning.organisations.models import Membership, Organisation
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.periods.states import PeriodState
from providers.returns.models import OutcomeReturn, ReturnQuery, ReturnVersion

REVIEWERS = (Role.COMMISSIONER, Role.LEAD_OFFICER)


def tell_open(row: OutcomeReturn, *, by: Seat) -> None:
    _tell(row, "open", (Role.DATA_OFFICER,), row.provider, by, occasion="open")


def tell_certifiers(row: OutcomeReturn, *, by: Seat) -> None:
    _tell(row, "to_sign", (Role.CERTIFIER,), row.provider, by)


def tell_handed_back(row: OutcomeReturn, *, by: Seat) -> None:
    _tell(row, "handed_back", (Role.DATA_OFFICER,), row.provider, by)


def tell_received(row: OutcomeReturn, version: ReturnVersion, *, by: Seat) -> None:
    _tell(row, "received", REVIEWERS, row.commissioner, by, occasion=f"received:{version.number}")


def tell_asked(query: ReturnQuery, *, by: Seat) -> None:
    _tell(query.outcome_return, "asked", (Role.DATA_OFFICER, Role.CERTIFIER), query.provider, by, occasion=f"asked:{query.reference}")


def tell_answered(query: ReturnQuery, *, by: Seat) -> None:
    _tell(query.outcome_return, "answered", REVIEWERS, query.commissioner, by, occasion=f"answered:{query.reference}")


def tell_accepted(row: OutcomeReturn, *, by: Seat) -> None:
    _tell(row, "accepted", (Role.DATA_OFFICER, Role.CERTIFIER), row.provider, by)


def _tell(row: OutcomeReturn, what: str, roles: Iterable[Role], organisation: Organisation, by: Seat, occasion: str = "") -> None:
    if row.period.state == PeriodState.FROZEN:
        return
    people = Membership.objects.current().filter(organisation=organisation, role__in=roles).order_by("person__email")
    send_soon(
        to=people.values_list("person__email", flat=True).distinct(),
        template=f"emails/returns/{what}.txt",
        context={"area": str(row.contract.area), "period": str(row.period), "due_on": row.due_on, "reference": row.reference},
        by=by,
        key=f"return:{row.reference}:{occasion or f'{what}:{row.version}'}",
    )
