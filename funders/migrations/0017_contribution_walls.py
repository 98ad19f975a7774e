"""Evidence is handed in by the contribution's own partner and never changed. The host of a fund may let a promise lapse, and do nothing else to it."""

from django.db import migrations

EVIDENCE = """
REVOKE UPDATE, DELETE, TRUNCATE ON funders_evidence FROM portal_app, portal_system;
ALTER TABLE funders_evidence ENABLE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON funders_evidence FOR SELECT TO portal_app, portal_system USING (true);
CREATE POLICY own_insert ON funders_evidence FOR INSERT TO portal_app, portal_system
    WITH CHECK (funder_id = ANY ((SELECT portal_orgs())::bigint[]) AND EXISTS (
        SELECT FROM funders_contributionevent e WHERE e.id = funders_evidence.event_id AND e.funder_id = funders_evidence.funder_id));
CREATE TRIGGER evidence_append_only BEFORE UPDATE OR DELETE ON funders_evidence
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
"""

LAPSE = """
CREATE POLICY host_lapses ON funders_contribution FOR UPDATE TO portal_app, portal_system
    USING (EXISTS (SELECT FROM funders_pooledfund f
        WHERE f.id = funders_contribution.fund_id AND f.host_id = ANY ((SELECT portal_orgs())::bigint[])))
    WITH CHECK (state = 'lapsed');
CREATE POLICY host_lapses ON funders_contributionevent FOR INSERT TO portal_app, portal_system
    WITH CHECK (state = 'lapsed' AND EXISTS (
        SELECT FROM funders_contribution c JOIN funders_pooledfund f ON f.id = c.fund_id
        WHERE c.id = funders_contributionevent.contribution_id AND c.funder_id = funders_contributionevent.funder_id
        AND f.host_id = ANY ((SELECT portal_orgs())::bigint[])));

CREATE FUNCTION portal_contribution_lapse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('withdrawn', 'lapsed') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'portal_contribution_over: what was withdrawn or has lapsed does not come back' USING ERRCODE = '23001';
    END IF;
    IF NEW.state = 'lapsed' AND (NEW.amount, NEW.year, NEW.fund_id, NEW.funder_id, NEW.condition, NEW.condition_met_on)
        IS DISTINCT FROM (OLD.amount, OLD.year, OLD.fund_id, OLD.funder_id, OLD.condition, OLD.condition_met_on) THEN
        RAISE EXCEPTION 'portal_contribution_lapse: a lapse changes the state and nothing else' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER contribution_lapse BEFORE UPDATE ON funders_contribution FOR EACH ROW EXECUTE FUNCTION portal_contribution_lapse();
"""

GIFTS = """
REVOKE DELETE, TRUNCATE ON funders_gift FROM portal_app, portal_system;
REVOKE UPDATE ON funders_gift FROM portal_app, portal_system;
GRANT UPDATE (state, version, changed_at, changed_by_id, agreed_at, agreed_by_id, decision_reference) ON funders_gift TO portal_app, portal_system;
REVOKE UPDATE, DELETE, TRUNCATE ON funders_giftevent, funders_giftevidence FROM portal_app, portal_system;
CREATE TRIGGER gift_event_append_only BEFORE UPDATE OR DELETE ON funders_giftevent FOR EACH ROW EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER gift_evidence_append_only BEFORE UPDATE OR DELETE ON funders_giftevidence FOR EACH ROW EXECUTE FUNCTION portal_append_only();
CREATE POLICY own_update ON funders_gift FOR UPDATE TO portal_app, portal_system
    USING (funder_id = ANY ((SELECT portal_orgs())::bigint[]));
"""

OWN = """
ALTER TABLE funders_{table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON funders_{table} FOR SELECT TO portal_app, portal_system USING (true);
CREATE POLICY own_insert ON funders_{table} FOR INSERT TO portal_app, portal_system
    WITH CHECK (funder_id = ANY ((SELECT portal_orgs())::bigint[]) {of_gift});
"""
OF_GIFT = "AND EXISTS (SELECT FROM funders_gift g WHERE g.id = funders_{table}.gift_id AND g.funder_id = funders_{table}.funder_id)"


def own(table: str) -> str:
    return OWN.format(table=table, of_gift="" if table == "gift" else OF_GIFT.format(table=table))


class Migration(migrations.Migration):
    dependencies = [("funders", "0016_contributions_in_full"), ("funders", "0002_walls")]
    operations = [
        migrations.RunSQL(EVIDENCE, migrations.RunSQL.noop),
        migrations.RunSQL(LAPSE, migrations.RunSQL.noop),
        migrations.RunSQL(GIFTS, migrations.RunSQL.noop),
        *[migrations.RunSQL(own(table), migrations.RunSQL.noop) for table in ("gift", "giftevent", "giftevidence")],
    ]
