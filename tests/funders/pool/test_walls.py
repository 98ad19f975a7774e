"""What the database itself refuses, tried as its own users: a draft is its host's alone, and a version in force is never changed."""

import pytest
from django.db import DatabaseError, connection, transaction

from funders.pool import actions
from funders.pool.models import CostLine, CostModel, PooledFund
from tests.factories import make_fund, make_organisation

TABLES = ("costline", "pooledalready", "sectorshare")


def run(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


def refused(sql, *values):
    with pytest.raises(DatabaseError):
        run(sql, *values)


def test_a_draft_and_its_rows_are_seen_by_the_host_alone(host, as_app):
    fund = host.written()
    with as_app(make_organisation()):
        assert not PooledFund.objects.filter(pk=fund.pk).exists()
        assert not CostLine.objects.filter(fund=fund.pk).exists()
    with as_app():
        assert not PooledFund.objects.filter(pk=fund.pk).exists()
    with as_app(host.organisation):
        assert PooledFund.objects.filter(pk=fund.pk).exists()
        assert CostLine.objects.filter(fund=fund.pk).count() == 2


@pytest.mark.parametrize("role", ["portal_app", "portal_system"])
def test_another_organisation_writes_nothing_of_a_fund(host, as_app, role):
    fund = host.opened()
    stranger = make_organisation()
    with as_app(stranger, role=role):
        assert PooledFund.objects.filter(pk=fund.pk).exists()
        refused("UPDATE funders_pooledfund SET name = 'Taken' WHERE id = %s", fund.pk)
        refused("UPDATE funders_pooledfund SET host_id = %s WHERE id = %s", stranger.pk, fund.pk)
        refused("DELETE FROM funders_pooledfund WHERE id = %s", fund.pk)
        refused(
            "INSERT INTO funders_costline (fund_id, label, quantity, unit, unit_cost_amount, \"order\") VALUES (%s, 'x', 1, 'x', 1, 9)",
            fund.pk,
        )
        refused(
            "INSERT INTO funders_costmodel (fund_id, number, reason, valid_from, base, credit_existing, elsewhere_cost, elsewhere) "
            "VALUES (%s, 9, 'x', now(), 'gap', false, 0, '')",
            fund.pk,
        )


def test_a_partner_may_hold_the_fund_while_it_pledges(host, as_app):
    fund = host.opened()
    with as_app(make_organisation()):
        assert PooledFund.objects.select_for_update(no_key=True, of=("self",)).get(pk=fund.pk) == fund


@pytest.mark.parametrize("table", TABLES)
def test_what_a_version_holds_is_not_changed_by_its_host_either(host, as_app, table):
    fund = host.opened()
    with as_app(host.organisation):
        assert run(f'UPDATE funders_{table} SET "order" = 9 WHERE fund_id = %s', fund.pk) == 0
        assert run(f"UPDATE funders_{table} SET cost_model_id = NULL WHERE fund_id = %s", fund.pk) == 0
        assert run(f"DELETE FROM funders_{table} WHERE fund_id = %s", fund.pk) == 0
        refused("UPDATE funders_costmodel SET reason = 'Another' WHERE fund_id = %s", fund.pk)
        refused("DELETE FROM funders_costmodel WHERE fund_id = %s", fund.pk)


def test_a_row_goes_into_no_version_of_another_fund(host, as_app):
    fund, other = host.opened(), host.written(code="other")
    with as_app(host.organisation):
        refused("UPDATE funders_costline SET cost_model_id = %s WHERE fund_id = %s AND cost_model_id IS NULL", fund.in_force_id, other.pk)
        refused(
            'INSERT INTO funders_costline (fund_id, cost_model_id, label, quantity, unit, unit_cost_amount, "order") '
            "VALUES (%s, %s, 'x', 1, 'x', 1, 9)",
            fund.pk,
            fund.in_force_id,
        )


def test_an_open_fund_keeps_its_code_and_stays_open(host, as_app):
    fund = host.opened()
    with as_app(host.organisation):
        refused("UPDATE funders_pooledfund SET state = 'draft' WHERE id = %s", fund.pk)
        refused("UPDATE funders_pooledfund SET code = 'another' WHERE id = %s", fund.pk)
        refused("UPDATE funders_pooledfund SET host_id = host_id WHERE id = %s", fund.pk)


def test_a_version_that_is_prepared_is_not_seen_by_partners(host, as_app, noon):
    fund = host.opened()
    actions.prepare_version(fund=fund, by=host.lead, at=noon)
    with as_app(make_organisation()):
        assert set(CostLine.objects.filter(fund=fund.pk).values_list("cost_model", flat=True)) == {fund.in_force_id}
        assert CostModel.objects.filter(fund=fund.pk).count() == 1
    with as_app(host.organisation):
        assert CostLine.objects.filter(fund=fund.pk, cost_model=None).count() == 2


def test_rows_of_a_fund_without_versions_are_seen_by_all(db, as_app):
    fund = make_fund()
    with as_app(make_organisation()):
        assert CostLine.objects.filter(fund=fund.pk).count() == 2
