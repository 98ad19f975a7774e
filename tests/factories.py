"""Small makers of rows that tests need. Each takes what matters to the test and fills in the rest."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from commissioning.areas.models import AreaDistrict, ContractArea, District, DistrictName, Partnership
from commissioning.bids.models import Answer, Bid, LotOffer, OpeningConsent, Submission
from commissioning.bids.rules import content_hash
from commissioning.contracts.models import Contract
from commissioning.contracts.states import ContractState
from commissioning.organisations.models import Membership, Organisation, Person, Sector
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.periods.models import ReportingPeriod
from commissioning.tenders.models import Criterion, Lot, SeatKind, Tender, TenderSeat
from funders.contributions.models import Contribution, ContributionEvent, Pledge
from funders.pool.models import CostLine, PooledAlready, PooledFund, SectorShare
from funders.pool.rules import basis_for

PASSWORD = "a long enough phrase for tests"
numbers = count(1)


def make_organisation(name: str = "", **fields: Any) -> Organisation:
    number = next(numbers)
    parts = {"is_commissioner", "is_funder", "is_provider"} & set(fields)
    defaults = {} if parts else {"is_commissioner": True, "is_funder": True, "is_provider": True}
    return Organisation.objects.create(code=f"org-{number}", name=name or f"Organisation {number}", **{**defaults, **fields})


def make_person(email: str = "", **fields: Any) -> Person:
    number = next(numbers)
    return Person.objects.create_user(
        email or f"person{number}@example.org", PASSWORD, job_title=fields.pop("job_title", "Officer"), **fields
    )


def make_seat(*roles: Role, organisation: Organisation | None = None, person: Person | None = None) -> Seat:
    """A person with these roles in one organisation, both real rows."""
    organisation = organisation or make_organisation()
    person = person or make_person()
    for role in roles:
        Membership.objects.get_or_create(person=person, organisation=organisation, role=role)
    return Seat(person=person, organisation=organisation, roles=frozenset(roles))


def make_partnership() -> Partnership:
    return Partnership.objects.get_or_create(code="kent-and-medway", defaults={"name": "Kent and Medway"})[0]


def make_area(name: str = "", *, districts: int = 2, **fields: Any) -> ContractArea:
    number = next(numbers)
    partnership = make_partnership()
    area = ContractArea.objects.create(
        partnership=partnership, code=f"area-{number}", name=name or f"Area {number}", order=number, **fields
    )
    for _ in range(districts):
        add_district(area)
    return area


def add_district(area: ContractArea, name: str = "") -> District:
    number = next(numbers)
    district = District.objects.create(
        partnership=area.partnership, gss_code=f"E07{900_000 + number}", tile_column=number % 6, tile_row=number % 3
    )
    DistrictName.objects.create(district=district, name=name or f"District {number}", valid=DateRange(date(2000, 1, 1), None))
    AreaDistrict.objects.create(area=area, district=district, valid=DateRange(date(2017, 4, 1), None))
    return district


def make_fund(**fields: Any) -> PooledFund:
    """The fund of the 2012 report: £810,000 required, £259,000 pooled already, 7 : 4 : 1."""
    number = next(numbers)
    host = fields.pop("host", None) or make_organisation()
    fund = PooledFund.objects.create(
        **{"code": f"fund-{number}", "name": f"Fund {number}", "host": host, "first_year": 2026, "last_year": 2028, **fields}
    )
    CostLine.objects.create(fund=fund, label="Community cases", quantity=1300, unit="case", unit_cost_amount=Decimal("500"), order=1)
    CostLine.objects.create(fund=fund, label="Court posts", quantity=4, unit="post", unit_cost_amount=Decimal("40000"), order=2)
    PooledAlready.objects.create(fund=fund, label="Councils", amount=Decimal("259000"), order=1)
    for order, (sector, parts, cost) in enumerate(
        [(Sector.HEALTH, 7, 69), (Sector.CRIMINAL_JUSTICE, 4, 44), (Sector.SOCIAL_SERVICES, 1, 8)]
    ):
        SectorShare.objects.create(fund=fund, sector=sector, parts=parts, cost_parts=cost, order=order)
    return fund


def make_tender(*, by: Seat, lots: int = 1, weights: tuple[str, ...] = ("60.00", "40.00"), **fields: Any) -> Tender:
    defaults = {
        "title": "Integrated domestic abuse service",
        "description": "Support across the contract areas.",
        "commissioner": by.organisation,
        "contract_starts_on": date(2027, 4, 1),
        "deadline": timezone.now() + timedelta(days=14),
        "created_by": by.person,
    }
    if fields.get("state", "draft") != "draft":
        defaults |= {"published_at": timezone.now(), "published_by": by.person}
    tender = Tender.objects.create(**{**defaults, **fields})
    for number in range(1, lots + 1):
        Lot.objects.create(tender=tender, number=number, area=make_area(), annual_amount=Decimal("100000"))
    for number, weight in enumerate(weights, start=1):
        Criterion.objects.create(
            tender=tender, number=number, title=f"Criterion {number}", question=f"Question {number}?", weight_percent=Decimal(weight)
        )
    return tender


def make_bid(tender: Tender, by: Seat, text: str = "An answer under seal", lots: tuple[int, ...] = ()) -> Bid:
    """A draft for all lots, or for those of these numbers, with the same answer to every question."""
    sealed = {"organisation": by.organisation, "tender": tender}
    bid = Bid.objects.create(**sealed)
    for lot in tender.lots.filter(number__in=lots) if lots else tender.lots.all():
        offer = LotOffer.objects.create(bid=bid, lot=lot, **sealed)
        for criterion in tender.criteria.all():
            Answer.objects.create(offer=offer, criterion=criterion, text=text, **sealed)
    return bid


def submit_bid(bid: Bid, by: Seat) -> Submission:
    """The bid as it is becomes what was submitted. The tender must be published, its deadline ahead."""
    offers = bid.offers.filter(chosen=True).order_by("lot__number")
    lots = [
        {"lot": one.lot.number, "answers": [{"criterion": each.criterion.number, "text": each.text} for each in one.answers.all()]}
        for one in offers
    ]
    content = {"lots": lots, "files": []}
    number = bid.submissions.count() + 1
    Bid.objects.filter(pk=bid.pk).update(state="submitted")
    return Submission.objects.create(
        bid=bid,
        tender=bid.tender,
        organisation=bid.organisation,
        number=number,
        content=content,
        sha256=content_hash(content),
        received_at=timezone.now(),
        received_by=by.person,
    )


def open_tender(tender: Tender, *officers: Seat) -> Tender:
    """Close the tender, let two officers consent and open its bids, as the owner of the database."""
    Tender.objects.filter(pk=tender.pk).update(state="closed", deadline=timezone.now() - timedelta(minutes=1))
    for officer in officers or (make_seat(), make_seat()):
        parts = {"tender": tender, "organisation": officer.organisation, "given_by": officer.person}
        TenderSeat.objects.get_or_create(
            tender=tender, person=officer.person, organisation=officer.organisation, kind=SeatKind.OPENER, given_by=officer.person
        )
        OpeningConsent.objects.create(**parts, given_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_open_bids(%s)", [tender.pk])
    tender.refresh_from_db()
    return tender


def make_contract(**fields: Any) -> Contract:
    defaults = {
        "title": "Integrated domestic abuse service",
        "area": fields.pop("area", None) or make_area(),
        "commissioner": fields.pop("commissioner", None) or make_organisation(),
        "provider": fields.pop("provider", None) or make_organisation(),
        "annual_amount": Decimal("100000"),
        "starts_on": date(2017, 4, 1),
        "ends_on": date(2027, 3, 31),
        "state": ContractState.LIVE,
        "services": ["IDVA_HR", "OUT", "REF"],
    }
    return Contract.objects.create(**{**defaults, **fields})


def make_period(**fields: Any) -> ReportingPeriod:
    number = next(numbers)
    defaults = {
        "code": f"2026-27-Q2-{number}",
        "name": "Quarter 2 of 2026/27",
        "first_day": date(2026, 7, 1),
        "last_day": date(2026, 9, 30),
        "due_on": date(2026, 10, 20),
        "freeze_on": date(2026, 11, 10),
        "state": "open",
    }
    return ReportingPeriod.objects.create(**{**defaults, **fields})


def moment(text: str) -> datetime:
    """A moment in London time, from `2026-11-22 12:00`."""
    return timezone.make_aware(datetime.strptime(text, "%Y-%m-%d %H:%M"))


def make_contribution(
    *, fund: PooledFund, by: Seat, year: int = 2026, amount: str = "1000.00", agreed_by: Seat | None = None
) -> Contribution:
    """One year of a pledge of the seat's organisation, agreed if `agreed_by` says by whom."""
    now = timezone.now()
    pledge = Pledge.objects.create(fund=fund, funder=by.organisation, pledged_at=now, pledged_by=by.person)
    agreed = {"state": "agreed", "agreed_at": now, "agreed_by": agreed_by.person, "decision_reference": "Board 1"} if agreed_by else {}
    made = Contribution.objects.create(
        pledge=pledge, fund=fund, funder=by.organisation, year=year, amount=Decimal(amount), pot=basis_for(by.organisation.sector), **agreed
    )
    ContributionEvent.objects.create(
        contribution=made, funder=made.funder, state=made.state, amount=made.amount, happened_at=now, happened_by=by.person
    )
    return made


def make_opened_tender(*, by: Seat, bidders: list[Seat], evaluators: list[Seat] | None = None, **fields: Any) -> Tender:
    """A tender whose bids are opened: each bidder has bid for every lot, and the evaluators are named."""
    tender = make_tender(by=by, **{"state": "published", **fields})
    for one in evaluators or []:
        TenderSeat.objects.create(
            tender=tender, person=one.person, organisation=one.organisation, kind=SeatKind.EVALUATOR, given_by=by.person
        )
    for one in bidders:
        submit_bid(make_bid(tender, one, text=f"How it is done, told by bidder number {bidders.index(one) + 1}"), one)
    return open_tender(tender)
