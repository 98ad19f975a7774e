"""Blind marking and quiet awards, kept by the database itself.

A mark is its evaluator's alone until the moderation of its lot has begun; from then on it stands still. A bidder reads the
agreed marks of its own bid once the award of the lot is approved, and nobody outside the tender reads an award before.
"""

from django.db import migrations

BEGUN = """
CREATE FUNCTION portal_person() RETURNS bigint LANGUAGE sql STABLE AS
    $$ SELECT NULLIF(current_setting('app.person_id', true), '')::bigint $$;
CREATE FUNCTION portal_moderation_begun(the_lot bigint) RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT EXISTS (SELECT FROM commissioning_lotmoderation m WHERE m.lot_id = the_lot) $$;
"""

SHEETS = """
ALTER TABLE commissioning_marksheet ENABLE ROW LEVEL SECURITY;
CREATE POLICY readers ON commissioning_marksheet FOR SELECT TO portal_app USING (
    evaluator_id = (SELECT portal_person()) OR (SELECT portal_is_auditor()) OR portal_reads_bids(tender_id));
CREATE POLICY own_new ON commissioning_marksheet FOR INSERT TO portal_app WITH CHECK (
    evaluator_id = (SELECT portal_person()) AND portal_reads_bids(tender_id) AND NOT portal_moderation_begun(lot_id));
CREATE POLICY own_change ON commissioning_marksheet FOR UPDATE TO portal_app
    USING (evaluator_id = (SELECT portal_person()) AND NOT portal_moderation_begun(lot_id));
CREATE POLICY system ON commissioning_marksheet FOR SELECT TO portal_system USING (portal_moderation_begun(lot_id));

ALTER TABLE commissioning_mark ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON commissioning_mark FOR SELECT TO portal_app USING (EXISTS (
    SELECT FROM commissioning_marksheet s WHERE s.id = sheet_id AND s.evaluator_id = (SELECT portal_person())));
CREATE POLICY panel ON commissioning_mark FOR SELECT TO portal_app, portal_system USING (EXISTS (
    SELECT FROM commissioning_marksheet s JOIN commissioning_lotmoderation m ON m.lot_id = s.lot_id
    WHERE s.id = sheet_id AND s.given_at IS NOT NULL));
CREATE POLICY own_new ON commissioning_mark FOR INSERT TO portal_app WITH CHECK (EXISTS (
    SELECT FROM commissioning_marksheet s WHERE s.id = sheet_id AND s.evaluator_id = (SELECT portal_person())
    AND NOT portal_moderation_begun(s.lot_id)));
CREATE POLICY own_change ON commissioning_mark FOR UPDATE TO portal_app USING (EXISTS (
    SELECT FROM commissioning_marksheet s WHERE s.id = sheet_id AND s.evaluator_id = (SELECT portal_person())
    AND NOT portal_moderation_begun(s.lot_id)));

ALTER TABLE commissioning_markchange ENABLE ROW LEVEL SECURITY;
CREATE POLICY as_the_mark ON commissioning_markchange TO portal_app, portal_system USING (EXISTS (
    SELECT FROM commissioning_mark m WHERE m.id = mark_id));
CREATE TRIGGER mark_change_append_only BEFORE UPDATE OR DELETE ON commissioning_markchange
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
REVOKE DELETE, TRUNCATE ON commissioning_marksheet, commissioning_mark FROM portal_app, portal_system;
REVOKE UPDATE, DELETE, TRUNCATE ON commissioning_markchange FROM portal_app, portal_system;
"""

MODERATION = """
ALTER TABLE commissioning_moderatedmark ENABLE ROW LEVEL SECURITY;
CREATE POLICY panel ON commissioning_moderatedmark TO portal_app USING ((SELECT portal_is_auditor()) OR portal_reads_bids(tender_id))
    WITH CHECK (portal_reads_bids(tender_id));
CREATE POLICY own_bid ON commissioning_moderatedmark FOR SELECT TO portal_app USING (EXISTS (
    SELECT FROM commissioning_lotoffer o JOIN commissioning_award a ON a.lot_id = o.lot_id
    WHERE o.id = commissioning_moderatedmark.offer_id AND o.organisation_id = ANY ((SELECT portal_orgs())::bigint[]) AND a.state = 'approved'));
CREATE POLICY system ON commissioning_moderatedmark FOR SELECT TO portal_system USING (true);

ALTER TABLE commissioning_award ENABLE ROW LEVEL SECURITY;
CREATE POLICY approved ON commissioning_award FOR SELECT TO portal_app USING (state = 'approved' OR (SELECT portal_is_auditor()));
CREATE POLICY panel ON commissioning_award TO portal_app USING (portal_reads_bids((
    SELECT l.tender_id FROM commissioning_lot l WHERE l.id = lot_id)));
CREATE POLICY system ON commissioning_award TO portal_system USING (true);

CREATE FUNCTION portal_lot_moderated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM commissioning_award a JOIN commissioning_lotoffer o ON o.lot_id = a.lot_id
            WHERE o.id = NEW.offer_id AND a.state = 'approved') THEN
        RAISE EXCEPTION 'portal_award: the marks of an awarded lot stand still' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER moderated_mark_until_award BEFORE INSERT OR UPDATE ON commissioning_moderatedmark
    FOR EACH ROW EXECUTE FUNCTION portal_lot_moderated();
CREATE FUNCTION portal_award_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'approved' THEN
        RAISE EXCEPTION 'portal_award: an approved award is never changed' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER award_final BEFORE UPDATE ON commissioning_award FOR EACH ROW EXECUTE FUNCTION portal_award_final();
CREATE TRIGGER confirmation_append_only BEFORE UPDATE OR DELETE ON commissioning_recordconfirmation
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
REVOKE DELETE, TRUNCATE ON commissioning_moderatedmark, commissioning_award, commissioning_lotmoderation
    FROM portal_app, portal_system;
REVOKE UPDATE, DELETE, TRUNCATE ON commissioning_recordconfirmation FROM portal_app, portal_system;
"""


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0004_bid_walls")]
    operations = [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (BEGUN, SHEETS, MODERATION)]
