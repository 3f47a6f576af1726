"""The product team reads feedback and figures, and sees no people, crimes or gangs."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SLUG = "product"


def create(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    group_model, role_model = apps.get_model("auth", "Group"), apps.get_model("access", "Role")
    group, _ = group_model.objects.get_or_create(name=f"role:{SLUG}")
    role_model.objects.update_or_create(
        group=group,
        defaults={
            "slug": SLUG,
            "title": "Product team",
            "description": "Reads feedback and answers it; sees no people, crimes or gangs",
            "permissions": ["feedback.answer"],
        },
    )


def remove(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("access", "Role").objects.filter(slug=SLUG).delete()
    apps.get_model("auth", "Group").objects.filter(name=f"role:{SLUG}").delete()


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial"), ("access", "0012_protected_people")]
    operations = [migrations.RunPython(create, remove)]
