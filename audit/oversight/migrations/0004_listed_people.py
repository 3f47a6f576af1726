"""Canaries become one of several lists of people; subjects know intelligence and closed cases;
a bundle of a case names its recipient.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

MOVE = """
INSERT INTO oversight_listedperson (person_id, why, note, set_by, set_at)
SELECT person_id, 'canary', note, set_by, set_at FROM oversight_canary;
REVOKE ALL ON oversight_listedperson FROM PUBLIC, wmp_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON oversight_listedperson TO wmp_audit;
"""
BACK = """
INSERT INTO oversight_canary (person_id, note, set_by, set_at)
SELECT DISTINCT ON (person_id) person_id, note, set_by, set_at
FROM oversight_listedperson WHERE why = 'canary';
REVOKE ALL ON oversight_canary FROM PUBLIC, wmp_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON oversight_canary TO wmp_audit;
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0003_roles")]
    operations = [
        migrations.CreateModel(
            name="ListedPerson",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_id", models.CharField(max_length=40)),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("canary", "Canary: a made-up person"),
                            ("figure", "In the public eye"),
                            ("contact", "Complained of contact by an officer"),
                        ],
                        max_length=10,
                    ),
                ),
                ("contact_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("set_by", models.BigIntegerField()),
                ("set_at", models.DateTimeField()),
            ],
            options={"ordering": ["-set_at", "-pk"]},
        ),
        migrations.AddConstraint(
            model_name="listedperson",
            constraint=models.UniqueConstraint(
                fields=("person_id", "why", "contact_at"),
                name="a_person_once_per_list",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="listedperson",
            constraint=models.CheckConstraint(
                condition=models.Q(("contact_at__isnull", False), ("why", "contact"))
                | models.Q(models.Q(("why", "contact"), _negated=True), ("contact_at__isnull", True)),
                name="only_a_complaint_has_a_contact",
            ),
        ),
        migrations.RunSQL(MOVE, BACK),
        migrations.DeleteModel("Canary"),
        migrations.AddField("subject", "in_intelligence", models.BooleanField(default=False)),
        migrations.AddField(
            "subject",
            "ended_on",
            django.contrib.postgres.fields.ArrayField(
                models.DateField(null=True), default=list, size=None
            ),
        ),
        migrations.AddField(
            "caseexport",
            "recipient",
            models.CharField(blank=True, default="", max_length=100),
            preserve_default=False,
        ),
        migrations.AddField(
            "caseexport",
            "organisation",
            models.CharField(blank=True, default="", max_length=100),
            preserve_default=False,
        ),
        migrations.AlterField(
            "hrhash",
            "relation",
            models.CharField(
                choices=[
                    ("self", "the officer"),
                    ("household", "the officer's household or family"),
                    ("associate", "a notifiable association that the officer declared"),
                ],
                max_length=10,
            ),
        ),
    ]
