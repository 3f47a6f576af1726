"""Outlines of areas to count crimes in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crime", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Boundary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("ward", "Ward"), ("lsoa", "LSOA"), ("beat", "Beat"), ("force", "Force area")], max_length=5)),
                ("code", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=100)),
                ("shape", models.JSONField()),
                ("west", models.FloatField()),
                ("south", models.FloatField()),
                ("east", models.FloatField()),
                ("north", models.FloatField()),
                ("edition", models.CharField(max_length=60)),
                ("source", models.CharField(max_length=300)),
                ("loaded_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "code"), name="one_boundary_per_code")],
            },
        ),
    ]
