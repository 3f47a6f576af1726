"""What is compared between two nodes, and in which levels (strongest first).

A field absent on either side is a null level: it counts neither for nor against. Address and
phone are one comparison, because a household shares both: scored apart they made the false links
of family members (matching.md section 3). All SQL here is DuckDB's.
"""

from typing import Any

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import SettingsCreator, block_on

GIVEN_EXACT, GIVEN_ONLY = "given name exact", "given name only"
SWAPPED_HALF = "given name of one is the surname of the other"
OTHER_FORM, PART = "another form or spelling", "a part of the name left out"
# a name met in another form is taken for no rarer than this: how many forms it has, few know
NOT_RARER = 5e-5
WITHIN_A_MONTH = "within a month"
CLOSE, ALIKE = 0.88, 0.85  # Jaro-Winkler similarities of a typing error, of two at once


def _level(sql: str, label: str) -> cll.CustomLevel:
    return cll.CustomLevel(sql, label)


def _null(sql: str) -> Any:
    return cll.CustomLevel(sql, "missing").configure(is_null_level=True)


def _close(column: str, limit: float = CLOSE) -> str:
    return f"jaro_winkler_similarity({column}_l, {column}_r) >= {limit}"


def _shared(column: str) -> str:
    return f"list_has_any({column}_l, {column}_r)"


def _part(one: str, other: str) -> str:
    """Whether `one` leaves a part of the other's name out: the honorific first name of Mohammed
    Imran Khan, or what follows Singh in Gurpreet Singh Sandhu.
    """
    called_by = f"s_{one} = s_{other} and honorific_{other} and g_{one} = m_{other}"
    without_family = f"s_{one} = m_{other} and ({_close('g')} or {_shared('formal')})"
    return f"({called_by} or {without_family})"


def _absent(*columns: str) -> str:
    sides = (" + ".join(f"len({c}_{side})" for c in columns) for side in "lr")
    return " or ".join(f"{lengths} = 0" for lengths in sides)


def _name() -> cl.CustomComparison:
    incomparable = (
        "(g_l is null or g_r is null) and (s_l is null or s_r is null) "
        "and not coalesce(g_l = s_r, false) and not coalesce(s_l = g_r, false)"
    )
    swapped = (
        f"(jaro_winkler_similarity(g_l, s_r) >= {CLOSE} "
        f"and jaro_winkler_similarity(s_l, g_r) >= {CLOSE})"
    )
    half_swapped = (
        "(g_l = s_r and (s_l is null or g_r is null)) "
        "or (s_l = g_r and (g_l is null or s_r is null))"
    )
    initial = (
        "s_l = s_r and (length(g_l) = 1 or length(g_r) = 1 or g_l is null or g_r is null) "
        "and coalesce(substr(g_l, 1, 1) = substr(g_r, 1, 1), true)"
    )
    return cl.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            _null(incomparable),
            cll.ExactMatchLevel("gs", term_frequency_adjustments=True),
            _level(
                "list_contains(aliases_l, gs_r) or list_contains(aliases_r, gs_l) "
                f"or {_shared('aliases')}",
                "known alias",
            ),
            _level(swapped, "given name and surname swapped"),
            _level(half_swapped, SWAPPED_HALF),
            _level(
                f"(s_l = s_r or {_shared('spellings')}) and (g_l = g_r or {_shared('formal')})",
                OTHER_FORM,
            ).configure(
                tf_adjustment_column="gs",
                tf_adjustment_weight=1.0,
                tf_minimum_u_value=NOT_RARER,
            ),
            _level(f"{_part('l', 'r')} or {_part('r', 'l')}", PART),
            _level(
                f"(s_l = s_r and {_close('g')}) or (g_l = g_r and {_close('s')})",
                "one exact, the other close",
            ),
            _level(f"{_close('g', ALIKE)} and {_close('s', ALIKE)}", "both close"),
            _level(initial, "surname and initial").configure(
                tf_adjustment_column="s", tf_adjustment_weight=1.0
            ),
            _level("g_l = g_r and (s_l is null or s_r is null)", GIVEN_ONLY).configure(
                tf_adjustment_column="g", tf_adjustment_weight=1.0
            ),
            _level("s_l = s_r", "surname exact").configure(
                tf_adjustment_column="s", tf_adjustment_weight=1.0
            ),
            _level("g_l = g_r", GIVEN_EXACT).configure(
                tf_adjustment_column="g", tf_adjustment_weight=1.0
            ),
            cll.ElseLevel(),
        ],
    )


