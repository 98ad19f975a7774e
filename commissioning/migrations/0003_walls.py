"""The database's own walls: grants, append-only tables, the audit chain, sealed bids, row level security.

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

SEALED = ["bid", "lotoffer", "answer", "attachment", "submission"]

SEAL = """
ALTER TABLE commissioning_{table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON commissioning_{table} TO portal_app, portal_system USING (organisation_id = ANY ((SELECT portal_orgs())::bigint[]));
CREATE POLICY opened ON commissioning_{table} FOR SELECT TO portal_app USING (
    opened_on_clock IS NOT NULL AND ((SELECT portal_is_auditor()) OR portal_reads_bids(tender_id)));
CREATE POLICY opened_system ON commissioning_{table} FOR SELECT TO portal_system USING (opened_on_clock IS NOT NULL);
"""

READERS = """
CREATE FUNCTION portal_reads_bids(the_tender bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM commissioning_tender t WHERE t.id = the_tender AND t.commissioner_id = ANY (portal_orgs()))
        OR EXISTS (SELECT FROM commissioning_tenderseat s WHERE s.tender_id = the_tender AND s.organisation_id = ANY (portal_orgs()))
$$;
"""

OPENING = """
CREATE FUNCTION portal_submission_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE t commissioning_tender;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT * INTO t FROM commissioning_tender WHERE id = NEW.tender_id FOR SHARE;
        IF t.state <> 'published' OR clock_timestamp() >= t.deadline THEN
            RAISE EXCEPTION 'portal_too_late: the deadline of this tender has passed' USING ERRCODE = '23001';
        END IF;
        NEW.received_at := clock_timestamp();
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.opened_on_clock IS NULL AND NEW.opened_on_clock IS NOT NULL
        AND (to_jsonb(NEW) - 'opened_on_clock') = (to_jsonb(OLD) - 'opened_on_clock') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'portal_append_only: a submission is never changed or deleted' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER submission_guard BEFORE INSERT OR UPDATE OR DELETE ON commissioning_submission
    FOR EACH ROW EXECUTE FUNCTION portal_submission_guard();
REVOKE UPDATE, DELETE, TRUNCATE ON commissioning_submission FROM portal_app, portal_system;

CREATE FUNCTION portal_opened_only_by_opening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.opened_on_clock IS NOT NULL AND current_user IN ('portal_app', 'portal_system') THEN
        RAISE EXCEPTION 'portal_sealed: only the opening opens a bid' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION portal_open_bids(the_tender bigint) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    t commissioning_tender;
    moment timestamptz := clock_timestamp();
    found_bids integer;
BEGIN
    SELECT * INTO t FROM commissioning_tender WHERE id = the_tender FOR UPDATE;
    IF t.opened_at IS NOT NULL OR t.state <> 'closed' THEN
        RAISE EXCEPTION 'portal_not_closed: bids are opened once, after the tender has closed' USING ERRCODE = '23001';
    END IF;
    IF moment < t.deadline THEN
        RAISE EXCEPTION 'portal_too_early: the deadline of this tender has not passed' USING ERRCODE = '23001';
    END IF;
    IF (SELECT count(DISTINCT organisation_id) FROM commissioning_openingconsent WHERE tender_id = the_tender) < 2 THEN
        RAISE EXCEPTION 'portal_two_officers: two officers of different organisations open the bids' USING ERRCODE = '23001';
    END IF;
    UPDATE commissioning_bid b SET state = 'opened', opened_on_clock = moment, code_name = 'Bidder ' || chr(64 + shuffled.place::int)
        FROM (SELECT id, row_number() OVER (ORDER BY random()) AS place FROM commissioning_bid
              WHERE tender_id = the_tender AND state = 'submitted') shuffled
        WHERE shuffled.id = b.id;
    GET DIAGNOSTICS found_bids = ROW_COUNT;
    UPDATE commissioning_lotoffer o SET opened_on_clock = moment FROM commissioning_bid b
        WHERE o.bid_id = b.id AND b.tender_id = the_tender AND b.state = 'opened';
    UPDATE commissioning_answer a SET opened_on_clock = moment FROM commissioning_lotoffer o
        WHERE a.offer_id = o.id AND o.tender_id = the_tender AND o.opened_on_clock IS NOT NULL;
    UPDATE commissioning_attachment a SET opened_on_clock = moment FROM commissioning_bid b
        WHERE a.bid_id = b.id AND b.tender_id = the_tender AND b.state = 'opened';
    UPDATE commissioning_submission s SET opened_on_clock = moment FROM commissioning_bid b
        WHERE s.bid_id = b.id AND b.tender_id = the_tender AND b.state = 'opened';
    RETURN found_bids;
END $$;
REVOKE EXECUTE ON FUNCTION portal_open_bids(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal_open_bids(bigint) TO portal_app;
"""

OPENED_GUARD = """
CREATE TRIGGER opened_only_by_opening BEFORE INSERT OR UPDATE OF opened_on_clock ON commissioning_{table}
    FOR EACH ROW EXECUTE FUNCTION portal_opened_only_by_opening();
"""


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0002_models"), ("sessions", "0001_initial")]
    operations = [
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
        migrations.RunSQL(AUDIT, migrations.RunSQL.noop),
        migrations.RunSQL(READERS, migrations.RunSQL.noop),
        *[migrations.RunSQL(SEAL.format(table=table), migrations.RunSQL.noop) for table in SEALED],
        migrations.RunSQL(OPENING, migrations.RunSQL.noop),
        *[migrations.RunSQL(OPENED_GUARD.format(table=table), migrations.RunSQL.noop) for table in SEALED],
    ]
