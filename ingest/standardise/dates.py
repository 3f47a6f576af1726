"""Dates, months, times and ages. An impossible date rejects its row; a placeholder is empty."""

from datetime import UTC, date, datetime

import polars as pl

from ingest.standardise.parsing import Parsed, reason, shape

DEFAULT_FORMATS = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%Y%m%d",
)
TIME_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%Y-%m-%d %H:%M:%S%.f",
)
OLDEST = 120  # years: policing.md 2.2, DS_034
# what legacy systems store for "no date"
_JUNK_DATES = (date(1900, 1, 1), date(1899, 12, 30), date(9999, 12, 31), date(9999, 1, 1))
_JUNK_TEXT = r"^[0/\-. :]+$|(?i)^(?:unknown|unk|not known|n/k|nk|n/a|none|null|tbc|\?+)$"
_OFFSET = r"(?:Z|[+-]\d{2}:?\d{2})$"


def known(text: pl.Expr) -> pl.Expr:
    """Placeholders such as 00/00/0000 → null."""
    return pl.when(text.str.contains(_JUNK_TEXT)).then(None).otherwise(text)


def day(text: pl.Expr, formats: tuple[str, ...] = (), *, birth: bool = False) -> Parsed:
    """A calendar day. `birth`: two-digit years lie in the past, and OLDEST years at most back."""
    text = known(text)
    wanted = formats or DEFAULT_FORMATS
    # a spreadsheet or database writes a midnight behind a day
    bare = text if formats else text.str.replace(r"[T ]\d{1,2}:\d{2}.*$", "")
    found = pl.coalesce(_read(bare, f, birth=birth) for f in wanted)
    value = pl.when(found.is_in(_JUNK_DATES)).then(None).otherwise(found)
    words = pl.format(
        f"not a date of the form {' or '.join(formats) or 'YYYY-MM-DD'}: {{}}", shape(text)
    )
    problem = reason(text.is_not_null() & found.is_null(), words)
    if birth:
        problem = pl.coalesce(problem, _birth_problem(value))
    return Parsed(value, problem)


def _read(text: pl.Expr, form: str, *, birth: bool) -> pl.Expr:
    if "%z" in form:
        offset = text.str.replace("Z$", "+00:00")
        moment = offset.str.strptime(pl.Datetime("us", "UTC"), form, strict=False)
        read = moment.dt.convert_time_zone("Europe/London").dt.date()
    elif "%H" in form:
        read = text.str.strptime(pl.Datetime("us"), form, strict=False).dt.date()
    else:
        read = text.str.strptime(pl.Date, form, strict=False)
    year = read.dt.year()
    if "%y" in form and birth:
        return pl.when(read > today()).then(read.dt.offset_by("-100y")).otherwise(read)
    # %Y also reads "90" as the year 90
    return pl.when((year >= 1000) | ("%y" in form)).then(read).otherwise(None)


def _birth_problem(value: pl.Expr) -> pl.Expr:
    oldest = today().replace(month=1, day=1, year=today().year - OLDEST)
    return pl.coalesce(
        reason(value > today(), "date of birth in the future"),
        reason(value < oldest, f"date of birth more than {OLDEST} years ago"),
    )


