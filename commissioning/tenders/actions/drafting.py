"""Writing a tender: its lots, its criteria, its dates. Only a draft is written in."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from commissioning.areas.models import ContractArea
from commissioning.audit.actions import record
from commissioning.kernel.versions import check_version, mark_changed
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import Criterion, Lot, Tender
from commissioning.tenders.permissions import can_create_tender, can_edit
from commissioning.tenders.rules import TenderRefused, check_deadline, check_term
from commissioning.tenders.usual_criteria import USUAL_CRITERIA, UsualCriterion

WORDS_CHANGED = ("title", "description", "fund_code", "term_months", "option_months", "contract_starts_on", "deadline")


@dataclass(frozen=True)
class CriterionText:
    """A row of the criteria editor."""

    title: str
    question: str
    weight_percent: Decimal
    word_limit: int
    minimum_mark: int

    @classmethod
    def of(cls, one: Criterion | UsualCriterion) -> "CriterionText":
        return cls(one.title, one.question, one.weight_percent, one.word_limit, one.minimum_mark)


LotAmounts = Sequence[tuple[ContractArea, Decimal]]


@transaction.atomic
def create_tender(*, by: Seat, now: datetime.datetime, lots: LotAmounts, illustrative: bool = False, **words: Any) -> Tender:
    """A draft with one lot for each area given and the usual quality criteria, ready to be edited.

    :param lots: contract areas with pounds a year, in the order of their lot numbers.
    :param words: title, description, fund_code, term_months, option_months, contract_starts_on, deadline.
    :raises TenderRefused: not an officer of a commissioner, no lot, or dates and term that cannot be.
    """
    if not can_create_tender(by):
        raise TenderRefused("Only a commissioner or lead officer of a commissioning partner starts a tender.")
    _check_dates(words, now)
    tender = Tender.objects.create(commissioner=by.on_behalf_of, created_by=by.actor, illustrative=illustrative, **words)
    _write_lots(tender, lots)
    _write_criteria(tender, [CriterionText.of(one) for one in USUAL_CRITERIA])
    record(by=by, verb="drafted", on=tender, after={"title": tender.title, "lots": [f"{area}: {amount}" for area, amount in lots]})
    return tender


@transaction.atomic
def edit_tender(*, tender: Tender, version: int | None, by: Seat, now: datetime.datetime, **words: Any) -> Tender:
    """:raises TenderRefused: published, or dates and term that cannot be; StaleEdit: somebody saved in between."""
    tender = _draft(tender, version, by)
    _check_dates(words, now)
    before = {name: getattr(tender, name) for name in WORDS_CHANGED if name in words and getattr(tender, name) != words[name]}
    for name, value in words.items():
        setattr(tender, name, value)
    _save(tender, by, now)
    record(by=by, verb="edited", on=tender, before=before, after={name: words[name] for name in before})
    return tender


@transaction.atomic
def set_lots(*, tender: Tender, version: int | None, lots: LotAmounts, by: Seat, now: datetime.datetime) -> Tender:
    """The lots of a draft become these."""
    tender = _draft(tender, version, by)
    before = [f"{lot.area}: {lot.annual_amount}" for lot in tender.lots.select_related("area")]
    tender.lots.all().delete()
    _write_lots(tender, lots)
    _save(tender, by, now)
    record(
        by=by, verb="set the lots of", on=tender, before={"lots": before}, after={"lots": [f"{area}: {amount}" for area, amount in lots]}
    )
    return tender


@transaction.atomic
def set_criteria(*, tender: Tender, version: int | None, criteria: Sequence[CriterionText], by: Seat, now: datetime.datetime) -> Tender:
    """The criteria of a draft become these. Weights that do not yet sum to 100.00 are kept: publication checks them."""
    tender = _draft(tender, version, by)
    before = [f"{one.title}: {one.weight_percent}" for one in tender.criteria.all()]
    tender.criteria.all().delete()
    _write_criteria(tender, criteria)
    _save(tender, by, now)
    after = [f"{one.title}: {one.weight_percent}" for one in criteria]
    record(by=by, verb="set the criteria of", on=tender, before={"criteria": before}, after={"criteria": after})
    return tender


def _draft(tender: Tender, version: int | None, by: Seat) -> Tender:
    """The locked row, if this seat may still write in it."""
    tender = Tender.objects.select_for_update(of=("self",)).select_related("changed_by", "commissioner").get(pk=tender.pk)
    if not can_edit(by, tender):
        raise TenderRefused("This tender is published or belongs to another commissioner: its text stands as it is.")
    check_version(tender, version)
    return tender


def _save(tender: Tender, by: Seat, now: datetime.datetime) -> None:
    mark_changed(tender, by.person, now)
    tender.save()


def _check_dates(words: dict[str, Any], now: datetime.datetime) -> None:
    check_term(words["term_months"], words["option_months"])
    check_deadline(words["deadline"], now=now, contract_starts_on=words["contract_starts_on"])


def _write_lots(tender: Tender, lots: LotAmounts) -> None:
    if not lots:
        raise TenderRefused("Choose at least one contract area.", field="areas")
    if len({area.pk for area, _ in lots}) < len(lots):
        raise TenderRefused("A contract area can be only one lot of a tender.", field="areas")
    Lot.objects.bulk_create(
        Lot(tender=tender, number=number, area=area, annual_amount=amount) for number, (area, amount) in enumerate(lots, start=1)
    )


def _write_criteria(tender: Tender, criteria: Iterable[CriterionText]) -> None:
    Criterion.objects.bulk_create(Criterion(tender=tender, number=number, **vars(one)) for number, one in enumerate(criteria, start=1))
