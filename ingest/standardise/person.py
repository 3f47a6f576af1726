"""A person stream's rows as `people_nominalrecord` columns."""

import polars as pl

from ingest.fields import NAME_LISTS
from ingest.spec import Source, Stream
from ingest.standardise import dates, names
from ingest.standardise.literals import json_list
from ingest.standardise.parsers import parser_of

_TEXTS = (
    "sex", "pnc_id", "cro", "ethnicity_self", "ethnicity_observed", "event_ref", "event_summary",
    "author", "grade", "grade_scheme", "handling", "note",
)  # fmt: skip
_ARRAYS = ("phones", "emails", "vehicles", "other_ids")


def columns(stream: Stream, source: Source, parsed: list[str]) -> dict[str, pl.Expr]:
    """Column → expression over the parsed fields (`pl.col(field)`); arrays are still lists."""
    have = set(parsed)
    text = {c: _text(c, have) for c in _TEXTS}
    arrays = {c: _list(c, have) for c in _ARRAYS}
    return {
        **_name_columns(stream, have),
        "names": _other_names(have),
        **_born(stream, have),
        **text,
        **arrays,
        "markers": _markers(stream, have),
        "event_on": _date("event_on", have),
        "recorded_on": _date("recorded_on", have),
        "role": pl.col("role") if "role" in have else pl.lit(stream.role or "unclassified"),
        "event_kind": pl.lit(stream.event_kind),
        "tier": pl.lit(source.tier_number),
    }


def _name_columns(stream: Stream, have: set[str]) -> dict[str, pl.Expr]:
    """title, given_names, surname; the parts win over the full name."""
    nothing = pl.lit(None, dtype=pl.String)
    given, surname, title = nothing, nothing, nothing
    if "full_name" in have:
        given, surname = names.split_full(pl.col("full_name"), parser_of(stream, "full_name"))
        bare = pl.col("full_name").str.replace(r"^[^,]*,\s*", "")
        title = names.title_of(bare)
    if "given_names" in have:
        own = pl.col("given_names")
        title = pl.coalesce(names.title_of(own), title)
        given = pl.coalesce(names.without_title(own), given)
    if "surname" in have:
        surname = pl.coalesce(pl.col("surname"), surname)
    if "title" in have:
        title = pl.coalesce(pl.col("title").str.to_titlecase().str.strip_chars("."), title)
    a_n_other = (surname.str.to_uppercase() == "OTHER") & given.str.to_uppercase().str.contains(
        r"^A\.?\s?N\.?$"
    )
    real = ~a_n_other.fill_null(value=False)
    return {
        "title": title.fill_null(""),
        "given_names": pl.when(real).then(given).fill_null(""),
        "surname": pl.when(real).then(surname).fill_null(""),
    }


def _other_names(have: set[str]) -> pl.Expr:
    """[{"kind", "full"}] as JSON text, kinds in a fixed order."""
    lists = [
        pl.col(field).list.eval(pl.struct(pl.lit(kind).alias("kind"), pl.element().alias("full")))
        for field, kind in NAME_LISTS.items()
        if field in have
    ]
    if not lists:
        return pl.lit("[]")
    whole = lists[0] if len(lists) == 1 else pl.concat_list(lists)
    return json_list(whole.list.unique(maintain_order=True))


def _born(stream: Stream, have: set[str]) -> dict[str, pl.Expr]:
    """born_on, born_precision, alias_births. A stated date wins over an age."""
    none = pl.lit(None, dtype=pl.Date)
    born, precision = none, pl.lit("D")
    if "born_on" in have:
        born = pl.col("born_on")
        if parser_of(stream, "born_on") == "partial_date":
            precision = dates.partial(pl.col("born_on~"))[1]
    if "age" in have:
        stated = pl.coalesce(
            *(pl.col(f) for f in ("age_on", "event_on", "recorded_on") if f in have), none
        )
        from_age = dates.born_of_age(pl.col("age"), stated)
        precision = pl.when(born.is_not_null()).then(precision).otherwise(pl.lit("A"))
        born = pl.coalesce(born, from_age)
    return {
        "born_on": born,
        "born_precision": pl.when(born.is_not_null()).then(precision).otherwise(pl.lit("")),
        "alias_births": (
            pl.col("alias_births").list.eval(pl.element().dt.to_string("%Y-%m-%d"))
            if "alias_births" in have
            else pl.lit([], dtype=pl.List(pl.String))
        ),
    }


def _markers(stream: Stream, have: set[str]) -> pl.Expr:
    """[{"code", "label"}] as JSON text; the label is its word in `values`, else the code. With
    the days of the row's warnings where the feed gives them: "on", "review_on".
    """
    if "markers" not in have:
        return pl.lit("[]")
    labels = {k.strip().upper(): v for k, v in stream.fields["markers"].values.items()}
    code = pl.element()
    label = code.replace_strict(labels, default=code, return_dtype=pl.String) if labels else code
    listed = json_list(
        pl.col("markers").list.eval(pl.struct(code.alias("code"), label.alias("label")))
    )
    for name, field in (("review_on", "markers_review_on"), ("on", "markers_on")):
        if field in have:
            listed = _with_day(listed, name, pl.col(field))
    return listed


def _with_day(listed: pl.Expr, name: str, day: pl.Expr) -> pl.Expr:
    """Each object begins with the day, where there is one. No value within can look like the
    beginning of an object: its quotes are escaped.
    """
    begin = '{"'
    said = pl.concat_str(pl.lit(f'{{"{name}":"'), day.dt.to_string("%Y-%m-%d"), pl.lit('","'))
    return listed.str.replace_all(begin, said.fill_null(begin), literal=True)


def _text(field: str, have: set[str]) -> pl.Expr:
    return pl.col(field).fill_null("") if field in have else pl.lit("")


def _date(field: str, have: set[str]) -> pl.Expr:
    return pl.col(field) if field in have else pl.lit(None, dtype=pl.Date)


def _list(field: str, have: set[str]) -> pl.Expr:
    return pl.col(field) if field in have else pl.lit([], dtype=pl.List(pl.String))
