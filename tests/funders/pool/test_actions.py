"""Setting up a fund, opening it, and its versions, against the real database."""

from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail

from commissioning.audit.models import AuditEntry
from commissioning.kernel.life_cycle import MoveRefused
from commissioning.kernel.refusals import StaleEdit
from commissioning.organisations.models import Sector
from commissioning.organisations.roles import Role
from funders.accounts.queries import statement_of
from funders.budget.queries import secured_by_pot
from funders.pool import actions
from funders.pool.models import CostLine, CostModel, PooledAlready, PooledFund, SectorShare
from funders.pool.queries import asked_by_year, asks_of, requirement_in, requirement_of, shares_of, split_in, split_of
from funders.pool.rules import FundRefused
from funders.statements.queries import picture_of, positions_of
from tests.factories import make_organisation, make_seat


def shares(fund):
    return [str(line.amount) for line in shares_of(requirement_of(fund), split_of(fund))]


def test_the_fund_of_2012_by_hand(host):
    fund = host.written()
    requirement = requirement_of(fund)
    assert (requirement.required, requirement.pooled, requirement.gap) == (810_000, 259_000, 551_000)
    assert shares(fund) == ["321416.67", "183666.67", "45916.66"]
    fund.base = "total"
    assert shares(fund) == ["472500.00", "270000.00", "67500.00"]
    assert fund.is_draft
    assert AuditEntry.objects.filter(object_reference="by-hand", organisation=host.organisation).count() == 5


@pytest.mark.parametrize("role", [Role.FINANCE, Role.BOARD_MEMBER, Role.FUNDER_OFFICER, Role.BID_MANAGER])
def test_only_a_lead_officer_or_commissioner_sets_up_a_fund(host, role):
    with pytest.raises(FundRefused, match="Only a lead officer or commissioner"):
        host.set_up(by=make_seat(role, organisation=host.organisation))


def test_a_partner_that_commissions_nothing_hosts_no_fund(host):
    with pytest.raises(FundRefused, match="of a commissioning organisation"):
        host.set_up(by=make_seat(Role.LEAD_OFFICER, organisation=make_organisation(is_funder=True)))


def test_the_pool_manager_is_a_finance_officer_of_the_host(host):
    with pytest.raises(FundRefused, match="finance officer of your organisation"):
        host.set_up(pool_manager=host.lead.person)
    with pytest.raises(FundRefused, match="finance officer of your organisation"):
        host.set_up(pool_manager=make_seat(Role.FINANCE).person)


def test_a_short_name_is_given_once(host):
    host.set_up()
    with pytest.raises(FundRefused, match="Another fund has this short name"):
        host.set_up()


def test_details_change_while_it_is_a_draft_and_not_over_somebody_else(host, noon):
    fund = host.set_up()
    told = {"fund": fund, "by": host.commissioner, "at": noon}
    changed = actions.change_details(version=fund.version, **told, **host.details(name="Another name", credit_existing=True))
    assert (changed.name, changed.credit_existing, changed.version) == ("Another name", True, fund.version + 1)
    with pytest.raises(StaleEdit, match="saved this"):
        actions.change_details(version=fund.version, **told, **host.details())
    opened = host.opened(code="second")
    with pytest.raises(FundRefused, match="Partners see this fund already"):
        actions.change_details(fund=opened, by=host.lead, version=opened.version, at=noon, **host.details(code="third"))


def test_a_fund_that_is_not_ready_is_not_opened(host, noon):
    fund = host.set_up()
    with pytest.raises(FundRefused, match=r"one cost line at least.*Say which sectors"):
        actions.open_to_partners(fund=fund, reason="A good reason", by=host.lead, version=fund.version, at=noon)
    fund = host.written(code="ready")
    with pytest.raises(FundRefused, match="Give the reason"):
        actions.open_to_partners(fund=fund, reason=" ", by=host.lead, version=fund.version, at=noon)
    with pytest.raises(FundRefused, match="of the host partner"):
        actions.open_to_partners(fund=fund, reason="A good reason", by=make_seat(Role.LEAD_OFFICER), version=fund.version, at=noon)


def test_opening_keeps_the_first_version_and_tells_the_officers_that_are_asked(host, partner, run_jobs, noon):
    make_seat(Role.FUNDER_OFFICER, organisation=make_organisation("Not asked", is_funder=True, sector=Sector.HOUSING))
    fund = host.opened()
    assert (fund.state, fund.in_force.number, fund.in_force.reason, fund.opened_by) == ("open", 1, "The report of 2012.", host.lead.person)
    assert shares(fund) == ["321416.67", "183666.67", "45916.66"]
    assert not CostLine.objects.filter(fund=fund, cost_model=None).exists()
    run_jobs()
    assert [one.to for one in mail.outbox] == [[partner.officer.person.email]]
    assert "551" not in mail.outbox[0].body
    assert "/fund/by-hand/" in mail.outbox[0].body
    with pytest.raises(MoveRefused, match="That is final"):
        actions.open_to_partners(fund=fund, reason="Once more", by=host.lead, version=fund.version, at=noon)


