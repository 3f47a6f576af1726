"""Searches of intelligence have words, too: who searched for these finds them by the same index."""

from django.db import migrations

DROP = "DROP INDEX audit_event_words"
CREATE = (
    "CREATE INDEX audit_event_words ON audit_event "
    "USING gin (upper(query ->> 'text') gin_trgm_ops) "
)
BEFORE = f"{CREATE}WHERE action IN ('person.searched', 'crime.searched', 'gang.listed')"
NOW = (
    f"{CREATE}WHERE action IN ('person.searched', 'crime.searched', 'gang.listed', "
    "'intelligence.searched')"
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0007_search_words")]
    operations = [migrations.RunSQL([DROP, NOW], [DROP, BEFORE])]
