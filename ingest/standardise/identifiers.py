"""PNC ID, CRO number, vehicle registration: formats and check letters of policing.md 2.2.

An identifier that fails is left empty and noted: the row is good, only its number is not.
"""

import polars as pl

from ingest.standardise.dates import today
from ingest.standardise.parsing import Parsed, reason, without_junk

CHECK_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
_PNC = r"^(?:[0-9]{4}/[0-9]{1,7}|[0-9]{11}|[0-9]{2}/[0-9]{1,7}|[0-9]{3,9})[A-Z]$"
_CRO = r"^([0-9]{1,6})/([0-9]{2})([A-Z])$"
_CRO_SF = r"^SF([0-9]{2})/([0-9]{1,6})([A-Z])$"


def pnc_id(text: pl.Expr) -> Parsed:
    """`YYYY/NNNNNNND` from long and short forms; a two-digit year not yet reached is 19xx."""
    bare = _bare(text)
    number, letter = bare.str.head(-1), bare.str.tail(1)
    long_form = (number.str.slice(4, 1) == "/") | (number.str.len_bytes() == 11)
    year_size = pl.when(long_form).then(4).otherwise(2)
    stated = number.str.slice(0, year_size)
    serial = number.str.slice(year_size).str.strip_prefix("/").str.zfill(7)
    this_year = today().year
    two_digits = stated.cast(pl.Int32, strict=False)
    century = pl.when(two_digits <= this_year % 100).then(pl.lit("20")).otherwise(pl.lit("19"))
    year = pl.when(long_form).then(stated).otherwise(century + stated)
    good = (
        bare.str.contains(_PNC)
        & (_check_letter(year.str.tail(2) + serial) == letter)
        & (year.cast(pl.Int32, strict=False) <= this_year)
    )
    return _checked(bare, year + "/" + serial + letter, good, "PNC ID fails its check")


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