def test_what_is_in_force_changes_by_a_new_version_only(host):
    fund = host.opened()
    with pytest.raises(FundRefused, match="Prepare a new version first"):
        host.line(fund, "More", "1", "1")
    with pytest.raises(FundRefused, match="Prepare a new version first"):
        host.source(fund)


def test_a_new_version_counts_when_it_is_in_force_and_the_old_one_stays(host, partner, noon, run_jobs):
    fund = host.opened()
    actions.prepare_version(fund=fund, by=host.commissioner, at=noon)
    with pytest.raises(FundRefused, match="being prepared already"):
        actions.prepare_version(fund=fund, by=host.commissioner, at=noon)
    host.line(fund, "Two more posts", "2", "40000", unit="post")
    assert requirement_of(host.now(fund)).required == 810_000
    assert requirement_in(host.now(fund), None).required == 890_000
    told = {
        "base": "total",
        "credit_existing": False,
        "elsewhere_cost": 0,
        "elsewhere": "",
        "doubtful_days": 60,
        "from_year": 2027,
        "reason": "Two posts more.",
    }
    actions.put_into_force(fund=fund, by=host.lead, version=host.now(fund).version, at=noon, **told)
    fund = host.now(fund)
    assert (fund.in_force.number, fund.base, requirement_of(fund).required) == (2, "total", 890_000)
    assert [requirement_of(fund).required_in(year) for year in (2026, 2027, 2028)] == [810_000, 890_000, 890_000]
    assert [one.required for one in positions_of(fund)] == [810_000, 890_000, 890_000]
    assert asked_by_year(fund, partner.organisation) == {
        2026: Decimal("321416.67"),
        2027: Decimal("519166.67"),
        2028: Decimal("519166.67"),
    }
    first = CostModel.objects.get(fund=fund, number=1)
    assert (first.base, requirement_in(fund, first.pk).required) == ("gap", 810_000)
    then = shares_of(requirement_in(fund, first.pk), split_in(fund, first.pk, first))
    assert str(then[0].amount) == "321416.67"
    run_jobs()
    assert [one.to[0] for one in mail.outbox] == [partner.officer.person.email] * 2
    with pytest.raises(FundRefused, match="No new version"):
        actions.put_into_force(fund=fund, by=host.lead, version=fund.version, at=noon, **told)


def test_what_a_year_had_in_the_pool_stays_with_its_version(host, noon):
    """Version 2 has £60,000 less in the pool from 2027/28 on; version 3 counts from 2028/29."""
    fund = host.opened()
    for year, amount in ((2027, "199000"), (2028, "100000")):
        actions.prepare_version(fund=fund, by=host.lead, at=noon)
        PooledAlready.objects.filter(fund=fund, cost_model=None).update(amount=Decimal(amount))
        told = {"base": "gap", "credit_existing": False, "elsewhere_cost": 0, "elsewhere": "", "doubtful_days": 90}
        told |= {"from_year": year, "reason": "A source gives less.", "version": host.now(fund).version}
        actions.put_into_force(fund=fund, by=host.lead, at=noon, **told)
    fund = host.now(fund)
    assert [one.pooled for one in positions_of(fund)] == [259_000, 199_000, 100_000]
    assert {year: amount for (year, _), amount in secured_by_pot(fund).items()} == {2026: 259_000, 2027: 199_000, 2028: 100_000}
    (source,) = (one for one in statement_of(fund).givers if one.giver.funder is None)
    assert [sums.pooled for sums in source.years.values()] == [259_000, 199_000, 100_000]


@pytest.mark.parametrize("year", [2025, 2029])
def test_a_version_counts_from_a_year_of_the_fund(host, noon, year):
    fund = host.opened()
    actions.prepare_version(fund=fund, by=host.lead, at=noon)
    told = {"base": "gap", "credit_existing": False, "elsewhere_cost": 0, "elsewhere": "", "doubtful_days": 90, "reason": "A year."}
    with pytest.raises(FundRefused, match="runs from 2026/27 to 2028/29"):
        actions.put_into_force(fund=fund, by=host.lead, version=host.now(fund).version, at=noon, from_year=year, **told)


def test_a_version_can_be_dropped(host, noon):
    fund = host.opened()
    actions.prepare_version(fund=fund, by=host.lead, at=noon)
    actions.discard_version(fund=fund, by=host.lead, version=host.now(fund).version, at=noon)
    assert [part.objects.filter(fund=fund).count() for part in (CostLine, PooledAlready, SectorShare)] == [2, 1, 3]
    with pytest.raises(FundRefused, match="No new version"):
        actions.discard_version(fund=fund, by=host.lead, version=host.now(fund).version, at=noon)


