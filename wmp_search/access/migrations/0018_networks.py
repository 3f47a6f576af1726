"""Supervisors, analysts and the gangs unit see networks; analysts see positions in them."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NEW = {
    "supervisor": ["network.view", "network.curate"],
    "analyst": ["network.view", "network.analyse", "network.curate"],
    "gangs-officer": ["network.view"],
    "gangs-supervisor": ["network.view", "network.curate"],
}


def add(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug__in=NEW):
        role.permissions = sorted({*role.permissions, *NEW[role.slug]})
        role.save(update_fields=["permissions"])


def remove(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug__in=NEW):
        role.permissions = [p for p in role.permissions if p not in NEW[role.slug]]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("access", "0017_analysts_declare_breaks")]
    operations = [migrations.RunPython(add, remove)]
