"""The register, a contract with its time, targets and signatures, and what waits to be made or signed."""

import datetime
from dataclasses import dataclass

from django.db.models import F, Prefetch, Q, QuerySet

from commissioning.areas.queries import district_names
from commissioning.contracts.models import Contract, ContractOption, ContractQuerySet, ContractTarget, TermExtension
from commissioning.contracts.permissions import OFFICERS, can_sign, visible_to
from commissioning.contracts.rules import Segment, segments, terms_hash
from commissioning.contracts.states import ContractState
from commissioning.evaluation.models import Award
from commissioning.evaluation.queries.results import approved_awards
from commissioning.evaluation.queries.waiting import to_decide
from commissioning.evaluation.states import AwardState
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat

# What `can_sign` reads.
SIGNING = (
    "provider_id",
    "commissioner_id",
    "provider_signed_at",
    "provider_signed_by_id",
    "commissioner_signed_at",
    "commissioner_signed_by_id",
)
NOTICE_AHEAD = datetime.timedelta(days=365)


@dataclass(frozen=True)
class ContractPage:
    """A contract with everything that belongs to it. `committed_until` is the last day without options that are not used."""

    contract: Contract
    pieces: tuple[Segment, ...]
    committed_until: datetime.date
    districts: tuple[str, ...]
    options: tuple[ContractOption, ...]
    extensions: tuple[TermExtension, ...]
    targets: tuple[ContractTarget, ...]


def register() -> ContractQuerySet:
    """All contracts with their parties, by area and age."""
    return Contract.objects.select_related("area", "provider", "commissioner").order_by("area__order", "-starts_on", "pk")


def running_in(first_day: datetime.date, last_day: datetime.date) -> ContractQuerySet:
    """Signed contracts whose time overlaps these days, both included."""
    return register().signed().filter(starts_on__lte=last_day, ends_on__gte=first_day)


def contracts_for(seat: Seat, *, search: str = "", state: str = "", area: str = "") -> ContractQuerySet:
    """The register as far as this seat sees it, filtered by words, state and contract area (by code)."""
    found = register().filter(pk__in=visible_to(seat).values("pk"))
    for word in search.split():
        found = found.filter(
            Q(title__icontains=word) | Q(provider__name__icontains=word) | Q(area__name__icontains=word) | Q(reference__iexact=word)
        )
    if state:
        found = found.filter(state=state)
    return found.filter(area__code=area) if area else found


def with_parts(contracts: ContractQuerySet) -> ContractQuerySet:
    """With what a contract's page shows, read in a few queries."""
    signers = ("provider_signed_by", "commissioner_signed_by")
    targets = ContractTarget.objects.select_related("measure").order_by("measure__order", "service")
    sides = contracts.select_related("area", "provider", "commissioner", "award__lot__tender")
    return sides.prefetch_related("options", "extensions", Prefetch("targets", targets), *signers)


def page_of_contract(contract: Contract) -> ContractPage:
    """The parts of a contract that `with_parts` has read, and the districts of its area on its first day."""
    options, extensions = tuple(contract.options.all()), tuple(contract.extensions.all())
    taken = [(one.months, one.exercised_on is not None) for one in options]
    pieces, until = segments(contract.starts_on, contract.term_months, taken, [one.months for one in extensions])
    districts = district_names(contract.area_id, contract.starts_on)
    return ContractPage(contract, tuple(pieces), until, districts, options, extensions, tuple(contract.targets.all()))


def terms_of(contract: Contract) -> dict[str, object]:
    """What is signed, as plain values."""
    return {
        "reference": contract.reference,
        "title": contract.title,
        "area": contract.area.code,
        "commissioner": contract.commissioner.code,
        "provider": contract.provider.code,
        "annual_amount": contract.annual_amount,
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        "services": sorted(contract.services),
        "options": [[one.number, one.months, one.notice_by] for one in contract.options.all()],
        "targets": [[one.measure.code, one.service, one.target, one.floor] for one in contract.targets.all()],
    }


