"""What is done to protect people whom gangs harm, kept apart from memberships and never changed."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE FUNCTION gangs_steps_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the next step says what is true since',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER never_changes BEFORE UPDATE OR DELETE ON gangs_safeguardingstep
    FOR EACH ROW EXECUTE FUNCTION gangs_steps_stay();
"""
NO_GUARD = """
DROP TRIGGER never_changes ON gangs_safeguardingstep;
DROP FUNCTION gangs_steps_stay();
"""
KINDS = [
    ("responsible", "Took responsibility"),
    ("referred", "Referred"),
    ("answered", "Got an answer"),
    ("no_referral", "Decided that no referral is needed"),
    ("reviewed", "Looked at it again"),
]
WHOM = [
    ("children", "Children's services (MASH)"),
    ("adults", "Adult social care"),
    ("hub", "Exploitation hub"),
    ("nrm", "National referral mechanism"),
    ("missing", "Missing people team, for a return interview"),
    ("other", "Somebody else, named below"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("gangs", "0003_versions_never_change"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="SafeguardingStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("records", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("kind", models.CharField(choices=KINDS, max_length=12)),
                ("whom", models.CharField(blank=True, choices=WHOM, max_length=10)),
                ("on", models.DateField()),
                ("words", models.CharField(max_length=500)),
                ("review_on", models.DateField()),
                ("at", models.DateTimeField()),
                ("officer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["referred", "answered"]), models.Q(("whom", ""), _negated=True)),
                            models.Q(models.Q(("kind__in", ["referred", "answered"]), _negated=True), ("whom", "")),
                            _connector="OR",
                        ),
                        name="steps_say_to_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("records__len__gt", 0),
                            ("review_on__gte", models.F("on")),
                            ("words__regex", "\\S"),
                        ),
                        name="steps_say_of_whom_what_and_until_when",
                    ),
                ],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["records"], name="steps_by_record"),
                ],
            },
        ),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
