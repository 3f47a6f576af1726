"""Identifiers as index keys: one key for every way of writing the same number.

Sources deliver them in canonical form (ingest); officers type them in every form. The key is
looser than the canonical form: O and 0, I and 1 of a number plate are one.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from people.models import Identifier

Kind = Identifier.Kind

EVENT = "event"  # beside the kinds of identifier: the reference of an event with somebody in it
UNIQUE = frozenset({Kind.PNC.value, Kind.CRO.value, Kind.EMAIL.value, Kind.OTHER.value})
CHECK_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"  # PNC and CRO: digits modulo 23

_PNC = re.compile(
    r"(?:(?P<long>\d{4})(?:/(?P<n1>\d{1,7})|(?P<n2>\d{7}))"
    r"|(?P<short>\d{2})(?:/(?P<n3>\d{1,7})|(?P<n4>\d{1,7})))(?P<check>[A-Z])"
)
_CRO = re.compile(r"(?P<serial>\d{1,6})/(?P<year>\d{2})(?P<check>[A-Z])")
_CRO_SF = re.compile(r"SF(?P<year>\d{2})/(?P<serial>\d{1,6})(?P<check>[A-Z])")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_PHONE = re.compile(r"\+?[\d\s().-]{9,22}")
_VEHICLE = re.compile(r"(?=.*\d)(?=.*[A-Z])[A-Z0-9]{2,7}")
_POSTCODE = re.compile(
    r"(?P<outward>[A-Z]{1,2}\d[A-Z\d]?)\s*(?P<inward>\d[ABD-HJLNP-UW-Z]{2})?", re.IGNORECASE
)
_PLATE = str.maketrans("OI", "01")


def pnc_id(text: str) -> str:
    """`YYYY/NNNNNNND` of any written form, "" if it is none or its check letter is wrong."""
    found = _PNC.fullmatch(_bare(text))
    if not found:
        return ""
    serial = next(v for n in ("n1", "n2", "n3", "n4") if (v := found[n])).zfill(7)
    year = found["long"] or _full_year(found["short"])
    good = _check_letter(year[2:] + serial) == found["check"]
    return f"{year}/{serial}{found['check']}" if good else ""


def loose_pnc_id(text: str) -> str:
    """`YYYYNNNNNNN` of anything that looks like a PNC ID, whatever its check letter."""
    found = _PNC.fullmatch(_bare(text))
    if not found:
        return ""
    serial = next(v for n in ("n1", "n2", "n3", "n4") if (v := found[n])).zfill(7)
    return (found["long"] or _full_year(found["short"])) + serial


def loose_cro(text: str) -> str:
    """Year and serial of anything that looks like a CRO number, whatever its check letter."""
    bare = _bare(text)
    if found := _CRO.fullmatch(bare) or _CRO_SF.fullmatch(bare):
        return f"{bare[:2] if bare.startswith('SF') else ''}{found['year']}{int(found['serial'])}"
    return ""


def cro(text: str) -> str:
    """`NNNNNN/YYD` or `SFYY/N…D`, "" if it is none or its check letter is wrong.

    Sources differ on padding an SF serial in its check; any documented way is good.
    """
    bare = _bare(text)
    if found := _CRO.fullmatch(bare):
        serial = found["serial"].zfill(6)
        good = _check_letter(found["year"] + serial) == found["check"]
        return f"{serial}/{found['year']}{found['check']}" if good else ""
    if found := _CRO_SF.fullmatch(bare):
        year, serial = found["year"], found["serial"]
        ways = (year + serial, year + serial.zfill(6), serial)
        return bare if found["check"] in map(_check_letter, ways) else ""
    return ""


def phone(text: str) -> str:
    """The last ten digits: the same for 07700 900123, +44 7700 900123 and 0044…; else ""."""
    if not _PHONE.fullmatch(text.strip()):
        return ""
    digits = re.sub(r"\D", "", text.replace("(0)", ""))
    return digits[-10:] if len(digits) >= 9 else ""


def vehicle(text: str) -> str:
    """Letters and digits of a registration, O read as 0 and I as 1; else ""."""
    bare = re.sub(r"[\s.-]", "", text.upper())
    return bare.translate(_PLATE) if _VEHICLE.fullmatch(bare) else ""


def email(text: str) -> str:
    """In lower case, or ""."""
    bare = text.strip().lower()
    return bare if _EMAIL.fullmatch(bare) else ""


def other(text: str) -> str:
    """Letters and digits in upper case: custody numbers, prison numbers and the like."""
    if text.isalnum():
        return text.upper()
    return re.sub(r"[\W_]", "", text.upper())


@lru_cache(maxsize=100_000)
def postcode(text: str) -> tuple[str, str]:
    """(outward, full without a space); full is "" for a first half; ("", "") if it is none."""
    found = _POSTCODE.fullmatch(text.strip())
    if not found:
        return "", ""
    outward, inward = found["outward"].upper(), (found["inward"] or "").upper()
    return outward, outward + inward if inward else ""


_KEY = {
    Kind.PNC.value: loose_pnc_id, Kind.CRO.value: loose_cro, Kind.PHONE.value: phone,
    Kind.EMAIL.value: email, Kind.VEHICLE.value: vehicle, Kind.OTHER.value: other,
}  # fmt: skip


@lru_cache(maxsize=100_000)
def key(kind: str, value: str) -> str:
    """The index key of a recorded identifier: kind and loosened value."""
    return f"{kind}:{_KEY[kind](value) or other(value)}"


def pieces(text: str) -> list[str]:
    """What a typed part of a number may be a part of, as kind and piece of its index key: four of
    a registration's letters and digits, five of a phone's digits.
    """
    bare = "" if "/" in text else other(text)
    if bare.isdecimal():
        digits = bare.removeprefix("0")
        return [f"{Kind.PHONE.value}:{digits}"] if 5 <= len(bare) <= 9 else []
    is_part = 4 <= len(bare) <= 6 and bool(_VEHICLE.fullmatch(bare))
    return [f"{Kind.VEHICLE.value}:{bare.translate(_PLATE)}"] if is_part else []


def event_key(reference: str) -> str:
    """The index key of an event's reference: a custody number, an incident log."""
    return f"{EVENT}:{other(reference)}"


def typed_keys(text: str) -> list[str]:
    """The index keys that a typed identifier may mean, the most telling kind first."""
    return list(dict.fromkeys(_typed_keys(text)))


def _typed_keys(text: str) -> Iterator[str]:
    for kind in (Kind.PNC, Kind.CRO, Kind.EMAIL, Kind.PHONE, Kind.VEHICLE, Kind.OTHER):
        if value := _KEY[kind.value](text):
            yield f"{kind.value}:{value}"
            if kind is Kind.OTHER:
                yield event_key(text)


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text.upper())


def _full_year(short: str) -> str:
    from django.utils import timezone

    century = 20 if int(short) <= timezone.localdate().year % 100 else 19
    return f"{century}{short}"


def _check_letter(digits: str) -> str:
    return CHECK_LETTERS[int(digits) % 23]
