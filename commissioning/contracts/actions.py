"""From an approved award to a signed contract, and its life by the calendar."""

import datetime

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.contracts.messages import tell_signatories
from commissioning.contracts.models import Contract, ContractOption, ContractTarget
from commissioning.contracts.permissions import can_make, can_sign_for_commissioner, can_sign_for_provider
from commissioning.contracts.queries import hash_of_terms
from commissioning.contracts.rules import ContractRefused, SigningRefused, last_day_of, options_of
from commissioning.contracts.states import NEXT, ContractState
from commissioning.evaluation.models import Award
from commissioning.evaluation.queries.panel import is_tied
from commissioning.kernel.gates import pass_gate
from commissioning.kernel.life_cycle import can_move, check_move
from commissioning.kernel.versions import mark_changed
from commissioning.kernel.words import in_london
from commissioning.measures.models import Service
from commissioning.organisations.models import Membership
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import Tender
from commissioning.tenders.states import NEXT as TENDER_NEXT
from commissioning.tenders.states import TenderState


@transaction.atomic
def make_contract(*, award: Award, by: Seat) -> Contract:
    """Draw up the contract of an approved award: the tender's term and options, the lot's yearly amount, the area's targets.

    :raises ContractRefused: not by an officer of the tender, no approved award to anybody, or there is a contract already.
    """
    tender = Tender.objects.select_for_update(of=("self",)).get(pk=award.lot.tender_id)
    award = Award.objects.select_for_update(of=("self",)).select_related("lot__area", "lot__tender", "provider").get(pk=award.pk)
    if award.provider is None or not can_make(by, award):
        raise ContractRefused("A contract is drawn up by an officer of the tender, from an approved award.")
    if Contract.objects.filter(award=award).exists():
        raise ContractRefused("The contract of this lot is drawn up already.")
    contract = Contract.objects.create(
        award=award,
        title=f"{tender.title}: {award.lot.area.name}"[:160],
        area=award.lot.area,
        commissioner=tender.commissioner,
        provider=award.provider,
        annual_amount=award.lot.annual_amount,
        starts_on=tender.contract_starts_on,
        term_months=tender.term_months,
        ends_on=last_day_of(tender.contract_starts_on, tender.term_months),
        services=list(Service.values),
        illustrative=tender.illustrative,
    )
    for one in options_of(tender.contract_starts_on, tender.term_months, tender.option_months):
        ContractOption.objects.create(contract=contract, number=one.number, months=one.months, notice_by=one.notice_by)
    _carry_targets(contract)
    record(by=by, verb="drew up", on=contract, after={"provider": contract.provider.name, "ends on": contract.ends_on})
    tell_signatories(contract, by=by)
    return contract


def _carry_targets(contract: Contract) -> None:
    """The area's newest signed contract hands its targets on."""
    before = Contract.objects.signed().filter(area=contract.area).order_by("-starts_on").first()
    if before is None:
        return
    kept = before.targets.all()
    ContractTarget.objects.bulk_create(
        ContractTarget(contract=contract, measure_id=one.measure_id, service=one.service, target=one.target, floor=one.floor)
        for one in kept
    )


@transaction.atomic
def sign(*, contract: Contract, terms_sha256: str, by: Seat, now: datetime.datetime) -> Contract:
    """Sign for the side that this seat stands on. The second signature puts the contract into force or lets it wait for its day.

    :param terms_sha256: hash of the terms on the page, so that nobody signs what they did not see.
    :raises SigningRefused: the wrong person, a side that has signed, or terms that are no longer those on the page.
    """
    contract = (
        Contract.objects.select_for_update(of=("self",))
        .select_related("area", "provider", "commissioner", "award__lot__tender")
        .get(pk=contract.pk)
    )
    side = _side(contract, by)
    terms = hash_of_terms(contract)
    if terms_sha256 != terms or contract.terms_sha256 not in {"", terms}:
        raise SigningRefused("The terms are not the ones that you were shown. Read them again, then sign.")
    pass_gate("contract.sign", contract)
    setattr(contract, f"{side}_signed_at", now)
    setattr(contract, f"{side}_signed_by", by.person)
    contract.terms_sha256 = terms
    record(by=by, verb=f"signed for the {side}", on=contract, after={"terms": terms})
    if contract.provider_signed_at and contract.commissioner_signed_at:
        _put_into_force(contract, by, now)
    contract.save()
    if contract.state != ContractState.SIGNING:
        _finish_tender(contract, by, now)
    return contract


def _side(contract: Contract, by: Seat) -> str:
    """ "provider" or "commissioner"."""
    if can_sign_for_provider(by, contract):
        return "provider"
    if not can_sign_for_commissioner(by, contract):
        raise SigningRefused(
            "A bid manager signs for the provider and a lead officer for the commissioner, once each and not the same person."
        )
    if Membership.objects.current().filter(person=by.person, organisation=contract.provider).exists():
        raise SigningRefused("You belong to the provider's organisation, so you do not sign for the commissioner.")
    if contract.award and by.person and is_tied(by.person, contract.award.lot.tender):
        raise SigningRefused("You belong to an organisation that bid, so you do not sign for the commissioner.")
    return "commissioner"


def _put_into_force(contract: Contract, by: Seat, now: datetime.datetime) -> None:
    begun = contract.starts_on <= in_london(now).date()
    state = ContractState.LIVE if begun else ContractState.MOBILISING
    check_move(ContractState, NEXT, contract.state, state)
    contract.state = state
    record(by=by, verb="is signed by both sides", on=contract, before={"state": ContractState.SIGNING}, after={"state": state})


def _finish_tender(contract: Contract, by: Seat, now: datetime.datetime) -> None:
    """With the last signed contract of its awarded lots, a tender is contracted."""
    if contract.award is None:
        return
    tender = Tender.objects.select_for_update(of=("self",)).get(pk=contract.award.lot.tender_id)
    awards = Award.objects.filter(lot__tender=tender, provider__isnull=False)
    signed = Contract.objects.signed().filter(award__in=awards).count()
    if tender.state != TenderState.AWARDED or signed < awards.count():
        return
    check_move(TenderState, TENDER_NEXT, tender.state, TenderState.CONTRACTED)
    tender.state = TenderState.CONTRACTED
    mark_changed(tender, by.person, now)
    tender.save(update_fields=["state", "version", "changed_at", "changed_by"])
    record(by=by, verb="contracted", on=tender, before={"state": TenderState.AWARDED}, after={"state": TenderState.CONTRACTED})


def turn_with_the_calendar(now: datetime.datetime) -> int:
    """Contracts whose first day has come go live, those whose last day has passed end. Returns how many turned."""
    today, turned = in_london(now).date(), 0
    with transaction.atomic():
        begun = Contract.objects.select_for_update(of=("self",)).filter(state=ContractState.MOBILISING, starts_on__lte=today)
        turned += sum(_turn(one, ContractState.LIVE) for one in begun)
        ended = Contract.objects.select_for_update(of=("self",)).filter(state=ContractState.LIVE, ends_on__lt=today)
        turned += sum(_turn(one, ContractState.ENDED) for one in ended)
    return turned


def _turn(contract: Contract, state: ContractState) -> int:
    if not can_move(ContractState, NEXT, contract.state, state):
        return 0
    before, contract.state = contract.state, state
    contract.save(update_fields=["state"])
    record(
        by=Seat.system(),
        verb="began" if state == ContractState.LIVE else "ended",
        on=contract,
        before={"state": before},
        after={"state": state},
    )
    return 1
