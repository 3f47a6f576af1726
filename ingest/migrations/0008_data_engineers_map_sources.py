"""Data engineers map new sources, too; one maps, another approves."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SLUG, PERMISSION = "data-engineer", "source.manage"
DESCRIPTION = "Keeps the feeds fresh, maps new ones from samples and decides on held deliveries"


def allow(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug=SLUG):
        role.permissions = [*(p for p in role.permissions if p != PERMISSION), PERMISSION]
        role.description = DESCRIPTION
        role.save(update_fields=["permissions", "description"])


def forbid(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug=SLUG):
        role.permissions = [p for p in role.permissions if p != PERMISSION]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("ingest", "0007_mapping_sources"), ("access", "0007_administration")]
    operations = [migrations.RunPython(allow, forbid)]
