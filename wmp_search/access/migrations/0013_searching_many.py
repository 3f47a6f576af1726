"""Who may search for many, watch, and certify at first; administrators change it afterwards."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GIVEN = {
    "officer": ["person.watch"],
    "supervisor": ["person.watch", "person.search_batch", "search.certify"],
    "analyst": ["person.watch", "person.search_batch"],
    "disclosure": ["person.search_batch", "search.certify"],
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
    dependencies = [("access", "0012_protected_people")]
    operations = [migrations.RunPython(give, take)]
