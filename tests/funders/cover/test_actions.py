"""Two signatures, what they open and for how long; what the database refuses; and whom the portal tells of contracts without money."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from commissioning.audit.models import AuditEntry
from commissioning.kernel.gates import blockers
from commissioning.kernel.models import Job
from commissioning.kernel.refusals import StaleEdit
from commissioning.organisations.roles import Role
from funders.cover.actions import alert
from funders.cover.models import CoverAlert, Override
from funders.cover.rules import OverrideRefused
from tests.factories import make_contract, make_contribution, make_fund, make_organisation, make_seat, moment

SHUT = "£41,000.00 is missing"


def sent_to(subject):
    found = [job.arguments for job in Job.objects.filter(name="kernel.send_mail")]
    return str([one["to"] for one in found if one["subject"] == subject])


def gates(tender):
    lot = tender.lots.first()
    contract = SimpleNamespace(award=SimpleNamespace(lot=lot))
    subjects = {"tender.publish": tender, "award.approve": SimpleNamespace(provider_id=1, lot=lot), "contract.sign": contract}
    return {gate: blockers(gate, subject) for gate, subject in subjects.items()}


def test_two_partners_open_all_three_gates_of_one_tender(case):
    assert [len(found) for found in gates(case.tender).values()] == [2, 2, 2]
    assert gates(case.tender)["tender.publish"][0].url == reverse("cover:tender", args=[case.tender.reference])
    proposed = case.propose()
    assert [len(found) for found in gates(case.tender).values()] == [2, 2, 2]
    confirmed = case.confirm(proposed)
    assert gates(case.tender) == {"tender.publish": [], "award.approve": [], "contract.sign": []}
    assert (confirmed.partner, confirmed.confirmed_by) == (case.partner.organisation, case.partner.approver.person)
    assert confirmed.years == [
        {"year": 2027, "needed": "300000.00", "secured": "259000.00"},
        {"year": 2028, "needed": "300000.00", "secured": "259000.00"},
    ]
    trail = AuditEntry.objects.filter(object_reference=proposed.reference).order_by("pk")
    assert [one.verb for one in trail] == ["proposed", "confirmed"]
    assert trail[0].reason == proposed.reason


def test_the_gate_shuts_again_when_more_is_missing(case):
    case.confirm(case.propose())
    case.fund.pooled_already.update(amount=Decimal("250000"))
    (first, _) = gates(case.tender)["contract.sign"]
    assert "Two partners have let £41,000.00 pass; £9,000.00 more is missing now." in first.sentence
    case.confirm(case.propose())
    assert gates(case.tender)["contract.sign"] == []


def test_who_proposes_and_who_confirms(case, other):
    for seat in (make_seat(Role.COMMISSIONER, organisation=case.fund.host), make_seat(Role.LEAD_OFFICER), case.partner.approver):
        with pytest.raises(OverrideRefused, match="Only a lead officer of the commissioner"):
            case.propose(by=seat)
    proposed = case.propose()
    own = make_seat(Role.LEAD_OFFICER, organisation=case.fund.host)
    both = make_seat(Role.FUNDER_APPROVER, organisation=case.partner.organisation, person=case.lead.person)
    no_funder = make_seat(Role.LEAD_OFFICER, organisation=make_organisation(is_commissioner=True))
    for seat in (case.lead, own, both, no_funder, case.partner.officer):
        with pytest.raises(OverrideRefused, match="of another partner"):
            case.confirm(proposed, by=seat)
    assert case.confirm(proposed, by=make_seat(Role.LEAD_OFFICER, organisation=other.organisation)).state == "confirmed"


def test_nobody_signs_twice_and_nothing_without_need(case):
    proposed = case.propose()
    with pytest.raises(OverrideRefused, match="waits for its second signatory already"):
        case.propose()
    case.confirm(proposed)
    with pytest.raises(StaleEdit):
        case.confirm(proposed)
    with pytest.raises(OverrideRefused, match="Nothing has to be overridden"):
        case.propose()


def test_the_second_signs_no_more_than_was_proposed(case):
    proposed = case.propose()
    case.fund.pooled_already.update(amount=Decimal("258999.99"))
    with pytest.raises(OverrideRefused, match=r"£0.01 in 2027/28 and £0.01 in 2028/29 more"):
        case.confirm(proposed)
    case.fund.pooled_already.update(amount=Decimal("300000"))
    with pytest.raises(OverrideRefused, match="covered by now"):
        case.confirm(proposed)


def test_either_side_withdraws_until_it_was_used(case, other):
    proposed = case.propose()
    with pytest.raises(OverrideRefused, match="Only the two organisations"):
        case.withdraw(proposed, by=case.partner.approver)
    with pytest.raises(OverrideRefused, match="reason"):
        case.withdraw(proposed, reason=" ")
    assert case.withdraw(proposed).state == "withdrawn"
    confirmed = case.confirm(case.propose())
    with pytest.raises(OverrideRefused, match="Only the two organisations"):
        case.withdraw(confirmed, by=other.approver)
    assert case.withdraw(confirmed, by=case.partner.approver).withdrawn_because == "The money has come"
    assert len(gates(case.tender)["tender.publish"]) == 2
    used = case.confirm(case.propose())
    type(case.tender).objects.filter(pk=case.tender.pk).update(
        state="published", published_at=case.noon + timedelta(days=1), published_by=case.lead.person
    )
    with pytest.raises(OverrideRefused, match="has gone on"):
        case.withdraw(used)


def test_possible_second_signatories_are_asked_by_e_mail_and_not_the_own_side(case, other):
    case.propose()
    text = sent_to("A tender asks for a second signature")
    assert case.partner.approver.person.email in text
    assert other.approver.person.email in text
    assert case.partner.officer.person.email not in text
    assert case.lead.person.email not in text


def test_an_override_of_another_fund_lets_nothing_pass(case):
    case.confirm(case.propose())
    make_fund(code="second", host=case.fund.host)
    case.tender.fund_code = "second"
    assert len(gates(case.tender)["tender.publish"]) == 2


def test_an_option_without_money_is_held_up(money):
    money.commit()
    option = money.contract.options.create(number=1, months=36, notice_by=date(2026, 4, 1))
    money.contract.ends_on = date(2027, 3, 31)
    option.contract = money.contract
    assert [one.sentence for one in blockers("contract.extend", option)] == [
        f"{year}: £6,000.00 is missing. £9,000.00 is needed and £12,000.00 is pooled or agreed. Taken of the year already: £9,000.00 is "
        "committed to contracts. Pledges count when they are agreed."
        for year in ("2027/28", "2028/29")
    ] + ["2029/30: the fund ends before it. £9,000.00 is needed and nothing is agreed."]


def test_an_option_into_the_next_fund_of_the_host_rests_on_that_fund(money):
    money.commit()
    make_fund(code="next", host=money.fund.host, first_year=2029, last_year=2030)
    option = money.contract.options.create(number=1, months=12, notice_by=date(2026, 4, 1))
    money.contract.ends_on = date(2029, 3, 31)
    option.contract = money.contract
    assert blockers("contract.extend", option) == []


def test_an_option_of_a_contract_that_no_fund_pays_says_what_to_do(money):
    option = money.contract.options.create(number=1, months=12, notice_by=date(2026, 4, 1))
    (found,) = blockers("contract.extend", option)
    assert found.sentence.startswith("Nothing says which pooled fund pays for this contract. Commit it to a line")


def test_only_another_organisation_confirms_in_the_database(case, as_app):
    proposed = case.propose()
    told = {"state": "confirmed", "confirmed_at": case.noon, "confirmed_by": case.partner.approver.person}
    with as_app(case.fund.host), pytest.raises(IntegrityError, match="override_two_partners"), transaction.atomic():
        Override.objects.update(partner=case.fund.host, **told)
    third = make_organisation("Third")
    with as_app(case.partner.organisation), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Override.objects.update(partner=third, **told)
    gone = {"withdrawn_at": case.noon, "withdrawn_by": case.lead.person, "withdrawn_because": "x"}
    with as_app(case.partner.organisation), pytest.raises(DatabaseError, match="portal_override_kept"), transaction.atomic():
        Override.objects.update(partner=case.partner.organisation, **{**told, "state": "withdrawn", **gone})
    with as_app(case.partner.organisation), pytest.raises(IntegrityError, match="override_two_people"), transaction.atomic():
        Override.objects.update(partner=case.partner.organisation, **{**told, "confirmed_by": case.lead.person})
    with as_app(case.partner.organisation):
        assert Override.objects.update(partner=case.partner.organisation, **told) == 1
    with as_app(case.fund.host), pytest.raises(DatabaseError, match=r"portal_override_kept|row-level"), transaction.atomic():
        Override.objects.filter(pk=proposed.pk).update(state="proposed", partner=None, confirmed_at=None, confirmed_by=None)


def test_nobody_proposes_for_another(case, as_app):
    fields = {"fund": case.fund, "tender": case.tender, "commissioner": case.fund.host, "reason": "x", "years": []}
    with as_app(case.partner.organisation), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Override.objects.create(proposed_at=case.noon, proposed_by=case.lead.person, **fields)
    with as_app(case.partner.organisation), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Override.objects.create(
            proposed_at=case.noon, proposed_by=case.lead.person, **{**fields, "commissioner": case.partner.organisation}
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE funders_override SET years = '[]'",
        "UPDATE funders_override SET reason = 'x'",
        "UPDATE funders_override SET tender_id = 1",
        "DELETE FROM funders_override",
        "TRUNCATE funders_override",
        "UPDATE funders_coveralert SET year = 1",
        "DELETE FROM funders_coveralert",
    ],
)
@pytest.mark.parametrize("role", ["portal_app", "portal_system"])
def test_figures_and_reasons_are_never_changed_or_deleted(case, as_app, role, statement):
    case.propose()
    with as_app(case.fund.host, role=role), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_the_host_is_told_once_of_a_contract_that_goes_on_without_money(fund, partner):
    lead, finance = (make_seat(role, organisation=fund.host) for role in (Role.LEAD_OFFICER, Role.FINANCE))
    told = {"commissioner": fund.host, "starts_on": date(2025, 4, 1), "ends_on": date(2030, 3, 31)}
    contract = make_contract(annual_amount=Decimal("300000"), **told)
    assert alert(moment("2026-12-31 09:00")) == 0
    assert alert(moment("2027-01-02 09:00")) == 1
    assert alert(moment("2027-01-02 09:01")) == 0
    found = CoverAlert.objects.get()
    assert (found.contract, found.year, found.missing_amount, found.host) == (contract, 2027, Decimal("41000.00"), fund.host)
    to = sent_to("A contract runs into a year whose money is not secured")
    assert lead.person.email in to
    assert finance.person.email in to


def test_the_host_is_told_of_a_contract_that_goes_on_after_its_fund(fund):
    lead = make_seat(Role.LEAD_OFFICER, organisation=fund.host)
    told = {"commissioner": fund.host, "starts_on": date(2025, 4, 1), "term_months": 60, "ends_on": date(2030, 3, 31)}
    make_contract(annual_amount=Decimal("200000"), **told)
    assert alert(moment("2028-12-31 09:00")) == 0
    assert alert(moment("2029-01-02 09:00")) == 1
    found = CoverAlert.objects.get()
    assert (found.fund, found.year, found.missing_amount) == (fund, 2029, Decimal("200000.00"))
    assert lead.person.email in sent_to("A contract runs into a year whose money is not secured")


def test_nobody_is_told_of_a_year_that_the_next_fund_pays(fund):
    told = {"commissioner": fund.host, "starts_on": date(2025, 4, 1), "term_months": 60, "ends_on": date(2030, 3, 31)}
    make_contract(annual_amount=Decimal("200000"), **told)
    make_fund(code="next", host=fund.host, first_year=2029, last_year=2030)
    assert alert(moment("2029-01-02 09:00")) == 0


def test_nobody_is_told_of_a_contract_whose_money_is_agreed_or_that_another_fund_pays(fund, partner, case):
    told = {"commissioner": fund.host, "starts_on": date(2025, 4, 1), "ends_on": date(2030, 3, 31)}
    make_contract(annual_amount=Decimal("300000"), **told)
    make_contribution(fund=fund, by=partner.officer, year=2027, amount="41000.00", agreed_by=partner.approver)
    assert alert(moment("2027-01-02 09:00")) == 0
