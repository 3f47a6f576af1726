"""Who searched for these words: found without reading every search of the year.

`UPPER` because that is how Django asks without regard to case; searches alone have words.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_retention")]
    operations = [
        # trusted since PostgreSQL 13: the owner of the database may add it
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm", migrations.RunSQL.noop),
        migrations.RunSQL(
            "CREATE INDEX audit_event_words ON audit_event "
            "USING gin (upper(query ->> 'text') gin_trgm_ops) "
            "WHERE action IN ('person.searched', 'crime.searched', 'gang.listed')",
            "DROP INDEX audit_event_words",
        ),
    ]
