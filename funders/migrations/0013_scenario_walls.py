"""Scenarios: a draft is read and written by its own organisation only; what is shared is read by all. Question and answer never change."""

from django.db import migrations

WALLS = """
REVOKE UPDATE, DELETE, TRUNCATE ON funders_scenario FROM portal_app, portal_system;
GRANT UPDATE (version, changed_at, changed_by_id, state, shared_at, shared_by_id, archived_at, archived_by_id)
    ON funders_scenario TO portal_app, portal_system;
ALTER TABLE funders_scenario ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_or_shared ON funders_scenario FOR SELECT TO portal_app, portal_system
    USING (organisation_id = ANY ((SELECT portal_orgs())::bigint[]) OR shared_at IS NOT NULL);
CREATE POLICY own_insert ON funders_scenario FOR INSERT TO portal_app, portal_system
    WITH CHECK (organisation_id = ANY ((SELECT portal_orgs())::bigint[]) AND state = 'draft' AND archived_at IS NULL);
CREATE POLICY own_update ON funders_scenario FOR UPDATE TO portal_app, portal_system
    USING (organisation_id = ANY ((SELECT portal_orgs())::bigint[]));

CREATE FUNCTION portal_scenario_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'archived' OR (OLD.shared_at IS NOT NULL AND NEW.shared_at IS DISTINCT FROM OLD.shared_at) THEN
        RAISE EXCEPTION 'portal_scenario_kept: what is archived stays so, and what is shared is not taken back' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scenario_kept BEFORE UPDATE ON funders_scenario FOR EACH ROW EXECUTE FUNCTION portal_scenario_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("funders", "0012_scenarios"), ("funders", "0004_ledger_walls"), ("commissioning", "0003_walls")]
    operations = [migrations.RunSQL(WALLS, migrations.RunSQL.noop)]
