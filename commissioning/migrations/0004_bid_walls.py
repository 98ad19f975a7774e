"""The database's walls around tenders and bids: what is sealed, until when, who opens it, and what no longer moves.

`portal_app` (the web) and `portal_system` (worker, commands) stand before these walls; the owner (migrations, backups,
the opening function itself) behind them, as docs/security/threat-model.md says.
"""

from django.db import migrations

SEALED = ["bid", "lotoffer", "answer", "attachment", "submission", "latebid"]

READERS = """
CREATE FUNCTION portal_owns(relation oid) RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class WHERE pg_class.oid = relation $$;
CREATE FUNCTION portal_reads_bids(the_tender bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM commissioning_tender t WHERE t.id = the_tender AND t.commissioner_id = ANY (portal_orgs()))
        OR EXISTS (SELECT FROM commissioning_tenderseat s WHERE s.tender_id = the_tender AND s.organisation_id = ANY (portal_orgs()))
$$;
"""

SEAL = """
ALTER TABLE commissioning_{table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON commissioning_{table} TO portal_app, portal_system USING (organisation_id = ANY ((SELECT portal_orgs())::bigint[]));
CREATE POLICY opened ON commissioning_{table} FOR SELECT TO portal_app USING (
    opened_on_clock IS NOT NULL AND ((SELECT portal_is_auditor()) OR portal_reads_bids(tender_id)));
CREATE POLICY opened_system ON commissioning_{table} FOR SELECT TO portal_system USING (opened_on_clock IS NOT NULL);
CREATE TRIGGER opened_only_by_opening BEFORE INSERT OR UPDATE OF opened_on_clock ON commissioning_{table}
    FOR EACH ROW EXECUTE FUNCTION portal_opened_only_by_opening();
"""

OPENED_GUARD = """
CREATE FUNCTION portal_opened_only_by_opening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.opened_on_clock IS NOT NULL AND NOT portal_owns(TG_RELID) THEN
        RAISE EXCEPTION 'portal_sealed: only the opening opens a bid' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;
"""

BID_GUARD = """
CREATE FUNCTION portal_bid_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE t commissioning_tender;
BEGIN
    IF NOT portal_owns(TG_RELID) THEN
        SELECT * INTO t FROM commissioning_tender WHERE id = COALESCE(NEW.tender_id, OLD.tender_id) FOR SHARE;
        IF t.state <> 'published' OR clock_timestamp() >= t.deadline THEN
            RAISE EXCEPTION 'portal_too_late: the deadline of this tender has passed' USING ERRCODE = '23001';
        END IF;
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
"""

WRITABLE_UNTIL_DEADLINE = """
CREATE TRIGGER bid_guard BEFORE INSERT OR UPDATE OR DELETE ON commissioning_{table}
    FOR EACH ROW EXECUTE FUNCTION portal_bid_guard();
"""

SUBMISSION = """
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
"""

