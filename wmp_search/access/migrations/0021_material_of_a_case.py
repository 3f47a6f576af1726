"""Disclosure officers list the material of a case, the sensitive list, too (CPIA, policing.md I10)."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SLUG, NEW = "disclosure", ["material.list", "material.list_sensitive"]


def add(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug=SLUG):
        role.permissions = sorted({*role.permissions, *NEW})
        role.save(update_fields=["permissions"])


def remove(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug=SLUG):
        role.permissions = [p for p in role.permissions if p not in NEW]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("access", "0020_data_scientists")]
    operations = [migrations.RunPython(add, remove)]
