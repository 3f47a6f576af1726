"""Words and places of intelligence whose text may be shown; of text with conditions nothing is here.

The condition is `people.intelligence.OPEN_TEXT`, which the search repeats.
"""

from django.db import migrations

OPEN = r"""(
    deleted_at IS NULL
    AND (grade <> '' OR starts_with(lower(btrim(event_kind)), 'intelligence'))
    AND NOT CASE grade_scheme
        WHEN '3x5x2' THEN substr(upper(regexp_replace(grade, '\W', '', 'g')), 3, 1) = 'C'
        WHEN '5x5x5' THEN substr(upper(regexp_replace(grade, '\W', '', 'g')), 3, 1) = '5'
        ELSE substr(upper(regexp_replace(grade, '\W', '', 'g')), 3, 1) IN ('C', '5') END
    AND NOT handling ~* '^\W*((handling|code)\W+)*(c|a[1-3]|s[12])\y|\ywith conditions\y')"""


class Migration(migrations.Migration):
    dependencies = [("people", "0007_contested")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX people_intelligence_words ON people_nominalrecord"
            " USING gin (to_tsvector('english', event_summary || ' ' || note))"
            f" WHERE {OPEN}",
            "DROP INDEX people_intelligence_words",
        ),
        migrations.RunSQL(
            "CREATE INDEX people_intelligence_places ON people_nominalrecord"
            """ USING gin (jsonb_to_tsvector('simple', addresses, '["string"]'))"""
            f" WHERE {OPEN}",
            "DROP INDEX people_intelligence_places",
        ),
    ]
