"""Data engineers decide on held deliveries; they see counts, no people."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SLUG = "data-engineer"


def create(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    group_model, role_model = apps.get_model("auth", "Group"), apps.get_model("access", "Role")
    group, _ = group_model.objects.get_or_create(name=f"role:{SLUG}")
    role_model.objects.update_or_create(
        group=group,
        defaults={
            "slug": SLUG,
            "title": "Data engineer",
            "description": "Keeps the feeds fresh and decides on held deliveries; sees no people",
            "permissions": ["quality.view", "feed.manage"],
        },
    )


def remove(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("access", "Role").objects.filter(slug=SLUG).delete()
    apps.get_model("auth", "Group").objects.filter(name=f"role:{SLUG}").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("ingest", "0003_holding_and_freshness"),
        ("access", "0007_administration"),
    ]
    operations = [migrations.RunPython(create, remove)]