TENDER = """
CREATE FUNCTION portal_tender_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moment timestamptz := clock_timestamp();
BEGIN
    IF portal_owns(TG_RELID) THEN RETURN COALESCE(NEW, OLD); END IF;
    IF TG_OP = 'DELETE' OR (TG_OP = 'INSERT' AND NEW.state <> 'draft') THEN
        RAISE EXCEPTION 'portal_tender: a tender begins as a draft and is never deleted' USING ERRCODE = '23001';
    END IF;
    IF TG_OP = 'INSERT' THEN RETURN NEW; END IF;
    IF NEW.opened_at IS DISTINCT FROM OLD.opened_at OR (NEW.state = 'opened' AND OLD.state <> 'opened') THEN
        RAISE EXCEPTION 'portal_sealed: only the opening opens a tender' USING ERRCODE = '42501';
    END IF;
    IF OLD.state <> 'draft' AND NEW.deadline <> OLD.deadline
        AND (NEW.deadline < OLD.deadline OR OLD.state <> 'published' OR moment >= OLD.deadline) THEN
        RAISE EXCEPTION 'portal_deadline: a published deadline moves forward only, and only before it has passed' USING ERRCODE = '23001';
    END IF;
    IF NEW.state = 'closed' AND OLD.state <> 'closed' AND moment < NEW.deadline THEN
        RAISE EXCEPTION 'portal_too_early: the deadline of this tender has not passed' USING ERRCODE = '23001';
    END IF;
    IF NEW.state = 'published' AND OLD.state <> 'published' THEN
        IF OLD.state <> 'draft' OR moment >= NEW.deadline
            OR NOT EXISTS (SELECT FROM commissioning_lot WHERE tender_id = NEW.id)
            OR (SELECT sum(weight_percent) FROM commissioning_criterion WHERE tender_id = NEW.id) IS DISTINCT FROM 100.00 THEN
            RAISE EXCEPTION 'portal_tender: a tender needs lots, weights of exactly 100.00 and a deadline ahead' USING ERRCODE = '23001';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tender_guard BEFORE INSERT OR UPDATE OR DELETE ON commissioning_tender
    FOR EACH ROW EXECUTE FUNCTION portal_tender_guard();

CREATE FUNCTION portal_only_in_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT portal_owns(TG_RELID) AND NOT EXISTS (
        SELECT FROM commissioning_tender WHERE id = COALESCE(NEW.tender_id, OLD.tender_id) AND state = 'draft') THEN
        RAISE EXCEPTION 'portal_tender: lots and criteria stand still once a tender is published' USING ERRCODE = '23001';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER lot_only_in_draft BEFORE INSERT OR UPDATE OR DELETE ON commissioning_lot
    FOR EACH ROW EXECUTE FUNCTION portal_only_in_draft();
CREATE TRIGGER criterion_only_in_draft BEFORE INSERT OR UPDATE OR DELETE ON commissioning_criterion
    FOR EACH ROW EXECUTE FUNCTION portal_only_in_draft();
"""

CONSENT = """
CREATE FUNCTION portal_consent_clock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT portal_owns(TG_RELID) THEN NEW.given_at := clock_timestamp(); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consent_clock BEFORE INSERT OR UPDATE ON commissioning_openingconsent
    FOR EACH ROW EXECUTE FUNCTION portal_consent_clock();
CREATE TRIGGER minutes_append_only BEFORE UPDATE OR DELETE ON commissioning_openingminutes
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
ALTER TABLE commissioning_openingminutes ENABLE ROW LEVEL SECURITY;
CREATE POLICY officers ON commissioning_openingminutes TO portal_app USING ((SELECT portal_is_auditor()) OR portal_reads_bids(tender_id));
CREATE POLICY system ON commissioning_openingminutes FOR SELECT TO portal_system USING (true);
"""

