"""Keyed hashes of personal particulars, in one spelling for personnel data, people and questions.

HMAC-SHA-256 under `settings.OVERSIGHT_HR_KEY`: without the key nobody can try names or numbers
against the table, and nothing in the database can be read back (policing.md H2).
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.conf import settings

Token = tuple[str, bytes]  # kind of particular, its hash


def digest(kind: str, *parts: str) -> bytes:
    """The hash of one particular; `parts` already in their one spelling."""
    text = "|".join((kind, *parts)).encode()
    return hmac.digest(settings.OVERSIGHT_HR_KEY.encode(), text, hashlib.sha256)


def birth(given_names: str, surname: str, born_on: date | str) -> Token | None:
    """First given name, surname and date of birth; None if one is missing."""
    first, family = letters(given_names.split(" ", maxsplit=1)[0]), letters(surname)
    if not (first and family and born_on):
        return None
    return "birth", digest("birth", first, family, str(born_on))


def number(kind: str, value: str) -> Token | None:
    """A phone, email, vehicle or collar number; None for an empty one."""
    plain = phone(value) if kind == "phone" else squeezed(value)
    return (kind, digest(kind, plain)) if plain else None


def address(house: str, street: str, postcode: str) -> Iterator[Token]:
    """The dwelling, and its postcode for neighbours; the dwelling needs house and postcode."""
    code = squeezed(postcode)
    if code:
        yield "postcode", digest("postcode", code)
        if squeezed(house):
            yield "address", digest("address", squeezed(house), squeezed(street), code)


def asked(understood: Mapping[str, Any]) -> Iterator[Token]:
    """What a question names: a person with a date of birth, or a number of any kind.

    `understood`: as `people.search.PersonCriteria` stands in the trail.
    """
    words = str(understood.get("name") or "").split()
    born_on = str(understood.get("born_on") or "")
    if len(words) > 1 and born_on:
        for given, family in ((words[0], words[-1]), (words[-1], words[0])):
            if found := birth(given, family, born_on):
                yield found
    given_number = str(understood.get("identifier") or "")
    for kind in ("phone", "email", "vehicle", "collar"):
        if found := number(kind, given_number):
            yield found


def letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", plain.casefold())


def squeezed(text: str) -> str:
    """Letters, digits, @ and dots only, in lower case."""
    return re.sub(r"[^a-z0-9@.]", "", text.casefold())


def phone(text: str) -> str:
    """Digits in the national form: +44 7700 900123 and 07700 900123 are one number."""
    digits = re.sub(r"\D", "", text)
    return f"0{digits[2:]}" if digits.startswith("44") and len(digits) > 10 else digits
