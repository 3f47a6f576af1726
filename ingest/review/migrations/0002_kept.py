"""Decisions are never deleted; analysts decide on matches."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GIVEN = {"analyst": "match.review"}
KEEP = """
CREATE FUNCTION review_decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a decision is undone, never deleted';
END $$;
CREATE TRIGGER review_decision_stays BEFORE DELETE OR TRUNCATE ON review_decision
    FOR EACH STATEMENT EXECUTE FUNCTION review_decision_stays();
"""
LET_GO = """
DROP TRIGGER review_decision_stays ON review_decision;
DROP FUNCTION review_decision_stays();
"""


def give(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug__in=GIVEN):
        role.permissions = sorted({*role.permissions, GIVEN[role.slug]})
        role.save(update_fields=["permissions"])


def take(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("access", "Role").objects.filter(slug__in=GIVEN):
        role.permissions = [p for p in role.permissions if p != GIVEN[role.slug]]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("review", "0001_initial"), ("access", "0012_protected_people")]
    operations = [
        migrations.RunSQL(KEEP, LET_GO),
        migrations.RunPython(give, take),
    ]
