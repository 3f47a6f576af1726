"""Intelligence analysts search intelligence; a purpose that withholds gangs withholds that, too."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SLUG, SEARCH, GANGS = "intelligence-analyst", "intelligence.search", "gang.view"
PERMISSIONS = [
    *("crime.view", GANGS, SEARCH, "network.analyse", "network.view"),
    *("person.search", "person.view", "person.watch"),
]


def create(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    group_model, role_model = apps.get_model("auth", "Group"), apps.get_model("access", "Role")
    group, _ = group_model.objects.get_or_create(name=f"role:{SLUG}")
    role_model.objects.update_or_create(
        group=group,
        defaults={
            "slug": SLUG,
            "title": "Intelligence analyst",
            "description": "Searches intelligence and sees networks, under a purpose each time",
            "permissions": PERMISSIONS,
        },
    )
    for version in apps.get_model("access", "PurposeVersion").objects.all():
        if GANGS in version.withholds:
            version.withholds = [*version.withholds, SEARCH]
            version.save(update_fields=["withholds"])


def remove(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for version in apps.get_model("access", "PurposeVersion").objects.all():
        if SEARCH in version.withholds:
            version.withholds = [held for held in version.withholds if held != SEARCH]
            version.save(update_fields=["withholds"])
    apps.get_model("access", "Role").objects.filter(slug=SLUG).delete()
    apps.get_model("auth", "Group").objects.filter(name=f"role:{SLUG}").delete()


class Migration(migrations.Migration):
    dependencies = [("access", "0022_breaches")]
    operations = [migrations.RunPython(create, remove)]
