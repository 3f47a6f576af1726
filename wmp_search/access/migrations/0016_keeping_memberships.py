"""The gangs unit, its supervisors and safeguarding; what ethics and disclosure see of their work."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

OFFICER = [
    *("person.search", "person.view", "person.watch", "crime.view", "gang.view"),
    "break_glass.use",
]
ROLES = [
    (
        "gangs-officer",
        "Gangs officer",
        "An officer who proposes, reviews and ends gang memberships; authorises none",
        [*OFFICER, "gang.keep", "gang.view_harmed", "person.view_restricted"],
    ),
    (
        "gangs-supervisor",
        "Gangs supervisor",
        "Decides on the memberships that the unit's officers propose; answers for their review",
        [
            *OFFICER,
            *("gang.keep", "gang.authorise", "gang.govern", "gang.view_harmed"),
            "person.view_restricted",
        ],
    ),
    (
        "safeguarding",
        "Safeguarding officer",
        "An officer who sees whom gangs exploit or put at risk, to protect them",
        [*OFFICER, "gang.view_harmed", "person.view_restricted"],
    ),
]
GIVEN = {
    "ethics": ["gang.govern"],
    "disclosure": ["gang.history", "gang.view_harmed"],
}


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
    for role in role_model.objects.filter(slug__in=GIVEN):
        role.permissions = sorted({*role.permissions, *GIVEN[role.slug]})
        role.save(update_fields=["permissions"])


def remove(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    slugs = [slug for slug, *_ in ROLES]
    group_model, role_model = apps.get_model("auth", "Group"), apps.get_model("access", "Role")
    role_model.objects.filter(slug__in=slugs).delete()
    group_model.objects.filter(name__in=[f"role:{slug}" for slug in slugs]).delete()
    for role in role_model.objects.filter(slug__in=GIVEN):
        role.permissions = [p for p in role.permissions if p not in GIVEN[role.slug]]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("access", "0015_exact_places")]
    operations = [migrations.RunPython(create, remove)]
