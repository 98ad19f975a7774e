"""The door of the house for Django: every model of the common ground belongs to the app `commissioning`."""

from commissioning.areas.models import AreaDistrict, ContractArea, District, DistrictName, Partnership
from commissioning.audit.models import AuditEntry
from commissioning.bids.models import Answer, Attachment, Bid, LateBid, LotOffer, OpeningConsent, OpeningMinutes, Submission
from commissioning.contracts.models import Contract, ContractOption, ContractTarget, TermExtension
from commissioning.evaluation.models import (
    Award,
    InterestDeclaration,
    LotModeration,
    Mark,
    MarkChange,
    MarkSheet,
    ModeratedMark,
    RecordConfirmation,
)
from commissioning.kernel.models import Heartbeat, Job, OnceToken
from commissioning.measures.models import Measure
from commissioning.needs.models import NeedsFigure
from commissioning.organisations.models import Invitation, Membership, Organisation, Person
from commissioning.periods.models import ReportingPeriod
from commissioning.reports.models import PerformanceReport
from commissioning.tenders.models import Criterion, Lot, Tender, TenderSeat

__all__ = [
    "Answer",
    "AreaDistrict",
    "Attachment",
    "AuditEntry",
    "Award",
    "Bid",
    "Contract",
    "ContractArea",
    "ContractOption",
    "ContractTarget",
    "Criterion",
    "District",
    "DistrictName",
    "Heartbeat",
    "InterestDeclaration",
    "Invitation",
    "Job",
    "LateBid",
    "Lot",
    "LotModeration",
    "LotOffer",
    "Mark",
    "MarkChange",
    "MarkSheet",
    "Measure",
    "Membership",
    "ModeratedMark",
    "NeedsFigure",
    "OnceToken",
    "OpeningConsent",
    "OpeningMinutes",
    "Organisation",
    "Partnership",
    "PerformanceReport",
    "Person",
    "RecordConfirmation",
    "ReportingPeriod",
    "Submission",
    "Tender",
    "TenderSeat",
    "TermExtension",
]
