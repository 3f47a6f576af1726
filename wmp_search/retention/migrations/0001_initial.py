"""Standings, reviews, disposals, and what was erased for good."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("people", "0006_sharing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Computed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Disposal",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waits for a second person"),
                            ("quarantined", "In quarantine"),
                            ("refused", "Refused"),
                            ("returned", "Brought back"),
                            ("erased", "Erased"),
                        ],
                        default="proposed",
                        max_length=12,
                    ),
                ),
                ("people", models.JSONField()),
                ("reason", models.CharField(max_length=500)),
                ("counts", models.JSONField(default=dict)),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_reason", models.CharField(blank=True, max_length=500)),
                ("erase_after", models.DateField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("report", models.JSONField(default=dict)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-proposed_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="two_people_dispose",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["quarantined", "erased"]), _negated=True),
                            ("decided_by__isnull", False),
                            _connector="OR",
                        ),
                        name="nothing_goes_undecided",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Erased",
            fields=[
                ("record_id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "people",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "disposal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="retention.disposal",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_id", models.BigIntegerField(db_index=True)),
                ("group", models.SmallIntegerField()),
                ("rule", models.CharField(max_length=40)),
                ("due_on", models.DateField()),
                ("answers", models.JSONField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[("keep", "Keep"), ("dispose", "Dispose")], max_length=8
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("decided_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["-decided_at"]},
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="retention",
                        serialize=False,
                        to="people.person",
                    ),
                ),
                ("group", models.SmallIntegerField()),
                ("rule", models.CharField(max_length=40)),
                ("clear_from", models.DateField()),
                ("reviewed_on", models.DateField(null=True)),
                ("review_on", models.DateField()),
                ("keep_until", models.DateField(null=True)),
                ("computed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["review_on", "person"], name="reviews_by_day")
                ],
            },
        ),
    ]
