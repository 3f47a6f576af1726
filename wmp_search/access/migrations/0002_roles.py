"""The roles that every force begins with. An administrator assigns them; nobody else is given any."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

OFFICER = ["person.search", "person.view", "crime.view", "gang.view"]

ROLES = [
    ("officer", "Officer", "Searches for people and sees people, crimes and gangs", OFFICER),
    (
        "supervisor",
        "Supervisor",
        "An officer who also sees what the officers of the own unit looked at and why",
        [*OFFICER, "audit.view_unit"],
    ),
    (
        "analyst",
        "Analyst",
        "An officer who also sees restricted systems, records as delivered and data quality",
        [*OFFICER, "person.view_restricted", "record.view_raw", "quality.view"],
    ),
    (
        "administrator",
        "Administrator",
        "Gives and withdraws roles; sees no people, crimes or gangs",
        ["role.manage"],
    ),
    (
        "auditor",
        "Auditor",
        "Sees the whole audit trail; sees no people, crimes or gangs",
        ["audit.view_all"],
    ),
    (
        "ethics",
        "Ethics panel",
        "Sees how loading and matching behave, as numbers only",
        ["quality.view"],
    ),
    (
        "disclosure",
        "Disclosure officer",
        "Sees everything held about a person, as delivered, to answer requests and courts",
        [*OFFICER, "person.view_restricted", "record.view_raw"],
    ),
]


def create(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    group_model, role_model = apps.get_model("auth", "Group"), apps.get_model("access", "Role")
    for slug, title, description, permissions in ROLES:
        group, _ = group_model.objects.get_or_create(name=f"role:{slug}")
        role_model.objects.update_or_create(
            group=group,
            defaults={
                "slug": slug,
                "title": title,
                "description": description,
                "permissions": permissions,
            },
        )


def remove(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    slugs = [slug for slug, *_ in ROLES]
    apps.get_model("access", "Role").objects.filter(slug__in=slugs).delete()
    apps.get_model("auth", "Group").objects.filter(
        name__in=[f"role:{slug}" for slug in slugs]
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(create, remove)]
