"""Breaks in recording, populations, own areas; indexes by when a crime began and was recorded."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crime", "0002_boundary"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RecordingBreak",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_on", models.DateField()),
                ("systems", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ("categories", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                ("text", models.CharField(max_length=300)),
                ("added_at", models.DateTimeField(auto_now_add=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("added_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={"db_table": "crime_break", "ordering": ["-from_on", "-pk"]},
        ),
        migrations.CreateModel(
            name="Population",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("area", models.CharField(max_length=60)),
                ("year", models.SmallIntegerField()),
                ("people", models.IntegerField()),
                ("source", models.CharField(max_length=200)),
                ("loaded_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("area", "year"), name="one_population_per_year"),
                    models.CheckConstraint(condition=models.Q(("people__gte", 0)), name="people_are_counted"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnArea",
            fields=[
                ("officer", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="+", serialize=False, to=settings.AUTH_USER_MODEL)),
                ("area", models.CharField(max_length=200)),
                ("chosen_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.AddIndex(
            model_name="crime",
            index=models.Index(fields=["occurred_from"], name="crime_occurred"),
        ),
        migrations.AddIndex(
            model_name="crime",
            index=models.Index(django.db.models.functions.comparison.Coalesce("reported_on", "month"), name="crime_recorded"),
        ),
        migrations.AddIndex(
            model_name="outcome",
            index=models.Index(fields=["outcome_on"], name="outcome_on"),
        ),
    ]
