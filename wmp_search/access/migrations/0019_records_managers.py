"""Records managers review what is kept; two of them together dispose of it (policing.md E2, E5)."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SLUG = "records-manager"
PERMISSIONS = [
    *("crime.view", "gang.view", "person.search", "person.view", "person.view_restricted"),
    "retention.manage",
]


def create(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    group_model, role_model = apps.get_model("auth", "Group"), apps.get_model("access", "Role")
    group, _ = group_model.objects.get_or_create(name=f"role:{SLUG}")
    role_model.objects.update_or_create(
        group=group,
        defaults={
            "slug": SLUG,
            "title": "Records manager",
            "description": "Reviews what is kept and, with another records manager, disposes of it",
            "permissions": PERMISSIONS,
        },
    )


def remove(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("access", "Role").objects.filter(slug=SLUG).delete()
    apps.get_model("auth", "Group").objects.filter(name=f"role:{SLUG}").delete()


class Migration(migrations.Migration):
    dependencies = [("access", "0018_networks")]
    operations = [migrations.RunPython(create, remove)]
