"""The ledger: postings balance, are never changed, and get no line later. Only the host of a fund writes its books."""

from django.db import migrations

LEDGER = """
CREATE FUNCTION portal_ledger_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.database_transaction := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_posting BEFORE INSERT ON funders_ledgertransaction
    FOR EACH ROW EXECUTE FUNCTION portal_ledger_posting();

CREATE FUNCTION portal_ledger_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM funders_ledgertransaction t
        WHERE t.id = NEW.transaction_id AND t.fund_id = NEW.fund_id AND t.host_id = NEW.host_id
        AND t.database_transaction = pg_current_xact_id()::text::bigint
    ) THEN
        RAISE EXCEPTION 'portal_ledger_closed: a posting of the ledger gets no line later, and none of another fund' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_line BEFORE INSERT ON funders_ledgerline FOR EACH ROW EXECUTE FUNCTION portal_ledger_line();

CREATE FUNCTION portal_ledger_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sides integer;
    together numeric;
BEGIN
    SELECT count(*), coalesce(sum(amount), 0) INTO sides, together FROM funders_ledgerline WHERE transaction_id = NEW.id;
    IF sides < 2 OR together <> 0 THEN
        RAISE EXCEPTION 'portal_ledger_balanced: the % sides of posting % add up to %, not to nothing', sides, NEW.reference, together
            USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_balanced AFTER INSERT ON funders_ledgertransaction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION portal_ledger_balanced();

CREATE TRIGGER ledger_transaction_append_only BEFORE UPDATE OR DELETE ON funders_ledgertransaction
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER ledger_line_append_only BEFORE UPDATE OR DELETE ON funders_ledgerline
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON funders_ledgertransaction, funders_ledgerline FROM portal_app, portal_system;
"""

RECEIPTS = """
REVOKE DELETE, TRUNCATE ON funders_schedule, funders_instalment, funders_receipt FROM portal_app, portal_system;
REVOKE UPDATE ON funders_schedule, funders_instalment, funders_receipt FROM portal_app, portal_system;
GRANT UPDATE (version, changed_at, changed_by_id, state, invoice_reference, invoiced_at, invoiced_by_id)
    ON funders_instalment TO portal_app, portal_system;
GRANT UPDATE (reversed_at, reversed_by_id, reversed_because) ON funders_receipt TO portal_app, portal_system;
"""

HOST_WRITES = """
ALTER TABLE funders_{table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON funders_{table} FOR SELECT TO portal_app, portal_system USING (true);
CREATE POLICY host_insert ON funders_{table} FOR INSERT TO portal_app, portal_system
    WITH CHECK (host_id = ANY ((SELECT portal_orgs())::bigint[]) AND EXISTS (
        SELECT FROM funders_pooledfund f WHERE f.host_id = funders_{table}.host_id {of_fund}));
CREATE POLICY host_update ON funders_{table} FOR UPDATE TO portal_app, portal_system
    USING (host_id = ANY ((SELECT portal_orgs())::bigint[]));
"""
OF_FUND = "AND f.id = funders_{table}.fund_id"


def wall(table: str) -> str:
    of_fund = "" if table == "schedule" else OF_FUND.format(table=table)
    return HOST_WRITES.format(table=table, of_fund=of_fund)


class Migration(migrations.Migration):
    dependencies = [("funders", "0003_receipts"), ("funders", "0002_walls"), ("commissioning", "0003_walls")]
    operations = [
        migrations.RunSQL(LEDGER, migrations.RunSQL.noop),
        migrations.RunSQL(RECEIPTS, migrations.RunSQL.noop),
        *[
            migrations.RunSQL(wall(table), migrations.RunSQL.noop)
            for table in ("ledgertransaction", "ledgerline", "schedule", "instalment", "receipt")
        ],
    ]
