"""DuckDB's SQL of keys and comparisons in Spark's words; test_spark.py is what it finds."""

import pytest

from ingest.resolution import blocking, model
from ingest.resolution.spark_sql import translate

CASES = {
    "g[1]": "SUBSTRING(g, 1, 1)",
    "s[1:3]": "SUBSTRING(s, 1, 3)",
    "dob[6:]": "SUBSTRING(dob, 6)",
    "length(g_l) = 1": "LENGTH(g_l) = 1",
    "len(phones_l) = 0": "size(phones_l) = 0",
    "list_has_any(homes_l, homes_r)": "arrays_overlap(homes_l, homes_r)",
    "list_contains(aliases_l, gs_r)": "ARRAY_CONTAINS(aliases_l, gs_r)",
    "list_append(aliases, gs)": "array_append(aliases, gs)",
    "list_min(emails_l)": "ARRAY_MIN(emails_l)",
    "new_year(dob_l) and true": "(SUBSTRING(dob_l, 6) = '01-01') AND TRUE",
    "g is not null and not new_year(dob)": "NOT g IS NULL AND NOT (SUBSTRING(dob, 6) = '01-01')",
    "hamming(a, b)": "size(FILTER(SEQUENCE(1, LENGTH(a)), "
    "i -> SUBSTRING(a, i, 1) <> SUBSTRING(b, i, 1)))",
}


@pytest.mark.parametrize(("duckdb", "spark"), CASES.items())
def test_what_sqlglot_cannot_know_is_translated(duckdb: str, spark: str) -> None:
    assert translate(duckdb).casefold() == spark.casefold()


def test_no_macro_bracket_or_duckdb_function_is_left_in_any_key_or_comparison() -> None:
    written = [f"f({key.values})" for key in blocking.KEYS]
    written += [sql for key in blocking.KEYS for sql in (key.where, key.each) if sql]
    written += [
        level["sql_condition"]
        for comparison in model.load().splink["comparisons"]
        for level in comparison["comparison_levels"]
        if level["sql_condition"] != "ELSE"
    ]
    assert len(written) > 90
    for sql in written:
        found = translate(sql).casefold()
        for foreign in ("list_", "new_year", "skeleton", "swapped", "hamming", "[1", "&&"):
            assert foreign not in found, (sql, found)