OPENING = """
CREATE FUNCTION portal_open_bids(the_tender bigint) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    t commissioning_tender;
    moment timestamptz := clock_timestamp();
    fresh record;
    found jsonb;
BEGIN
    SELECT * INTO t FROM commissioning_tender WHERE id = the_tender FOR UPDATE;
    IF t.opened_at IS NOT NULL OR t.state <> 'closed' THEN
        RAISE EXCEPTION 'portal_not_closed: bids are opened once, after the tender has closed' USING ERRCODE = '23001';
    END IF;
    IF moment < t.deadline THEN
        RAISE EXCEPTION 'portal_too_early: the deadline of this tender has not passed' USING ERRCODE = '23001';
    END IF;
    SELECT count(DISTINCT c.organisation_id) AS organisations, (array_agg(c.given_by_id ORDER BY c.given_at DESC))[1] AS opener INTO fresh
        FROM commissioning_openingconsent c
        JOIN commissioning_tenderseat s ON s.tender_id = c.tender_id AND s.person_id = c.given_by_id
            AND s.organisation_id = c.organisation_id AND s.kind = 'opener'
        WHERE c.tender_id = the_tender AND c.given_at > moment - interval '15 minutes';
    IF fresh.organisations < 2 THEN
        RAISE EXCEPTION 'portal_two_officers: two officers of different organisations open the bids' USING ERRCODE = '23001';
    END IF;
    UPDATE commissioning_bid b SET state = 'opened', opened_on_clock = moment,
            code_name = 'Bidder ' || CASE WHEN shuffled.place <= 26 THEN chr(64 + shuffled.place::int) ELSE shuffled.place::text END
        FROM (SELECT id, row_number() OVER (ORDER BY random()) AS place FROM commissioning_bid
              WHERE tender_id = the_tender AND state = 'submitted') shuffled
        WHERE shuffled.id = b.id;
    UPDATE commissioning_submission s SET opened_on_clock = moment FROM commissioning_bid b
        WHERE s.bid_id = b.id AND b.tender_id = the_tender AND b.state = 'opened'
        AND s.number = (SELECT max(number) FROM commissioning_submission WHERE bid_id = b.id);
    -- What was submitted is what is opened: later, unsubmitted work on the bid stays sealed.
    UPDATE commissioning_lotoffer o SET opened_on_clock = moment, chosen = true FROM commissioning_lot l, commissioning_submission s,
        jsonb_array_elements(s.content -> 'lots') submitted
        WHERE l.id = o.lot_id AND s.bid_id = o.bid_id AND s.tender_id = the_tender AND s.opened_on_clock IS NOT NULL
        AND (submitted ->> 'lot')::int = l.number;
    UPDATE commissioning_answer a SET opened_on_clock = moment, text = answered ->> 'text'
        FROM commissioning_lotoffer o, commissioning_lot l, commissioning_criterion c, commissioning_submission s,
            jsonb_array_elements(s.content -> 'lots') submitted, jsonb_array_elements(submitted -> 'answers') answered
        WHERE a.offer_id = o.id AND l.id = o.lot_id AND c.id = a.criterion_id AND s.bid_id = o.bid_id
        AND s.tender_id = the_tender AND s.opened_on_clock IS NOT NULL
        AND (submitted ->> 'lot')::int = l.number AND (answered ->> 'criterion')::int = c.number;
    UPDATE commissioning_attachment a SET opened_on_clock = moment, kept = true FROM commissioning_submission s,
        jsonb_array_elements(s.content -> 'files') listed
        WHERE a.bid_id = s.bid_id AND s.tender_id = the_tender AND s.opened_on_clock IS NOT NULL
        AND listed ->> 'reference' = a.reference;
    UPDATE commissioning_tender SET state = 'opened', opened_at = moment, opened_by_id = fresh.opener WHERE id = the_tender;
    SELECT jsonb_build_object(
        'withdrawn', (SELECT COALESCE(jsonb_agg(jsonb_build_object('organisation', o.name, 'at', b.withdrawn_at) ORDER BY b.withdrawn_at), '[]')
            FROM commissioning_bid b JOIN commissioning_organisation o ON o.id = b.organisation_id
            WHERE b.tender_id = the_tender AND b.state = 'withdrawn'),
        'late', (SELECT COALESCE(jsonb_agg(jsonb_build_object('organisation', o.name, 'at', l.attempted_at) ORDER BY l.attempted_at), '[]')
            FROM commissioning_latebid l JOIN commissioning_organisation o ON o.id = l.organisation_id
            WHERE l.tender_id = the_tender)) INTO found;
    RETURN found;
END $$;
REVOKE EXECUTE ON FUNCTION portal_open_bids(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal_open_bids(bigint) TO portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0003_walls")]
    operations = [
        migrations.RunSQL(READERS, migrations.RunSQL.noop),
        migrations.RunSQL(OPENED_GUARD, migrations.RunSQL.noop),
        *[migrations.RunSQL(SEAL.format(table=table), migrations.RunSQL.noop) for table in SEALED],
        migrations.RunSQL(BID_GUARD, migrations.RunSQL.noop),
        *[
            migrations.RunSQL(WRITABLE_UNTIL_DEADLINE.format(table=table), migrations.RunSQL.noop)
            for table in ("bid", "lotoffer", "answer", "attachment")
        ],
        migrations.RunSQL(SUBMISSION, migrations.RunSQL.noop),
        migrations.RunSQL(TENDER, migrations.RunSQL.noop),
        migrations.RunSQL(CONSENT, migrations.RunSQL.noop),
        migrations.RunSQL(OPENING, migrations.RunSQL.noop),
    ]
