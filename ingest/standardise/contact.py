"""Postcodes, phones, e-mail and one-line addresses in one canonical form each."""

import polars as pl

from ingest.standardise.parsing import Parsed, reason, without_junk

# outward letters as in policing.md 2.2; inward without C I K M O V
_POSTCODE = (
    r"(?:[A-PR-UWYZ](?:[0-9]{1,2}|[0-9][A-HJKPSTUW]|[A-HK-Y][0-9]{1,2}|[A-HK-Y][0-9][ABEHMNPRVWXY])"
    r" ?[0-9][ABD-HJLNP-UW-Z]{2}|GIR ?0AA)"
)
_NOWHERE = r"(?i)^(?:n\.?f\.?a\.?|no fixed (?:abode|address))$"
_HOUSE = (
    r"^(?:(?:FLAT|APARTMENT|APT|UNIT|ROOM|BLOCK)\.? *[0-9A-Z]+(?:[ ,]+|$))?"
    r"(?:[0-9]+ ?[A-Z]?(?: ?[-/] ?[0-9]+ ?[A-Z]?)?(?:[ ,]+|$))?"
)


def postcode(text: pl.Expr) -> Parsed:
    """`B21 9AA`; something else is left empty and noted."""
    bare = without_junk(text).str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    good = bare.str.contains(f"^{_POSTCODE}$")
    return _kept(text=bare, value=_spaced(bare), good=good, words="postcode not valid")


def phone(text: pl.Expr) -> Parsed:
    """National form for British numbers (07700900123), `+` and digits for others."""
    known = without_junk(text).str.replace(r"(?i)\s*(?:ext?\.?|extension|x)\s*\d+\s*$", "")
    digits = known.str.replace(r"\(0\)", "").str.replace_all("[^0-9+]", "")
    digits = digits.str.replace(r"^00", "+").str.replace(r"^(?:\+44|44([0-9]{10})$)0?", "0$1")
    digits = digits.str.replace(r"^([127][0-9]{9})$", "0$1")  # a spreadsheet ate the 0
    good = digits.str.contains(r"^(?:0[1-9][0-9]{8,9}|\+[1-9][0-9]{7,14})$")
    return _kept(text=known, value=digits, good=good, words="phone number not valid")


def email(text: pl.Expr) -> Parsed:
    """Lower case."""
    known = without_junk(text).str.to_lowercase().str.replace("^mailto:", "")
    good = known.str.contains(r"^[^@\s,;]+@[^@\s,;]+\.[a-z]{2,}$")
    return _kept(text=known, value=known, good=good, words="email not valid")


def address_part(text: pl.Expr) -> pl.Expr:
    """A house, street or town: text in capitals or small letters into title case."""
    known = _somewhere(text).str.strip_chars(" ,.;")
    one_case = (known == known.str.to_uppercase()) | (known == known.str.to_lowercase())
    cased = known.str.to_lowercase().str.to_titlecase().str.replace("'S ", "'s ", literal=True)
    return pl.when(one_case).then(cased).otherwise(known)


def split_address(lines: pl.LazyFrame) -> pl.LazyFrame:
    """house, street, town and postcode beside the column `address`, one line such as
    "Flat 2, 14 High Street, Town, B21 9AA". In steps: each text is worked out once.
    """
    known = _somewhere(pl.col("address")).str.to_uppercase().str.strip_chars(" ,.;")
    # only the end is searched for a postcode: whole lines cost ten times as much
    code = pl.col("known").str.tail(9).str.extract(rf"(?:^|[ ,])({_POSTCODE})$", 1)
    size = pl.col("known").str.len_chars() - pl.col("code").str.len_chars().fill_null(0)
    rest = pl.col("known").str.head(size).str.strip_chars(" ,.;")
    house = pl.col("rest").str.head(
        pl.col("rest").str.len_chars() - pl.col("after").str.len_chars()
    )
    place = pl.col("after").str.splitn(",", 2).struct
    return (
        lines.with_columns(known=known)
        .with_columns(code=code)
        .with_columns(rest=rest)
        .with_columns(after=pl.col("rest").str.replace(_HOUSE, ""))
        .with_columns(
            house=_filled(address_part(house.str.replace_all(",", "", literal=True))),
            street=_filled(address_part(place.field("field_0"))),
            town=_filled(address_part(place.field("field_1"))),
            postcode=_spaced(pl.col("code").str.replace(" ", "", literal=True)),
        )
        .drop("known", "code", "rest", "after")
    )


def _somewhere(text: pl.Expr) -> pl.Expr:
    """No fixed abode is no address."""
    known = without_junk(text)
    return pl.when(known.str.contains(_NOWHERE)).then(None).otherwise(known)


def _spaced(bare: pl.Expr) -> pl.Expr:
    return bare.str.replace(r"^(.+)(.{3})$", "$1 $2")


def _filled(text: pl.Expr) -> pl.Expr:
    return pl.when(text == "").then(None).otherwise(text)


def _kept(*, text: pl.Expr, value: pl.Expr, good: pl.Expr, words: str) -> Parsed:
    passed = good.fill_null(value=False)
    return Parsed(
        pl.when(passed).then(value).otherwise(None),
        issue=reason(text.is_not_null() & ~passed, words),
    )
