"""The budget: only the host writes it, and what is set aside and committed is never changed. Invoices: a provider sends its own."""

from django.db import migrations

APPEND_ONLY = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON funders_{table} FOR EACH ROW EXECUTE FUNCTION portal_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON funders_{table} FROM portal_app, portal_system;
"""

HOST_WRITES = """
ALTER TABLE funders_{table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON funders_{table} FOR SELECT TO portal_app, portal_system USING (true);
CREATE POLICY host_insert ON funders_{table} FOR INSERT TO portal_app, portal_system
    WITH CHECK (host_id = ANY ((SELECT portal_orgs())::bigint[]) AND EXISTS (
        SELECT FROM funders_pooledfund f WHERE f.host_id = funders_{table}.host_id AND f.id = funders_{table}.fund_id));
"""

# A provider reads its own; who commissions or funds reads what the common fund is asked to pay and has paid.
ITS_OWN = """
ALTER TABLE funders_{table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_reads ON funders_{table} FOR SELECT TO portal_system USING (true);
CREATE POLICY sides_read ON funders_{table} FOR SELECT TO portal_app
    USING (provider_id = ANY ((SELECT portal_orgs())::bigint[]) OR EXISTS (
        SELECT FROM commissioning_organisation o
        WHERE o.id = ANY ((SELECT portal_orgs())::bigint[]) AND (o.is_funder OR o.is_commissioner)));
CREATE POLICY host_update ON funders_{table} FOR UPDATE TO portal_app, portal_system
    USING (host_id = ANY ((SELECT portal_orgs())::bigint[]));
CREATE POLICY {who}_insert ON funders_{table} FOR INSERT TO portal_app, portal_system
    WITH CHECK ({who}_id = ANY ((SELECT portal_orgs())::bigint[]) AND EXISTS (
        SELECT FROM funders_pooledfund f WHERE f.host_id = funders_{table}.host_id AND f.id = funders_{table}.fund_id));
REVOKE UPDATE, DELETE, TRUNCATE ON funders_{table} FROM portal_app, portal_system;
"""

CHANGEABLE = """
GRANT UPDATE (version, changed_at, changed_by_id, state, first_approved_at, first_approved_by_id, second_approved_at, second_approved_by_id,
    returned_at, returned_by_id, returned_because) ON funders_providerinvoice TO portal_app, portal_system;
GRANT UPDATE (reversed_at, reversed_by_id, reversed_because) ON funders_payment TO portal_app, portal_system;
REVOKE UPDATE, DELETE, TRUNCATE ON funders_budgetline FROM portal_app, portal_system;
"""


class Migration(migrations.Migration):
    dependencies = [("funders", "0020_budget"), ("commissioning", "0003_walls")]
    operations = [
        *[
            migrations.RunSQL(HOST_WRITES.format(table=table), migrations.RunSQL.noop)
            for table in ("budgetline", "allocation", "commitment")
        ],
        *[migrations.RunSQL(APPEND_ONLY.format(table=table), migrations.RunSQL.noop) for table in ("allocation", "commitment")],
        migrations.RunSQL(ITS_OWN.format(table="providerinvoice", who="provider"), migrations.RunSQL.noop),
        migrations.RunSQL(ITS_OWN.format(table="payment", who="host"), migrations.RunSQL.noop),
        migrations.RunSQL(CHANGEABLE, migrations.RunSQL.noop),
    ]
