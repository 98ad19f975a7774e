"""A provider's drafts are its own; the commissioner of the contract reads what was certified; versions are append-only.

The figures and words that are being worked on (lines and parts) are shown to the provider alone, in every state: others
read versions.
"""

from django.db import migrations

ORGS = "(SELECT portal_orgs())::bigint[]"
SENT = "('submitted', 'queried', 'accepted', 'frozen', 'frozen_unaccepted')"

# Who has reported is told to every partner, by contract; what was reported is not.
STANDING = """
CREATE FUNCTION portal_return_standing(the_period bigint) RETURNS TABLE (contract_id bigint, standing text, submitted_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT r.contract_id,
        CASE WHEN r.state IN ('accepted', 'frozen') THEN 'accepted' WHEN r.first_submitted_at IS NULL THEN 'missing' ELSE 'received' END,
        r.first_submitted_at
    FROM providers_outcomereturn r WHERE r.period_id = the_period
$$;
REVOKE EXECUTE ON FUNCTION portal_return_standing(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal_return_standing(bigint) TO portal_app, portal_system;
"""

WALLS = f"""
REVOKE UPDATE, DELETE, TRUNCATE ON providers_returnversion FROM portal_app, portal_system;
CREATE TRIGGER return_version_append_only BEFORE UPDATE OR DELETE ON providers_returnversion
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();

ALTER TABLE providers_outcomereturn ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON providers_outcomereturn TO portal_app USING (provider_id = ANY ({ORGS}));
CREATE POLICY sent_read ON providers_outcomereturn FOR SELECT TO portal_app
    USING (commissioner_id = ANY ({ORGS}) AND state IN {SENT});
CREATE POLICY sent_review ON providers_outcomereturn FOR UPDATE TO portal_app
    USING (commissioner_id = ANY ({ORGS}) AND state IN {SENT}) WITH CHECK (commissioner_id = ANY ({ORGS}) AND state IN {SENT});
CREATE POLICY system ON providers_outcomereturn TO portal_system USING (true);

ALTER TABLE providers_returnline ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON providers_returnline TO portal_app USING (provider_id = ANY ({ORGS}));
CREATE POLICY system ON providers_returnline TO portal_system USING (true);

ALTER TABLE providers_returnpart ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON providers_returnpart TO portal_app USING (provider_id = ANY ({ORGS}));
CREATE POLICY system ON providers_returnpart TO portal_system USING (true);

ALTER TABLE providers_returnversion ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON providers_returnversion TO portal_app USING (provider_id = ANY ({ORGS}));
CREATE POLICY commissioner ON providers_returnversion FOR SELECT TO portal_app USING (commissioner_id = ANY ({ORGS}));
CREATE POLICY system ON providers_returnversion TO portal_system USING (true);

ALTER TABLE providers_returnquery ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON providers_returnquery TO portal_app USING (provider_id = ANY ({ORGS}));
CREATE POLICY commissioner ON providers_returnquery TO portal_app USING (commissioner_id = ANY ({ORGS}));
CREATE POLICY system ON providers_returnquery TO portal_system USING (true);
"""


class Migration(migrations.Migration):
    dependencies = [("providers", "0001_models"), ("funders", "0002_walls"), ("commissioning", "0003_walls")]
    operations = [migrations.RunSQL(WALLS, migrations.RunSQL.noop), migrations.RunSQL(STANDING, migrations.RunSQL.noop)]