def partial(
    text: pl.Expr, formats: tuple[str, ...] = (), *, birth: bool = True
) -> tuple[Parsed, pl.Expr]:
    """A date of birth of which the day or month may be unknown, and its precision D, M or Y.

    Read beside whole days: 1990, 1990-05, 05/1990, 00/05/1990, 00/00/1990, 1990-00-00.
    """
    text = known(text)
    year = text.str.extract(r"^(?:00[/.-]00[/.-])?(\d{4})(?:-00-00)?$", 1)
    month = pl.coalesce(
        text.str.replace(r"^(?:00[/.-])?(\d{1,2})[/.-](\d{4})$", "$2-$1").str.extract(
            r"^(\d{4}-\d{1,2})(?:-00)?$", 1
        )
    )
    whole = day(text, formats, birth=birth)
    from_year = (year + "-01-01").str.strptime(pl.Date, "%Y-%m-%d", strict=False)
    from_month = (month + "-01").str.strptime(pl.Date, "%Y-%m-%d", strict=False)
    value = pl.coalesce(
        pl.when(year.is_not_null()).then(from_year),
        pl.when(month.is_not_null()).then(from_month),
        pl.when(year.is_null() & month.is_null()).then(whole.value),
    )
    value = pl.when(value.is_in(_JUNK_DATES)).then(None).otherwise(value)
    precision = (
        pl.when(year.is_not_null())
        .then(pl.lit("Y"))
        .when(month.is_not_null())
        .then(pl.lit("M"))
        .otherwise(pl.lit("D"))
    )
    failed = pl.when(year.is_null() & month.is_null()).then(whole.problem)
    impossible = reason(
        (year.is_not_null() | month.is_not_null()) & from_year.is_null() & from_month.is_null(),
        pl.format("not a date: {}", shape(text)),
    )
    bounds = _birth_problem(value) if birth else pl.lit(None, dtype=pl.String)
    return Parsed(value, pl.coalesce(failed, impossible, bounds)), precision


def month(text: pl.Expr, formats: tuple[str, ...] = ()) -> Parsed:
    """The first day of a month such as 2024-01; a whole day gives its month."""
    text = known(text)
    whole = day(text, formats)
    first = (text.str.extract(r"^(\d{4}-\d{1,2})$", 1) + "-01").str.strptime(
        pl.Date, "%Y-%m-%d", strict=False
    )
    value = pl.coalesce(first, whole.value.dt.month_start())
    problem = reason(
        text.is_not_null() & value.is_null(), pl.format("not a month: {}", shape(text))
    )
    return Parsed(value, problem)


def moment(text: pl.Expr, formats: tuple[str, ...] = ()) -> Parsed:
    """An aware time in UTC. Without an offset it is the wall clock of London; a day alone is its
    midnight. The hour that happens twice is the first; the hour left out is read as UTC.
    """
    text = known(text)
    plain = text if formats else text.str.replace("T", " ", literal=True)
    has_offset = plain.str.contains(_OFFSET)
    local = pl.coalesce(
        *(plain.str.strptime(pl.Datetime("us"), f, strict=False) for f in formats or TIME_FORMATS),
        day(text, formats).value.cast(pl.Datetime("us")),
    )
    aware = pl.coalesce(
        local.dt.replace_time_zone(
            "Europe/London", ambiguous="earliest", non_existent="null"
        ).dt.convert_time_zone("UTC"),
        local.dt.replace_time_zone("UTC"),
    )
    stated = (
        plain.str.replace("Z$", "+00:00")
        .str.replace(" ", "T", literal=True)
        .str.strptime(pl.Datetime("us", "UTC"), "%Y-%m-%dT%H:%M:%S%.f%:z", strict=False)
    )
    value = pl.when(has_offset).then(stated).otherwise(aware)
    problem = reason(
        text.is_not_null() & value.is_null(), pl.format("not a date and time: {}", shape(text))
    )
    return Parsed(value, problem)


def age(text: pl.Expr) -> Parsed:
    """Whole years; "approx 35" and "35 yrs" are read, other words are noted."""
    text = known(text)
    years = text.str.extract(
        r"(?i)^(?:c\.?|ca\.?|approx\.?|about|abt)?\s*(\d{1,3})\s*(?:y|yrs?|years?)?$", 1
    )
    number = years.cast(pl.Int32, strict=False)
    return Parsed(
        number,
        reason(number > OLDEST, f"age above {OLDEST}"),
        reason(text.is_not_null() & number.is_null(), "age not understood"),
    )


def born_of_age(years: pl.Expr, stated_on: pl.Expr) -> pl.Expr:
    """1 January of the likelier of the two years in which somebody of that age was born.

    Before 2 July most people have not had this year's birthday yet.
    """
    had_birthday = stated_on.dt.ordinal_day() > 183
    year = stated_on.dt.year() - years - pl.when(had_birthday).then(0).otherwise(1)
    return pl.date(year, 1, 1)


def today() -> date:
    """The day of the load, UTC."""
    return datetime.now(tz=UTC).date()
