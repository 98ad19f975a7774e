"""Reminders are noted for the host of the fund, once each, and never changed."""

from django.db import migrations

WALLS = """
REVOKE UPDATE, DELETE, TRUNCATE ON funders_instalmentreminder FROM portal_app, portal_system;
ALTER TABLE funders_instalmentreminder ENABLE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON funders_instalmentreminder FOR SELECT TO portal_app, portal_system USING (true);
CREATE POLICY host_insert ON funders_instalmentreminder FOR INSERT TO portal_app, portal_system
    WITH CHECK (host_id = ANY ((SELECT portal_orgs())::bigint[]) AND EXISTS (
        SELECT FROM funders_instalment i WHERE i.id = funders_instalmentreminder.instalment_id
        AND i.host_id = funders_instalmentreminder.host_id AND i.fund_id = funders_instalmentreminder.fund_id));
"""


class Migration(migrations.Migration):
    dependencies = [("funders", "0006_reminders"), ("funders", "0004_ledger_walls")]
    operations = [migrations.RunSQL(WALLS, migrations.RunSQL.noop)]
