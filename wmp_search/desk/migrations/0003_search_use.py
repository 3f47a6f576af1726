from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("desk", "0002_product_role")]

    operations = [
        migrations.CreateModel(
            name="SearchUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("purpose", models.CharField(max_length=20)),
                ("tradition", models.CharField(max_length=40)),
                ("searches", models.IntegerField()),
                ("nobody", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["month", "purpose", "tradition"], name="one_count_of_use"),
                ],
            },
        ),
    ]
