"""A closed year stays closed: nothing is posted, set aside or committed in it, and its figures are never changed."""

from django.db import migrations

CLOSED = """
CREATE FUNCTION portal_ledger_year() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed integer;
BEGIN
    SELECT max(c.year) INTO closed FROM funders_closedyear c WHERE c.fund_id = NEW.fund_id;
    IF NEW.happened_on < make_date(closed + 1, 4, 1) THEN
        RAISE EXCEPTION 'portal_ledger_year: that day lies in a year that is closed, so the posting goes on 1 April %', closed + 1
            USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_year BEFORE INSERT ON funders_ledgertransaction FOR EACH ROW EXECUTE FUNCTION portal_ledger_year();

CREATE FUNCTION portal_budget_year() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM funders_closedyear c WHERE c.fund_id = NEW.fund_id AND c.year = NEW.year) THEN
        RAISE EXCEPTION 'portal_budget_year: that year is closed, so nothing is set aside, taken back or committed in it'
            USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER allocation_year BEFORE INSERT ON funders_allocation FOR EACH ROW EXECUTE FUNCTION portal_budget_year();
CREATE TRIGGER commitment_year BEFORE INSERT ON funders_commitment FOR EACH ROW EXECUTE FUNCTION portal_budget_year();
CREATE TRIGGER carried_year BEFORE INSERT ON funders_carried FOR EACH ROW EXECUTE FUNCTION portal_budget_year();
"""

APPEND_ONLY = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON funders_{table} FOR EACH ROW EXECUTE FUNCTION portal_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON funders_{table} FROM portal_app, portal_system;
"""

STAYS = """
CREATE FUNCTION portal_year_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'prepared' THEN
        RAISE EXCEPTION 'portal_year_stays: this year end is not changed any more' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER year_stays BEFORE UPDATE ON funders_yearclose FOR EACH ROW EXECUTE FUNCTION portal_year_stays();

CREATE FUNCTION portal_pot_chosen_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.choice <> '' OR NOT EXISTS (SELECT FROM funders_yearclose y WHERE y.id = OLD.close_id AND y.state = 'prepared') THEN
        RAISE EXCEPTION 'portal_pot_chosen_once: what the board chose for a pot is not changed' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pot_chosen_once BEFORE UPDATE ON funders_potclose FOR EACH ROW EXECUTE FUNCTION portal_pot_chosen_once();
REVOKE UPDATE, DELETE, TRUNCATE ON funders_yearclose, funders_potclose FROM portal_app, portal_system;
GRANT UPDATE (version, changed_at, changed_by_id, state, closed_at, closed_by_id, decision_reference)
    ON funders_yearclose TO portal_app, portal_system;
GRANT UPDATE (choice) ON funders_potclose TO portal_app, portal_system;
"""

HOST_WRITES = """
ALTER TABLE funders_{table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON funders_{table} FOR SELECT TO portal_app, portal_system USING (true);
CREATE POLICY host_insert ON funders_{table} FOR INSERT TO portal_app, portal_system
    WITH CHECK (host_id = ANY ((SELECT portal_orgs())::bigint[]) AND EXISTS (
        SELECT FROM funders_pooledfund f WHERE f.host_id = funders_{table}.host_id AND f.id = funders_{table}.fund_id));
"""

HOST_CHANGES = """
CREATE POLICY host_update ON funders_{table} FOR UPDATE TO portal_app, portal_system
    USING (host_id = ANY ((SELECT portal_orgs())::bigint[]));
"""

KEPT = ("closedyear", "carried", "surplusshare", "accrual")
STEPPED = ("yearclose", "potclose")


class Migration(migrations.Migration):
    dependencies = [("funders", "0040_year_end"), ("funders", "0021_budget_walls"), ("commissioning", "0003_walls")]
    operations = [
        migrations.RunSQL(statement, migrations.RunSQL.noop)
        for statement in (
            CLOSED,
            STAYS,
            *[HOST_WRITES.format(table=table) for table in (*KEPT, *STEPPED)],
            *[APPEND_ONLY.format(table=table) for table in KEPT],
            *[HOST_CHANGES.format(table=table) for table in STEPPED],
        )
    ]
