"""Requests, pauses of their clock, what answers leave out, and naming staff."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OFFICER = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+",
           "to": settings.AUTH_USER_MODEL}
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    initial = True
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="SubjectRequest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("person_id", models.BigIntegerField()),
                ("reference", models.CharField(max_length=60)),
                ("received_on", models.DateField()),
                ("confirmed_on", models.DateField(null=True)),
                ("extended_reason", models.CharField(blank=True, max_length=500)),
                ("state", models.CharField(
                    choices=[("open", "Open"), ("answered", "Answered"), ("refused", "Refused")],
                    default="open", max_length=10)),
                ("opened_at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_reason", models.CharField(blank=True, max_length=500)),
                ("pack_sha256", models.CharField(blank=True, max_length=64)),
                ("opened_by", models.ForeignKey(**OFFICER)),
            ],
            options={"ordering": ["received_on", "pk"]},
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                ("id", ID.clone()),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("reason", models.CharField(max_length=500)),
                ("request", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="pauses",
                    to="rights.subjectrequest")),
            ],
            options={
                "ordering": ["since", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True),
                                           ("until__gte", models.F("since")), _connector="OR"),
                        name="a_pause_ends_later"),
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)), fields=("request",),
                        name="one_pause_at_a_time"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffRelease",
            fields=[
                ("id", ID.clone()),
                ("reason", models.CharField(max_length=500)),
                ("approval", models.CharField(max_length=60)),
                ("approved_at", models.DateTimeField(null=True)),
                ("approved_by", models.ForeignKey(null=True, **OFFICER)),
                ("asked_by", models.ForeignKey(**OFFICER)),
                ("request", models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE, related_name="staff_release",
                    to="rights.subjectrequest")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("asked_by")), _negated=True),
                            _connector="OR"),
                        name="two_people_release_names"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Withheld",
            fields=[
                ("id", ID.clone()),
                ("item", models.CharField(max_length=200)),
                ("ground", models.CharField(
                    choices=[
                        ("a", "(a) not to obstruct an official or legal inquiry or procedure"),
                        ("b", "(b) not to prejudice preventing, detecting or prosecuting offences"),
                        ("c", "(c) to protect public security"),
                        ("d", "(d) to protect national security"),
                        ("e", "(e) to protect the rights and freedoms of others"),
                    ],
                    max_length=1)),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("by", models.ForeignKey(**OFFICER)),
                ("request", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="withheld",
                    to="rights.subjectrequest")),
            ],
            options={
                "ordering": ["item"],
                "constraints": [
                    models.UniqueConstraint(fields=("request", "item"), name="withheld_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="withheld_with_a_reason"),
                ],
            },
        ),
    ]
