"""Snapshots, which stay as they are."""

from django.db import migrations, models

STAYS = """
CREATE FUNCTION panel_snapshot_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a snapshot is never changed and never deleted';
END $$;
CREATE TRIGGER panel_snapshot_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON panel_snapshot
FOR EACH STATEMENT EXECUTE FUNCTION panel_snapshot_stays();
"""
GOES = """
DROP TRIGGER panel_snapshot_stays ON panel_snapshot;
DROP FUNCTION panel_snapshot_stays();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("model_version", models.CharField(max_length=40)),
                ("people", models.IntegerField()),
                ("seed", models.BigIntegerField()),
                ("figures", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
            ],
            options={"ordering": ["-at", "-pk"]},
        ),
        migrations.RunSQL(STAYS, GOES),
    ]
