"""Oversight belongs to the audit connection: the product's own role has no right on its tables."""

from django.db import migrations

GIVE = """
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE tablename LIKE 'oversight\\_%' LOOP
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, wmp_app', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO wmp_audit', name);
    END LOOP;
    FOR name IN SELECT unnest(ARRAY['oversight_seenevent', 'oversight_hrhash', 'oversight_shift',
                                    'oversight_canary', 'oversight_rulesetting']) LOOP
        EXECUTE format('GRANT DELETE ON %I TO wmp_audit', name);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_initial")]
    operations = [migrations.RunSQL(GIVE, migrations.RunSQL.noop)]
