import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0008_intelligence_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("warningmarker", "set_on", models.DateField(null=True)),
        migrations.AddField("warningmarker", "review_on", models.DateField(null=True)),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person_id", models.BigIntegerField()),
                ("records", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("code", models.CharField(max_length=8)),
                ("confirmed_on", models.DateField()),
                ("reference", models.CharField(max_length=80)),
                ("basis", models.CharField(max_length=500)),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                ("confirmed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["records"], name="confirmation_of_records")],
            },
        ),
    ]
