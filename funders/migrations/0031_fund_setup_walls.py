"""A draft of a fund is its host's alone, and only the host writes. A version in force is never changed."""

from django.db import migrations

# Partners lock an open fund while they pledge, which takes the right to update a row: so they pass USING, and stop at WITH CHECK.
FUND = """
ALTER TABLE funders_pooledfund ENABLE ROW LEVEL SECURITY;
CREATE POLICY open_or_own ON funders_pooledfund FOR SELECT TO portal_app, portal_system
    USING (state = 'open' OR host_id = ANY ((SELECT portal_orgs())::bigint[]));
CREATE POLICY host_insert ON funders_pooledfund FOR INSERT TO portal_app, portal_system
    WITH CHECK (host_id = ANY ((SELECT portal_orgs())::bigint[]));
CREATE POLICY host_update ON funders_pooledfund FOR UPDATE TO portal_app, portal_system
    USING (state = 'open' OR host_id = ANY ((SELECT portal_orgs())::bigint[]))
    WITH CHECK (host_id = ANY ((SELECT portal_orgs())::bigint[]));
REVOKE UPDATE, DELETE, TRUNCATE ON funders_pooledfund FROM portal_app, portal_system;
GRANT UPDATE (version, changed_at, changed_by_id, code, name, first_year, last_year, pool_manager_id, source,
    base, credit_existing, elsewhere_cost, elsewhere, state, opened_at, opened_by_id, in_force_id)
    ON funders_pooledfund TO portal_app, portal_system;

CREATE FUNCTION portal_fund_stays_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'open' AND (NEW.state <> 'open' OR NEW.code <> OLD.code OR NEW.opened_at IS DISTINCT FROM OLD.opened_at) THEN
        RAISE EXCEPTION 'portal_fund_stays_open: a fund that partners see keeps its code and does not become a draft again'
            USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fund_stays_open BEFORE UPDATE ON funders_pooledfund FOR EACH ROW EXECUTE FUNCTION portal_fund_stays_open();
"""

VERSIONS = """
REVOKE UPDATE, DELETE, TRUNCATE ON funders_costmodel FROM portal_app, portal_system;
CREATE TRIGGER cost_model_append_only BEFORE UPDATE OR DELETE ON funders_costmodel
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
ALTER TABLE funders_costmodel ENABLE ROW LEVEL SECURITY;
CREATE POLICY readers_of_fund ON funders_costmodel FOR SELECT TO portal_app, portal_system
    USING (EXISTS (SELECT FROM funders_pooledfund f WHERE f.id = funders_costmodel.fund_id));
CREATE POLICY host_insert ON funders_costmodel FOR INSERT TO portal_app, portal_system
    WITH CHECK (EXISTS (SELECT FROM funders_pooledfund f WHERE f.id = funders_costmodel.fund_id
        AND f.host_id = ANY ((SELECT portal_orgs())::bigint[])));
"""

PART = """
ALTER TABLE funders_{table} ENABLE ROW LEVEL SECURITY;
REVOKE TRUNCATE ON funders_{table} FROM portal_app, portal_system;
CREATE POLICY readers_of_fund ON funders_{table} FOR SELECT TO portal_app, portal_system
    USING (EXISTS (SELECT FROM funders_pooledfund f WHERE f.id = funders_{table}.fund_id
        AND (funders_{table}.cost_model_id IS NOT NULL OR f.in_force_id IS NULL OR f.host_id = ANY ((SELECT portal_orgs())::bigint[]))));
CREATE POLICY host_insert ON funders_{table} FOR INSERT TO portal_app, portal_system
    WITH CHECK (cost_model_id IS NULL AND EXISTS (SELECT FROM funders_pooledfund f WHERE f.id = funders_{table}.fund_id
        AND f.host_id = ANY ((SELECT portal_orgs())::bigint[])));
CREATE POLICY host_update ON funders_{table} FOR UPDATE TO portal_app, portal_system
    USING (cost_model_id IS NULL AND EXISTS (SELECT FROM funders_pooledfund f WHERE f.id = funders_{table}.fund_id
        AND f.host_id = ANY ((SELECT portal_orgs())::bigint[])))
    WITH CHECK (EXISTS (SELECT FROM funders_pooledfund f WHERE f.id = funders_{table}.fund_id
        AND f.host_id = ANY ((SELECT portal_orgs())::bigint[]))
        AND (cost_model_id IS NULL OR EXISTS (
            SELECT FROM funders_costmodel m WHERE m.id = funders_{table}.cost_model_id AND m.fund_id = funders_{table}.fund_id)));
CREATE POLICY host_delete ON funders_{table} FOR DELETE TO portal_app, portal_system
    USING (cost_model_id IS NULL AND EXISTS (SELECT FROM funders_pooledfund f WHERE f.id = funders_{table}.fund_id
        AND f.host_id = ANY ((SELECT portal_orgs())::bigint[])));
"""


class Migration(migrations.Migration):
    dependencies = [("funders", "0030_fund_setup"), ("commissioning", "0003_walls")]
    operations = [
        migrations.RunSQL(FUND, migrations.RunSQL.noop),
        migrations.RunSQL(VERSIONS, migrations.RunSQL.noop),
        *[
            migrations.RunSQL(PART.format(table=table), migrations.RunSQL.noop)
            for table in ("costline", "pooledalready", "sectorshare", "membershare")
        ],
    ]
