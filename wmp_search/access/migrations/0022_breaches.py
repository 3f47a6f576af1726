"""Disclosure officers and professional standards keep the record of breaches (policing.md I9)."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SLUGS, NEW = ("disclosure", "professional-standards"), "breach.manage"


def add(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug__in=SLUGS):
        role.permissions = sorted({*role.permissions, NEW})
        role.save(update_fields=["permissions"])


def remove(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug__in=SLUGS):
        role.permissions = [p for p in role.permissions if p != NEW]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("access", "0021_material_of_a_case")]
    operations = [migrations.RunPython(add, remove)]
