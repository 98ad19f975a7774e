"""The database's own walls: grants, append-only tables, the audit chain.

`portal_app` is the web, `portal_system` the worker and the commands. Neither owns a table, so row level security
holds for both; the owner (migrations, backups) is outside it, as docs/security/threat-model.md says.
"""

from django.db import migrations

GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO portal_app, portal_system;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO portal_app, portal_system;

CREATE FUNCTION portal_orgs() RETURNS bigint[] LANGUAGE sql STABLE AS
    $$ SELECT COALESCE(NULLIF(current_setting('app.org_ids', true), ''), '{}')::bigint[] $$;
CREATE FUNCTION portal_is_auditor() RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT COALESCE(current_setting('app.auditor', true), '') = 'on' $$;

CREATE FUNCTION portal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'portal_append_only: rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = '23001';
END $$;
"""

AUDIT = """
CREATE FUNCTION portal_audit_payload(entry commissioning_auditentry) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT concat_ws(E'\\x1f', entry.id, extract(epoch FROM entry.happened_at), COALESCE(entry.happened_by_id, 0), entry.who,
        COALESCE(entry.organisation_id, 0), entry.verb, entry.object_type, entry.object_reference, entry.object_label,
        COALESCE(entry.sealed_by_id, 0), entry.before::text, entry.after::text, entry.reason, entry.request_id, entry.previous_hash)
$$;
CREATE FUNCTION portal_audit_hash(entry commissioning_auditentry) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT encode(sha256(convert_to(portal_audit_payload(entry), 'UTF8')), 'hex') $$;

CREATE FUNCTION portal_audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7202611);
    NEW.id := nextval(pg_get_serial_sequence('commissioning_auditentry', 'id'));
    NEW.happened_at := clock_timestamp();
    NEW.previous_hash := COALESCE((SELECT hash FROM commissioning_auditentry ORDER BY id DESC LIMIT 1), '');
    NEW.hash := portal_audit_hash(NEW);
    RETURN NEW;
END $$;
CREATE TRIGGER audit_chain BEFORE INSERT ON commissioning_auditentry FOR EACH ROW EXECUTE FUNCTION portal_audit_chain();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON commissioning_auditentry
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON commissioning_auditentry FROM portal_app, portal_system;

ALTER TABLE commissioning_auditentry ENABLE ROW LEVEL SECURITY;
CREATE POLICY write_down ON commissioning_auditentry FOR INSERT TO portal_app, portal_system WITH CHECK (true);
CREATE POLICY own_trail ON commissioning_auditentry FOR SELECT TO portal_app USING (organisation_id = ANY ((SELECT portal_orgs())::bigint[]));
CREATE POLICY auditor ON commissioning_auditentry FOR SELECT TO portal_app USING (
    (SELECT portal_is_auditor()) AND (sealed_by_id IS NULL OR EXISTS (
        SELECT FROM commissioning_tender t WHERE t.id = sealed_by_id AND t.opened_at IS NOT NULL)));
CREATE POLICY system ON commissioning_auditentry FOR SELECT TO portal_system USING (true);
"""


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0002_models"), ("sessions", "0001_initial")]
    operations = [
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
        migrations.RunSQL(AUDIT, migrations.RunSQL.noop),
    ]
