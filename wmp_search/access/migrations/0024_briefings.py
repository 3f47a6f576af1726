"""Supervisors of the gangs unit hand a gang over in a briefing."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SLUG, NEW = "gangs-supervisor", "gang.brief"


def add(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug=SLUG):
        role.permissions = sorted({*role.permissions, NEW})
        role.save(update_fields=["permissions"])


def remove(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug=SLUG):
        role.permissions = [p for p in role.permissions if p != NEW]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("access", "0023_intelligence_analysts")]
    operations = [migrations.RunPython(add, remove)]
