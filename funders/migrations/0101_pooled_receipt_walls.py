"""Only the host records what arrives of money that is pooled already, and reverses it; nothing else of a receipt changes."""

from django.db import migrations

RECEIPTS = """
REVOKE UPDATE, DELETE, TRUNCATE ON funders_pooledreceipt FROM portal_app, portal_system;
GRANT UPDATE (reversed_at, reversed_by_id, reversed_because) ON funders_pooledreceipt TO portal_app, portal_system;
ALTER TABLE funders_pooledreceipt ENABLE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON funders_pooledreceipt FOR SELECT TO portal_app, portal_system USING (true);
CREATE POLICY host_insert ON funders_pooledreceipt FOR INSERT TO portal_app, portal_system
    WITH CHECK (host_id = ANY ((SELECT portal_orgs())::bigint[]) AND EXISTS (
        SELECT FROM funders_pooledfund f JOIN funders_pooledalready s ON s.fund_id = f.id
        WHERE f.host_id = funders_pooledreceipt.host_id AND f.id = funders_pooledreceipt.fund_id AND s.id = source_id));
CREATE POLICY host_update ON funders_pooledreceipt FOR UPDATE TO portal_app, portal_system
    USING (host_id = ANY ((SELECT portal_orgs())::bigint[]));

CREATE FUNCTION portal_pooled_receipt_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.reversed_at IS NOT NULL THEN
        RAISE EXCEPTION 'portal_pooled_receipt_kept: a receipt that was reversed stays reversed' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pooled_receipt_kept BEFORE UPDATE ON funders_pooledreceipt FOR EACH ROW EXECUTE FUNCTION portal_pooled_receipt_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("funders", "0100_pooled_receipts"), ("funders", "0004_ledger_walls"), ("commissioning", "0003_walls")]
    operations = [migrations.RunSQL(RECEIPTS, migrations.RunSQL.noop)]
