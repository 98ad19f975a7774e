"""Contributions are written by their own funder only; their events are append-only."""

from django.db import migrations

WALLS = """
REVOKE UPDATE, DELETE, TRUNCATE ON funders_contributionevent FROM portal_app, portal_system;
REVOKE DELETE, TRUNCATE ON funders_contribution, funders_pledge FROM portal_app, portal_system;
CREATE TRIGGER contribution_event_append_only BEFORE UPDATE OR DELETE ON funders_contributionevent
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
"""

OWN_WRITES = """
ALTER TABLE funders_{table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON funders_{table} FOR SELECT TO portal_app, portal_system USING (true);
CREATE POLICY own_insert ON funders_{table} FOR INSERT TO portal_app, portal_system
    WITH CHECK (funder_id = ANY ((SELECT portal_orgs())::bigint[]));
CREATE POLICY own_update ON funders_{table} FOR UPDATE TO portal_app, portal_system
    USING (funder_id = ANY ((SELECT portal_orgs())::bigint[]));
"""


class Migration(migrations.Migration):
    dependencies = [("funders", "0001_models"), ("commissioning", "0003_walls")]
    operations = [
        migrations.RunSQL(WALLS, migrations.RunSQL.noop),
        *[
            migrations.RunSQL(OWN_WRITES.format(table=table), migrations.RunSQL.noop)
            for table in ("pledge", "contribution", "contributionevent")
        ],
    ]
