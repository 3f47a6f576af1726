"""Analysts say from which day crime is recorded otherwise."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GIVEN = {"analyst": ["trend.manage"]}


def give(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug__in=GIVEN):
        role.permissions = sorted({*role.permissions, *GIVEN[role.slug]})
        role.save(update_fields=["permissions"])


def take(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug__in=GIVEN):
        role.permissions = [p for p in role.permissions if p not in GIVEN[role.slug]]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("access", "0016_keeping_memberships")]
    operations = [migrations.RunPython(give, take)]
