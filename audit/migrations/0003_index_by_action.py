"""Rare actions (a role granted, a refusal) are found without reading every search of the months."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_parts_refuse_truncate")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX audit_event_action ON audit_event (action, at DESC)",
            "DROP INDEX audit_event_action",
        ),
    ]
