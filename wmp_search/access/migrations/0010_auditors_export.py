"""Auditors take extracts of the trail and keep events beyond their time."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PERMISSIONS = ["audit.export", "audit.hold"]


def give(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug="auditor"):
        role.permissions = [*role.permissions, *(set(PERMISSIONS) - set(role.permissions))]
        role.save(update_fields=["permissions"])


def take(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug="auditor"):
        role.permissions = [p for p in role.permissions if p not in PERMISSIONS]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("access", "0009_sign_in_by_provider")]
    operations = [migrations.RunPython(give, take)]
