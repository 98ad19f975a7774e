"""Who marks a tender, and who of them may: everybody named, what they declared, and ties that the portal finds itself."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Prefetch

from commissioning.bids.models import Bid
from commissioning.bids.states import BidState
from commissioning.evaluation.models import InterestDeclaration
from commissioning.organisations.models import Membership, Organisation, Person
from commissioning.tenders.models import SeatKind, Tender, TenderSeat


class Standing(StrEnum):
    UNDECLARED = "Has not declared yet"
    INTEREST = "Declared an interest"
    TIED = "Tied to a bidder"
    CLEARED = "May mark"


@dataclass(frozen=True)
class Member:
    """A named evaluator. `organisation` is the partner for whom they mark."""

    person: Person
    organisation: Organisation
    standing: Standing
    declaration: InterestDeclaration | None

    @property
    def name(self) -> str:
        return f"{self.person.job_title}, {self.organisation.name}"

    @property
    def may_mark(self) -> bool:
        return self.standing == Standing.CLEARED


def panel_of(tender: Tender) -> list[Member]:
    """The evaluators of a tender in the order in which they were named. Two queries, if the tender's seats were read before."""
    seats = sorted((one for one in tender.seats.all() if one.kind == SeatKind.EVALUATOR), key=lambda one: one.pk)
    declarations = {one.declared_by_id: one for one in InterestDeclaration.objects.filter(tender=tender)}
    tied = tied_people([one.person_id for one in seats], tender)
    return [_member(one, declarations.get(one.person_id), one.person_id in tied) for one in seats]


def seats_with_people() -> Prefetch:
    """What a query for a tender prefetches, so that its panel costs no query a seat."""
    return Prefetch("seats", TenderSeat.objects.select_related("person", "organisation"))


def _member(seat: TenderSeat, declaration: InterestDeclaration | None, tied: bool) -> Member:
    if tied:
        standing = Standing.TIED
    elif declaration is None:
        standing = Standing.UNDECLARED
    else:
        standing = Standing.INTEREST if declaration.has_interest else Standing.CLEARED
    return Member(seat.person, seat.organisation, standing, declaration)


def tied_people(people: list[int], tender: Tender) -> set[int]:
    """Those of these people who hold a role today in an organisation whose bid was opened.

    Before the opening nobody can read who bids, so nobody is tied yet.
    """
    bidders = Bid.objects.filter(tender=tender, state=BidState.OPENED).values("organisation")
    found = Membership.objects.current().filter(person__in=people, organisation__in=bidders)
    return set(found.values_list("person_id", flat=True))


def is_tied(person: Person, tender: Tender) -> bool:
    """Whether this person belongs to an organisation that bids: nobody who does may influence the award."""
    return bool(tied_people([person.pk], tender))


def member_of(tender: Tender, person: Person) -> Member | None:
    return next((one for one in panel_of(tender) if one.person.pk == person.pk), None)
