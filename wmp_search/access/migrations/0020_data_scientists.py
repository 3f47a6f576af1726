"""Data scientists ask for pseudonymised extracts; records managers decide on them."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SLUG = "data-scientist"
APPROVER, APPROVE = "records-manager", "extract.approve"


def create(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    group_model, role_model = apps.get_model("auth", "Group"), apps.get_model("access", "Role")
    group, _ = group_model.objects.get_or_create(name=f"role:{SLUG}")
    role_model.objects.update_or_create(
        group=group,
        defaults={
            "slug": SLUG,
            "title": "Data scientist",
            "description": "Works with pseudonymised extracts that another person approved",
            "permissions": ["extract.ask"],
        },
    )
    for role in role_model.objects.filter(slug=APPROVER):
        role.permissions = sorted({*role.permissions, APPROVE})
        role.save(update_fields=["permissions"])


def remove(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    role_model = apps.get_model("access", "Role")
    for role in role_model.objects.filter(slug=APPROVER):
        role.permissions = [p for p in role.permissions if p != APPROVE]
        role.save(update_fields=["permissions"])
    role_model.objects.filter(slug=SLUG).delete()
    apps.get_model("auth", "Group").objects.filter(name=f"role:{SLUG}").delete()


class Migration(migrations.Migration):
    dependencies = [("access", "0019_records_managers")]
    operations = [migrations.RunPython(create, remove)]
