"""The files of invoices and receipts are handed in by the host that recorded them, and never changed."""

from django.db import migrations

EVIDENCE = """
REVOKE UPDATE, DELETE, TRUNCATE ON funders_moneyevidence FROM portal_app, portal_system;
ALTER TABLE funders_moneyevidence ENABLE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON funders_moneyevidence FOR SELECT TO portal_app, portal_system USING (true);
CREATE POLICY host_insert ON funders_moneyevidence FOR INSERT TO portal_app, portal_system
    WITH CHECK (host_id = ANY ((SELECT portal_orgs())::bigint[]) AND (EXISTS (
        SELECT FROM funders_instalment i WHERE i.id = funders_moneyevidence.instalment_id
        AND (i.funder_id, i.host_id) = (funders_moneyevidence.funder_id, funders_moneyevidence.host_id)
    ) OR EXISTS (
        SELECT FROM funders_receipt r WHERE r.id = funders_moneyevidence.receipt_id
        AND (r.funder_id, r.host_id) = (funders_moneyevidence.funder_id, funders_moneyevidence.host_id))));
CREATE TRIGGER money_evidence_append_only BEFORE UPDATE OR DELETE ON funders_moneyevidence
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("funders", "0096_money_evidence"), ("commissioning", "0003_walls")]
    operations = [migrations.RunSQL(EVIDENCE, migrations.RunSQL.noop)]
