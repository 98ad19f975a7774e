"""Calls: drafts are the host's alone, what was asked stays as it was asked, partners write their own answers and once only."""

from django.db import migrations

STAYS = """
CREATE FUNCTION portal_call_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.asked_at IS NOT NULL AND (
        NEW.title, NEW.amount, NEW.purpose, NEW.answer_by, NEW.key, NEW.key_reason, NEW.parts, NEW.asked_at, NEW.asked_by_id
    ) IS DISTINCT FROM (
        OLD.title, OLD.amount, OLD.purpose, OLD.answer_by, OLD.key, OLD.key_reason, OLD.parts, OLD.asked_at, OLD.asked_by_id
    ) THEN
        RAISE EXCEPTION 'portal_call_stays: what was asked of partners is not changed' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER call_stays BEFORE UPDATE ON funders_call FOR EACH ROW EXECUTE FUNCTION portal_call_stays();

CREATE FUNCTION portal_call_answered_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.answered_at IS NOT NULL THEN
        RAISE EXCEPTION 'portal_call_answered_once: this call is answered already, and an answer is not changed' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER call_answered_once BEFORE UPDATE ON funders_callshare FOR EACH ROW EXECUTE FUNCTION portal_call_answered_once();

CREATE FUNCTION portal_call_shared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(s.amount) FROM funders_callshare s WHERE s.call_id = NEW.call_id)
        IS DISTINCT FROM (SELECT c.amount FROM funders_call c WHERE c.id = NEW.call_id) THEN
        RAISE EXCEPTION 'portal_call_shared: the shares of a call add up to its amount' USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER call_shared AFTER INSERT ON funders_callshare
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION portal_call_shared();
"""

GRANTS = """
REVOKE UPDATE, DELETE, TRUNCATE ON funders_call, funders_callshare, funders_callreceipt, funders_callpayment, funders_callreminder
    FROM portal_app, portal_system;
GRANT UPDATE (version, changed_at, changed_by_id, title, amount, purpose, answer_by, key, key_reason, parts, state, asked_at, asked_by_id,
    closed_at, closed_by_id, closing_note, cancelled_at, cancelled_by_id, cancelled_because) ON funders_call TO portal_app, portal_system;
GRANT UPDATE (version, changed_at, changed_by_id, state, accepted_amount, answered_at, answered_by_id, decision_reference, reason)
    ON funders_callshare TO portal_app, portal_system;
GRANT UPDATE (reversed_at, reversed_by_id, reversed_because) ON funders_callreceipt, funders_callpayment TO portal_app, portal_system;
"""

# Partners read a call when it is asked. With the last answer a partner closes it, and can do nothing else to it.
CALL = """
ALTER TABLE funders_call ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked_read ON funders_call FOR SELECT TO portal_app
    USING (asked_at IS NOT NULL OR host_id = ANY ((SELECT portal_orgs())::bigint[]));
CREATE POLICY system_read ON funders_call FOR SELECT TO portal_system USING (true);
CREATE POLICY host_insert ON funders_call FOR INSERT TO portal_app, portal_system
    WITH CHECK (host_id = ANY ((SELECT portal_orgs())::bigint[]) AND EXISTS (
        SELECT FROM funders_pooledfund f WHERE f.host_id = funders_call.host_id AND f.id = funders_call.fund_id));
CREATE POLICY host_update ON funders_call FOR UPDATE TO portal_app, portal_system
    USING (host_id = ANY ((SELECT portal_orgs())::bigint[]));
CREATE POLICY last_answer_closes ON funders_call FOR UPDATE TO portal_app, portal_system
    USING (state = 'asked' AND EXISTS (
        SELECT FROM funders_callshare s WHERE s.call_id = funders_call.id AND s.funder_id = ANY ((SELECT portal_orgs())::bigint[])))
    WITH CHECK (state = 'closed' AND NOT EXISTS (
        SELECT FROM funders_callshare s WHERE s.call_id = funders_call.id AND s.state = 'waiting'));
"""

SHARE = """
CREATE POLICY own_answer ON funders_callshare FOR UPDATE TO portal_app, portal_system
    USING (funder_id = ANY ((SELECT portal_orgs())::bigint[]));
"""

REVERSED = """
CREATE POLICY host_update ON funders_{table} FOR UPDATE TO portal_app, portal_system
    USING (host_id = ANY ((SELECT portal_orgs())::bigint[]));
"""

HOST_WRITES = """
ALTER TABLE funders_{table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON funders_{table} FOR SELECT TO portal_app, portal_system USING (true);
CREATE POLICY host_insert ON funders_{table} FOR INSERT TO portal_app, portal_system
    WITH CHECK (host_id = ANY ((SELECT portal_orgs())::bigint[]) AND EXISTS (
        SELECT FROM {of} WHERE o.id = funders_{table}.{by} AND o.host_id = funders_{table}.host_id AND o.fund_id = funders_{table}.fund_id));
"""


def wall(table: str, of: str, by: str) -> str:
    return HOST_WRITES.format(table=table, of=f"{of} o", by=by)


class Migration(migrations.Migration):
    dependencies = [("funders", "0014_calls"), ("funders", "0004_ledger_walls"), ("commissioning", "0003_walls")]
    operations = [
        migrations.RunSQL(statement, migrations.RunSQL.noop)
        for statement in (
            STAYS,
            GRANTS,
            CALL,
            wall("callshare", "funders_call", "call_id"),
            SHARE,
            wall("callreceipt", "funders_callshare", "share_id"),
            REVERSED.format(table="callreceipt"),
            wall("callpayment", "funders_call", "call_id"),
            REVERSED.format(table="callpayment"),
            wall("callreminder", "funders_callshare", "share_id"),
        )
    ]
