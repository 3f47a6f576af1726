"""The audit table: partitioned by month, append-only for everybody, closed to the app's role."""

import django.contrib.postgres.fields
from django.db import migrations, models

CREATE = """
CREATE TABLE audit_event (
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    action varchar(40) NOT NULL,
    operation_id uuid NOT NULL,
    officer_id bigint,
    officer varchar(150) NOT NULL,
    unit_id bigint,
    roles varchar(40)[] NOT NULL,
    purpose_code varchar(20) NOT NULL,
    purpose_reference varchar(200) NOT NULL,
    ip inet,
    device varchar(200) NOT NULL,
    session varchar(16) NOT NULL,
    subject_kind varchar(20) NOT NULL,
    subject_ids varchar(40)[] NOT NULL,
    query jsonb NOT NULL,
    shown jsonb NOT NULL,
    result_count integer,
    detail jsonb NOT NULL,
    content_hash bytea NOT NULL,
    PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE INDEX audit_event_officer ON audit_event (officer_id, at DESC);
CREATE INDEX audit_event_unit ON audit_event (unit_id, at DESC);
CREATE INDEX audit_event_operation ON audit_event (operation_id);
CREATE INDEX audit_event_subjects ON audit_event USING gin (subject_ids);

DO $$
DECLARE month date := '2026-01-01';
BEGIN
    WHILE month < '2032-01-01' LOOP
        EXECUTE format(
            'CREATE TABLE audit_event_%s PARTITION OF audit_event FOR VALUES FROM (%L) TO (%L)',
            to_char(month, 'YYYY_MM'), month, month + interval '1 month');
        month := month + interval '1 month';
    END LOOP;
END $$;
CREATE TABLE audit_event_other PARTITION OF audit_event DEFAULT;

CREATE FUNCTION audit_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only: % refused', TG_OP;
END $$;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_event_is_append_only();
CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only();

DO $$
DECLARE part regclass;
BEGIN
    REVOKE ALL ON audit_event FROM PUBLIC, wmp_app;
    GRANT SELECT, INSERT ON audit_event TO wmp_audit;
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'audit_event'::regclass
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, wmp_app, wmp_audit', part);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.RunSQL(
            CREATE,
            "DROP TABLE audit_event; DROP FUNCTION audit_event_is_append_only();",
            state_operations=[
                migrations.CreateModel(
                    name="Event",
                    fields=[],
                    options={"managed": False, "db_table": "audit_event", "ordering": ["-at"]},
                ),
            ],
        ),
    ]
