"""PNC ID, CRO number, vehicle registration: formats and check letters of policing.md 2.2.

An identifier that fails is left empty and noted: the row is good, only its number is not.
"""

import polars as pl

from ingest.standardise.dates import today
from ingest.standardise.parsing import Parsed, reason, without_junk

CHECK_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
_PNC = (
    r"^(?:(\d{4})/(\d{1,7})|(\d{4})(\d{7})|(\d{2})/(\d{1,7})|(\d{2})(\d{1,7}))([A-Z])$"
)
_CRO = r"^(\d{1,6})/(\d{2})([A-Z])$"
_CRO_SF = r"^SF(\d{2})/(\d{1,6})([A-Z])$"


def pnc_id(text: pl.Expr) -> Parsed:
    """`YYYY/NNNNNNND` from long and short forms; a two-digit year not yet reached is 19xx."""
    bare = _bare(text)
    part = bare.str.extract_groups(_PNC).struct
    long_year = pl.coalesce(part.field("1"), part.field("3"))
    short_year = pl.coalesce(part.field("5"), part.field("7"))
    serial = pl.coalesce(*(part.field(str(n)) for n in (2, 4, 6, 8))).str.zfill(7)
    this_year = today().year
    century = (
        pl.when(short_year.cast(pl.Int32, strict=False) <= this_year % 100)
        .then(pl.lit("20")).otherwise(pl.lit("19"))
    )
    year = pl.coalesce(long_year, century + short_year)
    good = (_check_letter(year.str.slice(2, 2) + serial) == part.field("9")) & (
        year.cast(pl.Int32, strict=False) <= this_year
    )
    value = year + "/" + serial + part.field("9")
    return _checked(bare, value, good, "PNC ID fails its check")


def cro(text: pl.Expr) -> Parsed:
    """`NNNNNN/YYD`, or `SFYY/N…D` for files without fingerprints.

    Sources differ on padding an SF serial and, before 1965, on leaving the year out of the
    check: a number that passes in any documented way is good.
    """
    bare = _bare(text)
    part = bare.str.extract_groups(_CRO).struct
    serial, year = part.field("1").str.zfill(6), part.field("2")
    plain_good = _check_letter(year + serial) == part.field("3")
    plain = serial + "/" + year + part.field("3")
    sf = bare.str.extract_groups(_CRO_SF).struct
    sf_year, sf_serial = sf.field("1"), sf.field("2")
    ways = (sf_year + sf_serial, sf_year + sf_serial.str.zfill(6), sf_serial)
    sf_good = pl.any_horizontal(_check_letter(w) == sf.field("3") for w in ways)
    value = pl.coalesce(plain, pl.when(sf_year.is_not_null()).then(bare))
    good = pl.coalesce(plain_good, pl.when(sf_year.is_not_null()).then(sf_good))
    return _checked(bare, value, good, "CRO number fails its check")


def vrm(text: pl.Expr) -> Parsed:
    """2 to 11 letters and digits without spaces."""
    bare = without_junk(text).str.to_uppercase().str.replace_all(r"[\s\-.]", "")
    good = bare.str.contains(r"^[A-Z0-9]{2,11}$")
    return _checked(bare, bare, good, "vehicle registration not valid")


def _bare(text: pl.Expr) -> pl.Expr:
    return without_junk(text).str.to_uppercase().str.replace_all(r"\s", "")


def _check_letter(digits: pl.Expr) -> pl.Expr:
    remainder = digits.cast(pl.Int64, strict=False) % len(CHECK_LETTERS)
    return remainder.replace_strict(
        dict(enumerate(CHECK_LETTERS)), default=None, return_dtype=pl.String
    )


def _checked(text: pl.Expr, value: pl.Expr, good: pl.Expr, words: str) -> Parsed:
    passed = good.fill_null(value=False)
    return Parsed(
        pl.when(passed).then(value).otherwise(None),
        issue=reason(text.is_not_null() & ~passed, words),
    )
