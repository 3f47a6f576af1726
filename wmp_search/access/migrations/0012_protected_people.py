"""Who may unmask, restrict and break the glass at first; administrators change it afterwards."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GIVEN = {
    "officer": ["break_glass.use"],
    "supervisor": ["break_glass.use", "restriction.manage"],
    "analyst": ["break_glass.use", "restriction.manage", "person.view_masked"],
    "professional-standards": ["restriction.manage"],
    "disclosure": ["person.view_masked"],
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
    dependencies = [("access", "0011_openings"), ("oversight", "0003_roles")]
    operations = [migrations.RunPython(give, take)]
