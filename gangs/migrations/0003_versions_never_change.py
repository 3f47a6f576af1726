"""A version is superseded, never changed and never deleted; nothing lasts beyond six months.

The six months stand here and in gangs/criteria.toml: the file may ask for less, never for more.
"""

from django.db import migrations

SIX_MONTHS = """
ALTER TABLE gangs_keptmembership
    ADD CONSTRAINT memberships_last_six_months
        CHECK (expires_on <= authorised_on + interval '6 months'),
    ADD CONSTRAINT memberships_known_in_order
        CHECK (superseded_at IS NULL OR superseded_at >= recorded_at);
"""
NO_SIX_MONTHS = """
ALTER TABLE gangs_keptmembership
    DROP CONSTRAINT memberships_last_six_months,
    DROP CONSTRAINT memberships_known_in_order;
"""
# what an UPDATE may change: `superseded_at`, once
GUARD = """
CREATE FUNCTION gangs_only_supersede() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL AND NEW.superseded_at IS NOT NULL
        AND to_jsonb(OLD) - 'superseded_at' = to_jsonb(NEW) - 'superseded_at'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of % is refused: a version is superseded by the next one',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION gangs_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: evidence of a version stays as it was',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER only_supersede BEFORE UPDATE OR DELETE ON gangs_keptmembership
    FOR EACH ROW EXECUTE FUNCTION gangs_only_supersede();
CREATE TRIGGER only_supersede BEFORE UPDATE OR DELETE ON gangs_gangrelation
    FOR EACH ROW EXECUTE FUNCTION gangs_only_supersede();
CREATE TRIGGER never_changes BEFORE UPDATE OR DELETE ON gangs_membershipevidence
    FOR EACH ROW EXECUTE FUNCTION gangs_never_changes();
"""
NO_GUARD = """
DROP TRIGGER only_supersede ON gangs_keptmembership;
DROP TRIGGER only_supersede ON gangs_gangrelation;
DROP TRIGGER never_changes ON gangs_membershipevidence;
DROP FUNCTION gangs_only_supersede();
DROP FUNCTION gangs_never_changes();
"""


class Migration(migrations.Migration):
    dependencies = [("gangs", "0002_kept_memberships")]
    operations = [
        migrations.RunSQL(SIX_MONTHS, NO_SIX_MONTHS),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
