"""Bank files and what became of their rows: the host's own. A posted row never changes; what went back is never changed either."""

from django.db import migrations

GRANTS = """
REVOKE DELETE, TRUNCATE, UPDATE ON funders_bankimport, funders_bankmapping, funders_suspensereturn FROM portal_app, portal_system;
REVOKE TRUNCATE, UPDATE ON funders_bankrow FROM portal_app, portal_system;
GRANT UPDATE (version, changed_at, changed_by_id, state, columns, date_format, lines, confirmed_at, confirmed_by_id, posted_on_clock)
    ON funders_bankimport TO portal_app, portal_system;
GRANT UPDATE (columns, date_format, saved_at, saved_by_id) ON funders_bankmapping TO portal_app, portal_system;
GRANT UPDATE (version, changed_at, changed_by_id, kind, note, "column", typed, instalment_id, posting_id)
    ON funders_bankrow TO portal_app, portal_system;
CREATE TRIGGER suspense_return_append_only BEFORE UPDATE OR DELETE ON funders_suspensereturn
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
"""

OWN = """
ALTER TABLE funders_{table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_read ON funders_{table} FOR SELECT TO portal_app USING (host_id = ANY ((SELECT portal_orgs())::bigint[]));
CREATE POLICY system_read ON funders_{table} FOR SELECT TO portal_system USING (true);
CREATE POLICY own_insert ON funders_{table} FOR INSERT TO portal_app, portal_system
    WITH CHECK (host_id = ANY ((SELECT portal_orgs())::bigint[]) {of_fund});
"""
OF_FUND = "AND EXISTS (SELECT FROM funders_pooledfund f WHERE f.id = funders_{table}.fund_id AND f.host_id = funders_{table}.host_id)"
CHANGED = """
CREATE POLICY own_update ON funders_{table} FOR UPDATE TO portal_app, portal_system
    USING (host_id = ANY ((SELECT portal_orgs())::bigint[]));
"""
STAGED = """
CREATE POLICY own_delete ON funders_bankrow FOR DELETE TO portal_app, portal_system
    USING (host_id = ANY ((SELECT portal_orgs())::bigint[]) AND posting_id IS NULL);
CREATE POLICY own_update ON funders_bankrow FOR UPDATE TO portal_app, portal_system
    USING (host_id = ANY ((SELECT portal_orgs())::bigint[]) AND posting_id IS NULL)
    WITH CHECK (host_id = ANY ((SELECT portal_orgs())::bigint[]));
"""


def wall(table: str) -> str:
    return OWN.format(table=table, of_fund="" if table == "bankmapping" else OF_FUND.format(table=table))


class Migration(migrations.Migration):
    dependencies = [("funders", "0010_banking"), ("funders", "0004_ledger_walls")]
    operations = [
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
        *[migrations.RunSQL(wall(table), migrations.RunSQL.noop) for table in ("bankimport", "bankmapping", "bankrow", "suspensereturn")],
        *[migrations.RunSQL(CHANGED.format(table=table), migrations.RunSQL.noop) for table in ("bankimport", "bankmapping")],
        migrations.RunSQL(STAGED, migrations.RunSQL.noop),
    ]