def _birth() -> cl.CustomComparison:
    year, month, day = (
        f"substr(dob_l, {p}) = substr(dob_r, {p})" for p in ("1, 4", "6, 2", "9, 2")
    )
    apart = "abs(y0_l - y0_r)"
    return cl.CustomComparison(
        output_column_name="birth",
        comparison_levels=[
            cll.NullLevel("dob"),
            # 1 January stands for a year of which no day is known
            _level("dob_l = dob_r and not new_year(dob_l)", "exact"),
            _level(
                f"{year} and (day_month_swapped(dob_l, dob_r) or new_year(dob_l) "
                "or new_year(dob_r))",
                "day and month swapped, or 1 January",
            ),
            _level(
                "hamming(dob_l, dob_r) <= 1 "
                "or (hamming(dob_l, dob_r) = 2 and damerau_levenshtein(dob_l, dob_r) <= 1)",
                "one slip of the pen",
            ),
            _level("abs(datediff('day', dob_l::date, dob_r::date)) <= 31", WITHIN_A_MONTH),
            _level(f"{year} and ({month} or {day})", "same year and day or month"),
            _level(
                f"substr(dob_l, 6) = substr(dob_r, 6) and {apart} in (1, 10)",
                "year off by 1 or 10",
            ),
            _level(f"{apart} <= 1", "year close"),
            cll.ElseLevel(),
        ],
    )


def _year() -> cl.CustomComparison:
    """Where a side knows no day: a year, or an age as a range of years."""
    return cl.CustomComparison(
        output_column_name="year",
        comparison_levels=[
            _null(
                "y0_l is null or y0_r is null or (dob_l is not null and dob_r is not null)",
            ),
            _level("y0_l <= y1_r and y0_r <= y1_l", "years agree"),
            cll.ElseLevel(),
        ],
    )


def _place() -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name="place",
        comparison_levels=[
            _null(_absent("postcodes", "streets", "phones")),
            _level(f"{_shared('homes')} and {_shared('phones')}", "same address and phone"),
            _level(_shared("phones"), "same phone"),
            _level(_shared("homes"), "same address"),
            _level(_shared("postcodes"), "same postcode"),
            _level(_shared("streets"), "same street"),
            cll.ElseLevel(),
        ],
    )


def _town() -> cl.CustomComparison:
    """Counts only where nothing finer agrees; a small town tells more than Birmingham."""
    finer = " or ".join(_shared(c) for c in ("postcodes", "streets", "homes"))
    return cl.CustomComparison(
        output_column_name="town",
        comparison_levels=[
            _null(f"town_l is null or town_r is null or {finer}"),
            cll.ExactMatchLevel("town", term_frequency_adjustments=True),
            _level(f"{_shared('towns')} or {_close('town')}", "one of the towns, or close"),
            cll.ElseLevel(),
        ],
    )


def _list(column: str, name: str) -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name=name,
        comparison_levels=[
            _null(_absent(column)),
            _level(_shared(column), "match"),
            cll.ElseLevel(),
        ],
    )


def _email() -> cl.CustomComparison:
    """A typing error in an email is still telling; lists hold one or two."""
    return cl.CustomComparison(
        output_column_name="email",
        comparison_levels=[
            _null(_absent("emails")),
            _level(_shared("emails"), "match"),
            _level(
                f"jaro_winkler_similarity(list_min(emails_l), list_min(emails_r)) >= {CLOSE}",
                "close",
            ),
            cll.ElseLevel(),
        ],
    )


def _middle() -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name="middle",
        comparison_levels=[
            cll.NullLevel("m"),
            _level("m_l = m_r and length(m_l) > 1", "exact"),
            _level("substr(m_l, 1, 1) = substr(m_r, 1, 1)", "initial"),
            cll.ElseLevel(),
        ],
    )


def settings() -> SettingsCreator:
    """The model before training. Pairs are handed over, so that its blocking rules are unused."""
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            _name(),
            _birth(),
            _year(),
            _place(),
            _town(),
            _list("pncs", "pnc"),
            _list("cros", "cro"),
            _list("vehicles", "vehicle"),
            _list("other_ids", "other_id"),
            _email(),
            _middle(),
            cl.ExactMatch("sex"),
        ],
        blocking_rules_to_generate_predictions=[block_on("g", "s", "dob")],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
        max_iterations=15,
    )
