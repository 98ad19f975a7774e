"""Overrides: the commissioner proposes, another organisation confirms for itself, either withdraws; figures and reason never change."""

from django.db import migrations

OVERRIDE = """
REVOKE UPDATE, DELETE, TRUNCATE ON funders_override FROM portal_app, portal_system;
GRANT UPDATE (version, changed_at, changed_by_id, state, partner_id, confirmed_at, confirmed_by_id, withdrawn_at, withdrawn_by_id,
    withdrawn_because) ON funders_override TO portal_app, portal_system;
ALTER TABLE funders_override ENABLE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON funders_override FOR SELECT TO portal_app, portal_system USING (true);
CREATE POLICY commissioner_proposes ON funders_override FOR INSERT TO portal_app, portal_system
    WITH CHECK (state = 'proposed' AND commissioner_id = ANY ((SELECT portal_orgs())::bigint[]) AND EXISTS (
        SELECT FROM commissioning_tender t WHERE t.id = tender_id AND t.commissioner_id = funders_override.commissioner_id));
CREATE POLICY other_confirms ON funders_override FOR UPDATE TO portal_app, portal_system
    USING (state = 'proposed' AND commissioner_id <> ALL ((SELECT portal_orgs())::bigint[]))
    WITH CHECK (state = 'confirmed' AND partner_id = ANY ((SELECT portal_orgs())::bigint[]));
CREATE POLICY either_withdraws ON funders_override FOR UPDATE TO portal_app, portal_system
    USING (commissioner_id = ANY ((SELECT portal_orgs())::bigint[]) OR partner_id = ANY ((SELECT portal_orgs())::bigint[]))
    WITH CHECK (state = 'withdrawn');

CREATE FUNCTION portal_override_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'withdrawn' OR (OLD.state = 'proposed' AND NEW.state = 'withdrawn' AND NEW.partner_id IS NOT NULL) OR (OLD.state = 'confirmed' AND NEW.state <> 'withdrawn') OR (OLD.confirmed_at IS NOT NULL AND
        (NEW.partner_id, NEW.confirmed_at, NEW.confirmed_by_id) IS DISTINCT FROM (OLD.partner_id, OLD.confirmed_at, OLD.confirmed_by_id)) THEN
        RAISE EXCEPTION 'portal_override_kept: what was signed stays signed, and what is withdrawn stays withdrawn' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER override_kept BEFORE UPDATE ON funders_override FOR EACH ROW EXECUTE FUNCTION portal_override_kept();
"""

ALERT = """
REVOKE UPDATE, DELETE, TRUNCATE ON funders_coveralert FROM portal_app, portal_system;
ALTER TABLE funders_coveralert ENABLE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON funders_coveralert FOR SELECT TO portal_app, portal_system USING (true);
CREATE POLICY host_insert ON funders_coveralert FOR INSERT TO portal_app, portal_system
    WITH CHECK (host_id = ANY ((SELECT portal_orgs())::bigint[]) AND EXISTS (
        SELECT FROM funders_pooledfund f WHERE f.id = fund_id AND f.host_id = funders_coveralert.host_id));
"""


class Migration(migrations.Migration):
    dependencies = [("funders", "0050_cover"), ("funders", "0004_ledger_walls"), ("commissioning", "0003_walls")]
    operations = [migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in (OVERRIDE, ALERT)]
