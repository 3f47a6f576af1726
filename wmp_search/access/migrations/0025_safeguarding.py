"""Safeguarding officers see whom to protect from gangs on a page of their own (policing.md F2)."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SLUG, NEW = "safeguarding", "safeguarding.keep"


def add(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug=SLUG):
        role.permissions = sorted({*role.permissions, NEW})
        role.save(update_fields=["permissions"])


def remove(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug=SLUG):
        role.permissions = [p for p in role.permissions if p != NEW]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("access", "0024_briefings")]
    operations = [migrations.RunPython(add, remove)]
