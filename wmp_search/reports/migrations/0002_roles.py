"""Who may see, build, share and release reports at first; administrators change it afterwards."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BUILD = ["report.view", "report.build"]
GIVEN = {
    "officer": ["report.view"],
    "supervisor": [*BUILD, "report.share"],
    "analyst": [*BUILD, "report.share", "report.release"],
    "ethics": BUILD,
    "data-engineer": BUILD,
}


def give(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug__in=GIVEN):
        role.permissions = sorted({*role.permissions, *GIVEN[role.slug]})
        role.save(update_fields=["permissions"])


def take(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug__in=GIVEN):
        role.permissions = [p for p in role.permissions if p not in GIVEN[role.slug]]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_initial"),
        ("access", "0014_trainees"),
        ("ingest", "0008_data_engineers_map_sources"),
    ]
    operations = [migrations.RunPython(give, take)]
