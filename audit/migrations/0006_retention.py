"""Months made ahead of time; legal holds; signed statements of what expired."""

from django.db import migrations

CREATE = """
CREATE FUNCTION audit_make_months(ahead integer) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    month date := date_trunc('month', now() AT TIME ZONE 'UTC');
    part text;
    made text[] := '{}';
BEGIN
    FOR i IN 0..least(ahead, 120) LOOP
        part := 'audit_event_' || to_char(month, 'YYYY_MM');
        IF to_regclass('public.' || part) IS NULL THEN
            EXECUTE format('CREATE TABLE public.%I PARTITION OF public.audit_event '
                'FOR VALUES FROM (%L) TO (%L)', part,
                month::timestamp AT TIME ZONE 'UTC',
                (month + interval '1 month') AT TIME ZONE 'UTC');
            EXECUTE format('CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON public.%I '
                'FOR EACH STATEMENT EXECUTE FUNCTION public.audit_event_is_append_only()', part);
            EXECUTE format('REVOKE ALL ON public.%I FROM PUBLIC, wmp_app, wmp_audit', part);
            made := made || part;
        END IF;
        month := month + interval '1 month';
    END LOOP;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION audit_make_months(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_make_months(integer) TO wmp_audit;

CREATE TABLE audit_hold (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    kind varchar(20) NOT NULL,
    value varchar(200) NOT NULL,
    since timestamptz,
    until timestamptz,
    reason varchar(500) NOT NULL,
    officer varchar(150) NOT NULL,
    releases uuid UNIQUE REFERENCES audit_hold,
    CONSTRAINT audit_hold_kind CHECK (kind IN ('officer', 'subject', 'reference', 'period'))
);
CREATE TABLE audit_expiry (
    number bigint PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    statement text NOT NULL,
    signature bytea NOT NULL,
    places bytea NOT NULL
);
ALTER TABLE audit_expiry ALTER COLUMN places SET STORAGE EXTERNAL;
DO $$
DECLARE part text;
BEGIN
    FOREACH part IN ARRAY ARRAY['audit_hold', 'audit_expiry'] LOOP
        EXECUTE format('CREATE TRIGGER %1$s_append_only BEFORE UPDATE OR DELETE ON %1$s '
            'FOR EACH ROW EXECUTE FUNCTION audit_event_is_append_only()', part);
        EXECUTE format('CREATE TRIGGER %1$s_no_truncate BEFORE TRUNCATE ON %1$s '
            'FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only()', part);
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, wmp_app', part);
        EXECUTE format('GRANT SELECT, INSERT ON %s TO wmp_audit', part);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_seals")]
    operations = [
        migrations.RunSQL(
            CREATE,
            "DROP TABLE audit_expiry; DROP TABLE audit_hold; "
            "DROP FUNCTION audit_make_months(integer);",
            state_operations=[
                migrations.CreateModel(
                    name="Hold",
                    fields=[],
                    options={"managed": False, "db_table": "audit_hold", "ordering": ["at"]},
                ),
                migrations.CreateModel(
                    name="Expiry",
                    fields=[],
                    options={"managed": False, "db_table": "audit_expiry", "ordering": ["number"]},
                ),
            ],
        ),
    ]
