from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("people", "0009_warnings_expire")]

    operations = [
        migrations.AddField(
            "nominalrecord", "author", models.CharField(blank=True, db_default="", max_length=120)
        ),
    ]
