"""Drawing up, signing, and the calendar."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from commissioning.contracts.actions import make_contract, turn_with_the_calendar
from commissioning.contracts.models import Contract, ContractTarget
from commissioning.contracts.rules import ContractRefused, SigningRefused
from commissioning.contracts.states import ContractState
from commissioning.kernel.models import Job
from commissioning.measures.models import Measure
from commissioning.organisations.models import Membership
from commissioning.organisations.roles import Role
from commissioning.tenders.states import TenderState
from tests.commissioning.contracts.conftest import award_lot, make_awarded
from tests.factories import make_contract as make_contract_row
from tests.factories import make_seat

LONDON = ZoneInfo("Europe/London")


def test_a_contract_takes_term_options_and_amount_from_tender_and_lot(awarded):
    contract = awarded.make()
    assert (contract.starts_on, contract.ends_on) == (date(2027, 4, 1), date(2032, 3, 31))
    assert [(one.months, one.notice_by) for one in contract.options.all()] == [(24, date(2031, 3, 31)), (24, date(2033, 3, 31))]
    assert (contract.annual_amount, contract.provider, contract.state) == (Decimal("100000"), awarded.award.provider, "signing")


def test_targets_are_carried_over_from_the_contract_before(awarded):
    before = make_contract_row(area=awarded.award.lot.area)
    measure = Measure.objects.create(code="E02", name="All abuse ceased", definition="", section="Outcomes", order=1, source="")
    ContractTarget.objects.create(contract=before, measure=measure, target=Decimal(63), floor=Decimal(50))
    assert [(one.measure, one.target, one.floor) for one in awarded.make().targets.all()] == [(measure, 63, 50)]


def test_a_contract_is_drawn_up_once(awarded):
    awarded.make()
    with pytest.raises(ContractRefused, match="drawn up already"):
        awarded.make()


def test_only_an_officer_of_the_tender_draws_it_up(awarded):
    for other in (awarded.world.lead, awarded.world.first, awarded.provider):
        with pytest.raises(ContractRefused, match="officer of the tender"):
            make_contract(award=awarded.award, by=other)


def test_no_award_makes_no_contract(db):
    awarded = make_awarded(lots=2)
    none = award_lot(awarded.world, 2, to_first=False)
    with pytest.raises(ContractRefused):
        make_contract(award=none, by=awarded.world.officer)


def test_both_sides_are_asked_to_sign_without_a_word_of_what(awarded):
    Job.objects.all().delete()
    contract = awarded.make()
    jobs = Job.objects.filter(name="kernel.send_mail")
    assert sorted(one.arguments["to"] for one in jobs) == sorted([awarded.provider.person.email, awarded.signatory.person.email])
    assert all("abuse" not in one.arguments["text"] and contract.reference in one.arguments["subject"] for one in jobs)


def test_two_signatures_put_the_contract_and_its_tender_through(awarded):
    contract = awarded.make()
    contract = awarded.sign(contract, awarded.provider)
    assert (contract.state, contract.provider_signed_by) == (ContractState.SIGNING, awarded.provider.person)
    contract = awarded.sign(contract, awarded.signatory)
    assert contract.state == ContractState.MOBILISING
    awarded.world.tender.refresh_from_db()
    assert awarded.world.tender.state == TenderState.CONTRACTED


def test_a_contract_whose_first_day_has_come_is_live_with_the_second_signature(awarded):
    contract = awarded.make()
    Contract.objects.filter(pk=contract.pk).update(starts_on=date(2020, 4, 1))
    awarded.sign(contract, awarded.signatory)
    assert awarded.sign(contract, awarded.provider).state == ContractState.LIVE


def test_a_tender_is_contracted_with_its_last_contract(db):
    awarded = make_awarded(lots=3)
    others = [award_lot(awarded.world, 2), award_lot(awarded.world, 3, to_first=False)]
    for one in (awarded.award, others[0]):
        awarded.world.tender.refresh_from_db()
        assert awarded.world.tender.state == TenderState.AWARDED
        contract = make_contract(award=one, by=awarded.world.officer)
        awarded.sign(contract, awarded.provider)
        awarded.sign(contract, awarded.signatory)
    awarded.world.tender.refresh_from_db()
    assert awarded.world.tender.state == TenderState.CONTRACTED


def test_nobody_signs_twice_or_for_another(awarded):
    contract = awarded.make()
    awarded.sign(contract, awarded.provider)
    strangers = [
        awarded.provider,
        awarded.world.bidders[1] if awarded.world.bidders[0] == awarded.provider else awarded.world.bidders[0],
        awarded.world.lead,
        awarded.world.officer,
        make_seat(Role.DATA_OFFICER, organisation=awarded.provider.organisation),
    ]
    for stranger in strangers:
        with pytest.raises(SigningRefused, match="A bid manager signs"):
            awarded.sign(contract, stranger)


def test_one_person_does_not_sign_for_both_sides(awarded):
    contract = awarded.make()
    awarded.sign(contract, awarded.provider)
    both = make_seat(Role.LEAD_OFFICER, organisation=contract.commissioner, person=awarded.provider.person)
    with pytest.raises(SigningRefused, match="not the same person"):
        awarded.sign(contract, both)


def test_a_member_of_a_bidder_does_not_sign_for_the_commissioner(awarded):
    contract = awarded.make()
    Membership.objects.create(person=awarded.signatory.person, organisation=contract.provider, role=Role.DATA_OFFICER)
    with pytest.raises(SigningRefused, match="You belong to the provider"):
        awarded.sign(contract, awarded.signatory)


def test_terms_that_changed_are_not_signed(awarded):
    contract = awarded.make()
    awarded.sign(contract, awarded.provider)
    Contract.objects.filter(pk=contract.pk).update(annual_amount=Decimal("1"))
    with pytest.raises(SigningRefused, match="not the ones"):
        awarded.sign(contract, awarded.signatory)


def test_the_calendar_begins_and_ends_contracts_on_their_london_day(db):
    mobilising = make_contract_row(state=ContractState.MOBILISING, starts_on=date(2027, 4, 1), ends_on=date(2032, 3, 31))
    live = make_contract_row(ends_on=date(2027, 3, 31))
    eve = datetime(2027, 3, 31, 23, 59, tzinfo=LONDON)
    assert turn_with_the_calendar(eve) == 0
    assert turn_with_the_calendar(eve + timedelta(minutes=1)) == 2
    assert turn_with_the_calendar(eve + timedelta(minutes=1)) == 0
    mobilising.refresh_from_db()
    live.refresh_from_db()
    assert (mobilising.state, live.state) == (ContractState.LIVE, ContractState.ENDED)
