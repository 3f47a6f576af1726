"""Crimes by area: postcodes by their beginning, LSOAs by code and name, authorities."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crime", "0003_trends"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="crime",
            index=models.Index(
                fields=["postcode"], name="crime_postcode", opclasses=["text_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="crime",
            index=models.Index(fields=["lsoa"], name="crime_lsoa"),
        ),
        migrations.AddIndex(
            model_name="crime",
            index=models.Index(
                models.Func(
                    models.Func(models.F("lsoa_name"), function="upper"),
                    models.Value(" '’.,-()&/_"),
                    models.Value(""),
                    function="translate",
                    output_field=models.CharField(),
                ),
                name="crime_lsoa_key",
            ),
        ),
        migrations.AddIndex(
            model_name="crime",
            index=models.Index(
                models.Func(
                    models.Func(
                        models.Func(
                            models.F("lsoa_name"),
                            models.Value(" [^ ]*$"),
                            models.Value(""),
                            function="regexp_replace",
                        ),
                        function="upper",
                    ),
                    models.Value(" '’.,-()&/_"),
                    models.Value(""),
                    function="translate",
                    output_field=models.CharField(),
                ),
                name="crime_authority_key",
            ),
        ),
        # what an expression is like among the rows is known to the planner only then
        migrations.RunSQL("ANALYZE crime_crime", migrations.RunSQL.noop),
    ]
