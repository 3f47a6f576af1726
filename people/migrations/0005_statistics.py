"""The product's own role may renew the planner's statistics after it has written everybody anew.

MAINTAIN (PostgreSQL 17) gives no right to read or write more than the role has.
"""

from django.db import migrations

TABLES = """people_person, people_link, people_name, people_birthdate, people_identifier,
    people_address, people_warningmarker, search_outboxentry"""


class Migration(migrations.Migration):
    dependencies = [("people", "0004_birth_date_index"), ("search", "0001_initial")]
    operations = [
        migrations.RunSQL(
            f"GRANT MAINTAIN ON {TABLES} TO wmp_app", f"REVOKE MAINTAIN ON {TABLES} FROM wmp_app"
        )
    ]
