"""The product's own role may renew the planner's statistics before all links are made: records of a
first load have none yet, and joining their events without them may take minutes (people.0005).
"""

from django.db import migrations

TABLES = """people_nominalrecord, crime_crime, crime_involvement, gangs_membership,
    network_association, graph_node, graph_edge"""


class Migration(migrations.Migration):
    dependencies = [("crime", "0001_initial"), ("network", "0001_links"), ("people", "0005_statistics")]
    operations = [
        migrations.RunSQL(
            f"GRANT MAINTAIN ON {TABLES} TO wmp_app", f"REVOKE MAINTAIN ON {TABLES} FROM wmp_app"
        )
    ]
