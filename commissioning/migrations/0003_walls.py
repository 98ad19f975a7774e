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
CREATE TABLE portal_audit_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    entries bigint NOT NULL DEFAULT 0,
    last_hash text NOT NULL DEFAULT ''
);
INSERT INTO portal_audit_head DEFAULT VALUES;
REVOKE ALL ON portal_audit_head FROM portal_app, portal_system;
GRANT SELECT ON portal_audit_head TO portal_system;

CREATE FUNCTION portal_audit_payload(entry commissioning_auditentry) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_array(entry.id, extract(epoch FROM entry.happened_at), entry.happened_by_id, entry.who,
        entry.organisation_id, entry.verb, entry.object_type, entry.object_reference, entry.object_label, entry.sealed_by_id,
        entry.before, entry.after, entry.reason, entry.request_id, entry.previous_hash)::text
$$;
CREATE FUNCTION portal_audit_hash(entry commissioning_auditentry) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT encode(sha256(convert_to(portal_audit_payload(entry), 'UTF8')), 'hex') $$;

-- Number and time are the database's own; a hash that somebody sends along is dropped.
CREATE FUNCTION portal_audit_stamp() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    NEW.id := nextval(pg_get_serial_sequence('commissioning_auditentry', 'id'));
    NEW.happened_at := clock_timestamp();
    NEW.previous_hash := '';
    NEW.hash := '';
    RETURN NEW;
END $$;
CREATE TRIGGER audit_stamp BEFORE INSERT ON commissioning_auditentry FOR EACH ROW EXECUTE FUNCTION portal_audit_stamp();

-- The link is forged at commit, in the order of commits: the lock on the head is held for a moment only, so that two
-- long transactions that both write entries neither wait for one another nor lock each other out.
CREATE FUNCTION portal_audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    entry commissioning_auditentry;
    last_one text;
BEGIN
    UPDATE portal_audit_head SET entries = entries + 1 RETURNING last_hash INTO last_one;
    SELECT * INTO entry FROM commissioning_auditentry WHERE id = NEW.id;
    entry.previous_hash := last_one;
    entry.hash := portal_audit_hash(entry);
    UPDATE commissioning_auditentry SET previous_hash = entry.previous_hash, hash = entry.hash WHERE id = NEW.id;
    UPDATE portal_audit_head SET last_hash = entry.hash;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER audit_chain AFTER INSERT ON commissioning_auditentry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION portal_audit_chain();

CREATE FUNCTION portal_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.hash = '' AND NEW.hash <> ''
        AND (to_jsonb(NEW) - 'hash' - 'previous_hash') = (to_jsonb(OLD) - 'hash' - 'previous_hash') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'portal_append_only: rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = '23001';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON commissioning_auditentry
    FOR EACH ROW EXECUTE FUNCTION portal_audit_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON commissioning_auditentry FROM portal_app, portal_system;

ALTER TABLE commissioning_auditentry ENABLE ROW LEVEL SECURITY;
CREATE POLICY write_down ON commissioning_auditentry FOR INSERT TO portal_app, portal_system WITH CHECK (true);
CREATE POLICY own_trail ON commissioning_auditentry FOR SELECT TO portal_app USING (organisation_id = ANY ((SELECT portal_orgs())::bigint[]));
CREATE POLICY auditor ON commissioning_auditentry FOR SELECT TO portal_app USING (
    (SELECT portal_is_auditor()) AND (sealed_by_id IS NULL OR EXISTS (
        SELECT FROM commissioning_tender t WHERE t.id = sealed_by_id AND t.opened_at IS NOT NULL)));
CREATE POLICY system ON commissioning_auditentry FOR SELECT TO portal_system USING (true);

-- What verify_audit reads: every entry with the hash that it ought to have.
CREATE FUNCTION portal_audit_check() RETURNS TABLE (id bigint, problem text) LANGUAGE sql STABLE AS $$
    SELECT e.id, CASE
            WHEN e.hash <> portal_audit_hash(e) THEN 'its content does not match its hash'
            WHEN e.previous_hash <> '' AND before.id IS NULL THEN 'the entry before it is gone'
            ELSE 'another entry claims the same place' END
        FROM commissioning_auditentry e LEFT JOIN commissioning_auditentry before ON before.hash = e.previous_hash
        WHERE e.hash <> portal_audit_hash(e) OR (e.previous_hash <> '' AND before.id IS NULL)
            OR EXISTS (SELECT FROM commissioning_auditentry twin WHERE twin.previous_hash = e.previous_hash AND twin.id < e.id)
        ORDER BY e.id
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0002_models"), ("sessions", "0001_initial")]
    operations = [
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
        migrations.RunSQL(AUDIT, migrations.RunSQL.noop),
    ]
