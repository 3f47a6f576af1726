"""What was on the screen, kept once under its own hash, append-only like the events."""

from django.db import migrations

CREATE = """
CREATE TABLE audit_screen (
    hash bytea PRIMARY KEY,
    body bytea NOT NULL,
    first_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT audit_screen_is_what_it_says CHECK (hash = sha256(body))
);
DO $$
BEGIN
    ALTER TABLE audit_screen ALTER COLUMN body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'this PostgreSQL was built without lz4: screens are compressed with pglz';
END $$;
CREATE TRIGGER audit_screen_append_only BEFORE UPDATE OR DELETE ON audit_screen
    FOR EACH ROW EXECUTE FUNCTION audit_event_is_append_only();
CREATE TRIGGER audit_screen_no_truncate BEFORE TRUNCATE ON audit_screen
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only();
REVOKE ALL ON audit_screen FROM PUBLIC, wmp_app;
GRANT SELECT, INSERT ON audit_screen TO wmp_audit;
ALTER TABLE audit_event ADD COLUMN screen_hash bytea;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_index_by_action")]
    operations = [
        migrations.RunSQL(
            CREATE,
            "ALTER TABLE audit_event DROP COLUMN screen_hash; DROP TABLE audit_screen;",
            state_operations=[
                migrations.CreateModel(
                    name="Screen",
                    fields=[],
                    options={"managed": False, "db_table": "audit_screen"},
                ),
            ],
        ),
    ]