def hash_of_terms(contract: Contract) -> str:
    return terms_hash(terms_of(contract))


def awards_without_contract(seat: Seat) -> QuerySet[Award]:
    """Approved awards of the seat's organisation for which no contract has been made."""
    return approved_awards().filter(_to_draw_up(seat)).order_by("lot__tender", "lot__number")


def _to_draw_up(seat: Seat) -> Q:
    if not seat.has(*OFFICERS):
        return Q(pk__in=[])
    own = Q(lot__tender__commissioner=seat.organisation_id)
    return own & Q(state=AwardState.APPROVED, provider__isnull=False, contract__isnull=True)


@dataclass(frozen=True)
class AwardInHand:
    """An award on which somebody decides, or for which a contract is to be drawn up, as the front page tells of it."""

    reference: str
    state: AwardState
    lot: int
    area: str
    title: str
    tender: str


def awards_in_hand(seat: Seat) -> list[AwardInHand]:
    """Awards on which this seat decides, and approved ones for which it draws up the contract; by one query."""
    if not seat.has(*OFFICERS):
        return []
    found = Award.objects.filter(_to_draw_up(seat) | to_decide(seat)).order_by("lot__tender_id", "lot__number")
    rows = found.values_list("reference", "state", "lot__number", "lot__area__name", "lot__tender__title", "lot__tender__reference")
    return [AwardInHand(reference, AwardState(state), lot, area, title, tender) for reference, state, lot, area, title, tender in rows]


def waiting_for_signature(seat: Seat) -> list[Contract]:
    """Contracts that this seat can sign now."""
    return [one for one in register().filter(_to_sign(seat)) if can_sign(seat, one)]


def _to_sign(seat: Seat) -> Q:
    if not seat.has(Role.BID_MANAGER, Role.LEAD_OFFICER):
        return Q(pk__in=[])
    return (Q(provider=seat.organisation_id) | Q(commissioner=seat.organisation_id)) & Q(state=ContractState.SIGNING)


@dataclass(frozen=True)
class NoticeDue:
    """The next option of a contract that is not used, and the last day on which notice of it can be given."""

    reference: str
    title: str
    number: int
    notice_by: datetime.date


@dataclass(frozen=True)
class ContractsInHand:
    """What an officer or a provider has to do with contracts now."""

    to_sign: list[Contract]
    notices: list[NoticeDue]


def contracts_in_hand(seat: Seat, today: datetime.date) -> ContractsInHand:
    """Contracts that this seat can sign, and those with an option whose notice day comes within a year; by one query."""
    wanted = Contract.objects.filter(_to_sign(seat) | _notice_due(seat, today)).only("reference", "title", "state", *SIGNING)
    to_sign: dict[int, Contract] = {}
    notices: dict[int, NoticeDue] = {}
    told = wanted.annotate(number=F("options__number"), notice_by=F("options__notice_by"))
    for one in told.order_by("notice_by", "number", "pk"):
        if one.state == ContractState.SIGNING and can_sign(seat, one):
            to_sign.setdefault(one.pk, one)
        elif one.state == ContractState.LIVE:
            notices.setdefault(one.pk, NoticeDue(one.reference, one.title, one.number, one.notice_by))
    return ContractsInHand(list(to_sign.values()), list(notices.values()))


def _notice_due(seat: Seat, today: datetime.date) -> Q:
    """An option of a live contract of the officer's organisation that is not used, with its notice day within a year."""
    if not seat.has(*OFFICERS):
        return Q(pk__in=[])
    near = Q(options__notice_by__gte=today, options__notice_by__lte=today + NOTICE_AHEAD, options__exercised_on=None)
    return near & Q(commissioner=seat.organisation_id, state=ContractState.LIVE)


def overlapping(award: Award) -> ContractQuerySet:
    """Contracts for the lot's area that still run when the new one is to start."""
    return register().filter(area=award.lot.area_id, ends_on__gte=award.lot.tender.contract_starts_on).exclude(award=award)
