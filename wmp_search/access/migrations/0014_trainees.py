"""Trainees practise on made-up people and see nobody else."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SLUG = "trainee"
PERMISSIONS = [
    *("crime.view", "person.search", "person.view", "person.watch", "practice.only"),
]


def create(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    group_model, role_model = apps.get_model("auth", "Group"), apps.get_model("access", "Role")
    group, _ = group_model.objects.get_or_create(name=f"role:{SLUG}")
    role_model.objects.update_or_create(
        group=group,
        defaults={
            "slug": SLUG,
            "title": "Trainee",
            "description": "Practises on made-up people and sees nobody else",
            "permissions": PERMISSIONS,
        },
    )


def remove(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("access", "Role").objects.filter(slug=SLUG).delete()
    apps.get_model("auth", "Group").objects.filter(name=f"role:{SLUG}").delete()


class Migration(migrations.Migration):
    dependencies = [("access", "0013_searching_many")]
    operations = [migrations.RunPython(create, remove)]
