"""Supervisors review their unit; professional standards see alerts and the whole trail."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SLUG = "professional-standards"


def create(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    group_model, role_model = apps.get_model("auth", "Group"), apps.get_model("access", "Role")
    group, _ = group_model.objects.get_or_create(name=f"role:{SLUG}")
    role_model.objects.update_or_create(
        group=group,
        defaults={
            "slug": SLUG,
            "title": "Professional standards",
            "description": "Investigates misuse: alerts, cases and the whole audit trail",
            "permissions": ["audit.view_all", "audit.export", "audit.hold", "misuse.view"],
        },
    )
    for role in role_model.objects.filter(slug="supervisor"):
        if "review.unit" not in role.permissions:
            role.permissions = [*role.permissions, "review.unit"]
            role.save(update_fields=["permissions"])


def remove(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("access", "Role").objects.filter(slug=SLUG).delete()
    apps.get_model("auth", "Group").objects.filter(name=f"role:{SLUG}").delete()


class Migration(migrations.Migration):
    dependencies = [("oversight", "0002_rights"), ("access", "0004_permissions_are_checked_in_code")]
    operations = [migrations.RunPython(create, remove)]
