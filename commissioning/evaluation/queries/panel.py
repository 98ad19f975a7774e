"""Who marks a tender, and who of them may: everybody named, what they declared, and ties that the portal finds itself."""

from dataclasses import dataclass
from enum import StrEnum

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
    """The evaluators of a tender in the order in which they were named."""
    seats = list(TenderSeat.objects.filter(tender=tender, kind=SeatKind.EVALUATOR).select_related("person", "organisation").order_by("pk"))
    declarations = {one.declared_by_id: one for one in InterestDeclaration.objects.filter(tender=tender)}
    bidders = bidders_of(tender)
    tied = tied_people([one.person_id for one in seats], bidders)
    return [_member(one, declarations.get(one.person_id), one.person_id in tied or one.organisation_id in bidders) for one in seats]


def _member(seat: TenderSeat, declaration: InterestDeclaration | None, tied: bool) -> Member:
    if tied:
        standing = Standing.TIED
    elif declaration is None:
        standing = Standing.UNDECLARED
    else:
        standing = Standing.INTEREST if declaration.has_interest else Standing.CLEARED
    return Member(seat.person, seat.organisation, standing, declaration)


def bidders_of(tender: Tender) -> set[int]:
    """The organisations whose bids were opened. Before the opening nobody can read who bids, so there are none."""
    return set(Bid.objects.filter(tender=tender, state=BidState.OPENED).values_list("organisation_id", flat=True))


def tied_people(people: list[int], bidders: set[int]) -> set[int]:
    """Those of these people who hold a role in a bidder's organisation today."""
    found = Membership.objects.current().filter(person__in=people, organisation__in=bidders)
    return set(found.values_list("person_id", flat=True))


def is_tied(person: Person, tender: Tender) -> bool:
    """Whether this person belongs to an organisation that bids: nobody who does may influence the award."""
    return bool(tied_people([person.pk], bidders_of(tender)))


def member_of(tender: Tender, person: Person) -> Member | None:
    return next((one for one in panel_of(tender) if one.person.pk == person.pk), None)
