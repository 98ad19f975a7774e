"""Only the host moves money between pots; what was moved stays, and a transfer goes only on in its life."""

from django.db import migrations

HOST_WRITES = """
ALTER TABLE funders_{table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON funders_{table} FOR SELECT TO portal_app, portal_system USING (true);
CREATE POLICY host_insert ON funders_{table} FOR INSERT TO portal_app, portal_system
    WITH CHECK (host_id = ANY ((SELECT portal_orgs())::bigint[]) AND EXISTS (
        SELECT FROM funders_pooledfund f WHERE f.host_id = funders_{table}.host_id AND f.id = funders_{table}.fund_id));
REVOKE UPDATE, DELETE, TRUNCATE ON funders_{table} FROM portal_app, portal_system;
"""

MOVED = """
CREATE TRIGGER moved_append_only BEFORE UPDATE OR DELETE ON funders_moved FOR EACH ROW EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER moved_year BEFORE INSERT ON funders_moved FOR EACH ROW EXECUTE FUNCTION portal_budget_year();
"""

TRANSFERS = """
GRANT UPDATE (version, changed_at, changed_by_id, state, posting_id, confirmed_at, confirmed_by_id, dropped_at, dropped_by_id,
    dropped_because, reversed_at, reversed_by_id, reversed_because) ON funders_pottransfer TO portal_app, portal_system;
CREATE POLICY host_update ON funders_pottransfer FOR UPDATE TO portal_app, portal_system
    USING (host_id = ANY ((SELECT portal_orgs())::bigint[]));

CREATE FUNCTION portal_transfer_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('dropped', 'reversed') OR (OLD.state = 'posted' AND (NEW.state <> 'reversed' OR
        (NEW.posting_id, NEW.confirmed_at, NEW.confirmed_by_id) IS DISTINCT FROM (OLD.posting_id, OLD.confirmed_at, OLD.confirmed_by_id))) THEN
        RAISE EXCEPTION 'portal_transfer_kept: what was moved stays as it was posted, and is only reversed' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER transfer_kept BEFORE UPDATE ON funders_pottransfer FOR EACH ROW EXECUTE FUNCTION portal_transfer_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("funders", "0102_transfers"), ("funders", "0041_year_end_walls"), ("commissioning", "0003_walls")]
    operations = [
        *[migrations.RunSQL(HOST_WRITES.format(table=table), migrations.RunSQL.noop) for table in ("moved", "pottransfer")],
        migrations.RunSQL(MOVED, migrations.RunSQL.noop),
        migrations.RunSQL(TRANSFERS, migrations.RunSQL.noop),
    ]
