from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("panel", "0001_initial")]

    operations = [
        migrations.AddField("snapshot", "sample", models.BigIntegerField(null=True, unique=True)),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure", models.CharField(max_length=20)),
                ("about", models.CharField(max_length=80)),
                ("value", models.FloatField()),
                ("limit", models.FloatField()),
                ("model_version", models.CharField(max_length=40)),
                ("found_at", models.DateTimeField(auto_now_add=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=1000)),
                ("answered_by", models.CharField(blank=True, max_length=100)),
            ],
            options={
                "ordering": ["-found_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=["measure", "about"], name="one_notice_of_a_kind"),
                    models.CheckConstraint(
                        condition=models.Q(answered_at__isnull=True)
                        | ~models.Q(answer="") & ~models.Q(answered_by=""),
                        name="answered_by_somebody_with_words",
                    ),
                ],
            },
        ),
    ]
