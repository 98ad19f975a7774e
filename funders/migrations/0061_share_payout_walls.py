"""Only the host pays shares back and reverses, nothing else of a payment changes; what a closed year has counted stays as it was counted."""

from django.db import migrations

PAYOUTS = """
REVOKE UPDATE, DELETE, TRUNCATE ON funders_sharepayout FROM portal_app, portal_system;
GRANT UPDATE (reversed_at, reversed_by_id, reversed_because) ON funders_sharepayout TO portal_app, portal_system;
ALTER TABLE funders_sharepayout ENABLE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON funders_sharepayout FOR SELECT TO portal_app, portal_system USING (true);
CREATE POLICY host_insert ON funders_sharepayout FOR INSERT TO portal_app, portal_system
    WITH CHECK (host_id = ANY ((SELECT portal_orgs())::bigint[]) AND EXISTS (
        SELECT FROM funders_pooledfund f WHERE f.host_id = funders_sharepayout.host_id AND f.id = funders_sharepayout.fund_id));
CREATE POLICY host_update ON funders_sharepayout FOR UPDATE TO portal_app, portal_system
    USING (host_id = ANY ((SELECT portal_orgs())::bigint[]));

CREATE FUNCTION portal_payout_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.reversed_at IS NOT NULL THEN
        RAISE EXCEPTION 'portal_payout_kept: a payment that was reversed stays reversed' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payout_kept BEFORE UPDATE ON funders_sharepayout FOR EACH ROW EXECUTE FUNCTION portal_payout_kept();
"""

COUNTED = """
CREATE FUNCTION portal_contribution_year() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was boolean := OLD.state = 'agreed' AND (OLD.condition = '' OR OLD.condition_met_on IS NOT NULL);
    becomes boolean := NEW.state = 'agreed' AND (NEW.condition = '' OR NEW.condition_met_on IS NOT NULL);
BEGIN
    IF (was OR becomes) AND (was, OLD.amount, OLD.pot) IS DISTINCT FROM (becomes, NEW.amount, NEW.pot)
        AND EXISTS (SELECT FROM funders_closedyear c WHERE c.fund_id = NEW.fund_id AND c.year = NEW.year) THEN
        RAISE EXCEPTION 'portal_contribution_year: that year is closed, so what is agreed for it does not change' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER contribution_year BEFORE UPDATE ON funders_contribution FOR EACH ROW EXECUTE FUNCTION portal_contribution_year();

CREATE FUNCTION portal_schedule_year() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM funders_contribution g JOIN funders_closedyear c ON c.fund_id = g.fund_id AND c.year = g.year
               WHERE g.id = NEW.contribution_id) THEN
        RAISE EXCEPTION 'portal_schedule_year: that year is closed, so nothing is counter-signed for it' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER schedule_year BEFORE INSERT ON funders_schedule FOR EACH ROW EXECUTE FUNCTION portal_schedule_year();
"""


class Migration(migrations.Migration):
    dependencies = [("funders", "0060_share_payouts"), ("funders", "0041_year_end_walls"), ("commissioning", "0003_walls")]
    operations = [migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in (PAYOUTS, COUNTED)]
