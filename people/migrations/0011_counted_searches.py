from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("people", "0010_author")]

    operations = [
        migrations.AddField(
            "searchrequest", "counted", models.BooleanField(db_default=False, default=False)
        ),
    ]
