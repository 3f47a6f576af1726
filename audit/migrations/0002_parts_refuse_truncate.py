"""A statement trigger is not passed on to partitions: TRUNCATE of one month was possible."""

from django.db import migrations

EACH = """
DO $$
DECLARE part regclass;
BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'audit_event'::regclass
    LOOP
        EXECUTE format('{statement}', part);
    END LOOP;
END $$;
"""
ADD = (
    "CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON %s "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only()"
)
DROP = "DROP TRIGGER audit_event_no_truncate ON %s"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_audit_event")]
    operations = [
        migrations.RunSQL(EACH.format(statement=ADD), EACH.format(statement=DROP)),
    ]
