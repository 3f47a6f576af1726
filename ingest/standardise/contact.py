"""Postcodes, phones, e-mail and one-line addresses in one canonical form each."""

import polars as pl

from ingest.standardise.parsing import Parsed, reason, without_junk

# outward letters as in policing.md 2.2; inward without C I K M O V
_POSTCODE = (
    r"(?:[A-PR-UWYZ](?:\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d{1,2}|[A-HK-Y]\d[ABEHMNPRVWXY])"
    r"\s*\d[ABD-HJLNP-UW-Z]{2}|GIR\s*0AA)"
)
_HOUSE = (
    r"(?i)^((?:(?:flat|apartment|apt|unit|room|block)\.?\s*\w+[\s,]*)?"
    r"(?:\d+\s*[a-z]?(?:\s*[-/]\s*\d+\s*[a-z]?)?\b)?)[\s,]*"
)


def postcode(text: pl.Expr) -> Parsed:
    """`B21 9AA`; something else is left empty and noted."""
    bare = without_junk(text).str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    good = bare.str.contains(f"^{_POSTCODE}$")
    return _kept(text=bare, value=_spaced(bare), good=good, words="postcode not valid")


def phone(text: pl.Expr) -> Parsed:
    """National form for British numbers (07700900123), `+` and digits for others."""
    known = without_junk(text).str.replace(r"(?i)\s*(?:ext?\.?|extension|x)\s*\d+\s*$", "")
    digits = known.str.replace(r"\(0\)", "").str.replace_all(r"[^\d+]", "")
    digits = digits.str.replace(r"^00", "+").str.replace(r"^(?:\+44|44(\d{10})$)0?", "0$1")
    digits = digits.str.replace(r"^([127]\d{9})$", "0$1")  # a spreadsheet ate the 0
    good = digits.str.contains(r"^(?:0[1-9]\d{8,9}|\+[1-9]\d{7,14})$")
    return _kept(text=known, value=digits, good=good, words="phone number not valid")


def email(text: pl.Expr) -> Parsed:
    """Lower case."""
    known = without_junk(text).str.to_lowercase().str.replace("^mailto:", "")
    good = known.str.contains(r"^[^@\s,;]+@[^@\s,;]+\.[a-z]{2,}$")
    return _kept(text=known, value=known, good=good, words="email not valid")


def address_part(text: pl.Expr) -> pl.Expr:
    """A house, street or town: legacy capitals into title case."""
    known = without_junk(text).str.strip_chars(" ,.;")
    upper = known == known.str.to_uppercase()
    cased = (
        known.str.to_lowercase().str.to_titlecase()
        .str.replace_all(r"(\d)([A-Z])\b", "$1$2")
        .str.replace_all("'S\\b", "'s")
    )
    return pl.when(upper).then(cased).otherwise(known)


def split_address(text: pl.Expr) -> dict[str, pl.Expr]:
    """house, street, town and postcode of one line; "Flat 2, 14 High Street, Town, B21 9AA"."""
    known = without_junk(text).str.to_uppercase()
    code = known.str.extract(rf"\b({_POSTCODE})[\s.]*$", 1)
    rest = known.str.replace(rf"\b{_POSTCODE}[\s.]*$", "").str.strip_chars(" ,.;")
    house = rest.str.extract(_HOUSE, 1).str.replace_all(r"[\s,]+", " ").str.strip_chars()
    after = rest.str.replace(_HOUSE, "").str.strip_chars(" ,.;")
    return {
        "house": _filled(address_part(house)),
        "street": _filled(address_part(after.str.extract(r"^([^,]*)", 1))),
        "town": _filled(address_part(after.str.extract(r"^[^,]*,\s*(.*)$", 1))),
        "postcode": _spaced(code.str.replace_all(r"\s", "")),
    }


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