def test_a_cost_that_comes_once_counts_in_its_year_only(host, partner):
    fund = host.written()
    host.line(fund, "A review", "1", "20000", unit="review", one_off_year=2027)
    requirement = requirement_of(host.now(fund))
    assert (requirement.required, requirement.one_off_years) == (810_000, [2027])
    assert [requirement.required_in(year) for year in (2026, 2027, 2028)] == [810_000, 830_000, 810_000]
    assert requirement.gap_in(2027) == 571_000
    assert [one.required for one in positions_of(host.now(fund))] == [810_000, 830_000, 810_000]
    asked = asked_by_year(host.now(fund), partner.organisation)
    assert asked == {2026: Decimal("321416.67"), 2027: Decimal("333083.34"), 2028: Decimal("321416.67")}
    (mine,) = (one for one in picture_of(host.now(fund)).partners if one.funder == partner.organisation)
    assert [one.asked for one in mine.years] == list(asked.values())


def test_a_year_that_the_fund_no_longer_runs_in_keeps_it_closed(host, noon):
    fund = host.written()
    host.line(fund, "A review", "1", "20000", one_off_year=2028)
    fund = host.now(fund)
    actions.change_details(fund=fund, by=host.lead, version=fund.version, at=noon, **host.details(last_year=2027))
    fund = host.now(fund)
    with pytest.raises(FundRefused, match="2028/29, when the fund does not run"):
        actions.open_to_partners(fund=fund, reason="A good reason", by=host.lead, version=fund.version, at=noon)


def test_the_pot_follows_the_giver_and_police_money_is_not_pooled_under_section_75(host, other):
    fund = host.set_up()
    police = host.source(fund, "Police", "30000", giver=other.organisation)
    assert (police.sector, police.pot) == (Sector.CRIMINAL_JUSTICE, "crime_grant")
    assert host.source(fund, "Health", "0", sector="health").pot == "s75"
    with pytest.raises(FundRefused, match="Police and crime commissioners give by a crime and disorder grant"):
        host.source(fund, "Police", "30000", giver=other.organisation, pot="s75")


def test_credit_is_taken_off_the_giver_within_its_sector(host, partner, other, noon):
    second = make_organisation("Probation", is_funder=True, sector=Sector.CRIMINAL_JUSTICE)
    fund = host.written(credit_existing=True)
    host.source(fund, "Police", "30000", giver=other.organisation)
    fund = host.now(fund)
    asks = {ask.funder: ask.amount for ask in asks_of(requirement_of(fund), split_of(fund))}
    assert sum(asks.values()) == requirement_of(fund).gap == 521_000
    assert asks[other.organisation] < asks[second]
    actions.set_members(fund=fund, parts={other.organisation: 0, second: 1}, by=host.lead, version=fund.version, at=noon)
    asks = {ask.funder: ask.amount for ask in asks_of(requirement_of(host.now(fund)), split_of(host.now(fund)))}
    assert asks[other.organisation] == 0
    parts = {other.organisation: 0, second: 0}
    with pytest.raises(FundRefused, match="At least one partner"):
        actions.set_members(fund=fund, parts=parts, by=host.lead, version=host.now(fund).version, at=noon)


def test_a_row_is_changed_and_removed_once(host, noon):
    fund = host.set_up()
    made = host.line(fund)
    stale = host.now(fund).version
    changed = host.line(fund, quantity="1200", line=made, version=stale)
    assert changed.quantity == 1200
    with pytest.raises(StaleEdit):
        host.line(fund, quantity="1100", line=made, version=stale)
    actions.remove(fund=fund, row=made, by=host.lead, version=host.now(fund).version, at=noon)
    with pytest.raises(FundRefused, match="removed already"):
        actions.remove(fund=fund, row=made, by=host.lead, version=host.now(fund).version, at=noon)
    with pytest.raises(FundRefused, match="removed already"):
        host.line(fund, line=made, version=host.now(fund).version)
    verbs = AuditEntry.objects.filter(object_reference="by-hand").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["set up", "added", "changed", "removed"]


def test_a_draft_takes_no_pledge_and_pays_for_no_tender(host, partner):
    host.written(first_year=2026)
    assert list(PooledFund.objects.open()) == []
    assert PooledFund.objects.running_in(2026).first() is None


def test_a_fund_from_before_versions_keeps_what_it_requires_as_its_first(fund):
    import_module("funders.migrations.0032_first_versions").keep(apps, None)
    fund.refresh_from_db()
    assert (fund.in_force.number, fund.in_force.made_by) == (1, None)
    assert requirement_of(fund).gap == 551_000
    assert shares(fund) == ["321416.67", "183666.67", "45916.66"]


def test_two_officers_prepare_one_version(host, noon):
    fund = host.opened()
    actions.prepare_version(fund=fund, by=host.lead, at=noon)
    with pytest.raises(FundRefused, match="being prepared already"):
        actions.prepare_version(fund=fund, by=host.commissioner, at=noon)
    assert CostLine.objects.filter(fund=fund, cost_model=None).count() == 2
