"""Seals over batches of events, and where their signed headers were kept outside.

`tx`, the transaction that wrote a row, lets the sealer tell what was committed since the last seal
without a lock and without skipping a row that commits late.
"""

from django.db import migrations

CREATE = """
ALTER TABLE audit_event ADD COLUMN tx xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX audit_event_tx ON audit_event (tx);
CREATE TABLE audit_seal (
    number bigint PRIMARY KEY,
    header text NOT NULL,
    hash bytea NOT NULL UNIQUE,
    previous bytea NOT NULL UNIQUE,
    signature bytea NOT NULL,
    size integer NOT NULL,
    strays integer NOT NULL,
    until_at timestamptz NOT NULL,
    until_id uuid NOT NULL,
    sealed_at timestamptz NOT NULL,
    snapshot text NOT NULL,
    leaves bytea NOT NULL,
    CONSTRAINT audit_seal_is_what_it_says CHECK (hash = sha256(convert_to(header, 'UTF8'))),
    CONSTRAINT audit_seal_leaves CHECK (size > 0 AND octet_length(leaves) = size * 56)
);
ALTER TABLE audit_seal ALTER COLUMN leaves SET STORAGE EXTERNAL;
CREATE INDEX audit_seal_until ON audit_seal (until_at, until_id);
CREATE TABLE audit_checkpoint (
    seal bigint NOT NULL,
    place text NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (seal, place)
);
DO $$
DECLARE part text;
BEGIN
    FOREACH part IN ARRAY ARRAY['audit_seal', 'audit_checkpoint'] LOOP
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
    dependencies = [("audit", "0004_screens")]
    operations = [
        migrations.RunSQL(
            CREATE,
            "DROP TABLE audit_checkpoint; DROP TABLE audit_seal; "
            "ALTER TABLE audit_event DROP COLUMN tx;",
            state_operations=[
                migrations.CreateModel(
                    name="Seal",
                    fields=[],
                    options={"managed": False, "db_table": "audit_seal", "ordering": ["number"]},
                ),
            ],
        ),
    ]
