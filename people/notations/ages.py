"""Ages and sexes as they are said: "about 30", "19 yo", "mid thirties", "in her twenties", "male".

The value of an age is "30" or, for a range, "20-29". The sex is "M" or "F".
"""

import re
from collections.abc import Iterator

from people.notations import Found, found

AGE, SEX = "age", "sex"
OLDEST = 120
_TENS = {
    "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60,
    "seventies": 70, "eighties": 80, "nineties": 90,
}  # fmt: skip
_PARTS = {"early": (0, 3), "mid": (4, 6), "late": (7, 9), "": (0, 9)}
_ABOUT = r"(?:aged?|about|approx(?:imately)?\.?|circa|c\.|around|roughly|maybe|looks)"
_YEARS = r"(?:\s*-?\s*years?(?:[\s-]*(?:old|of age))?|\s*yrs?\.?(?:\s*old)?|\s*y\.?\s*/?\s*o\.?)"
_RANGE = re.compile(
    rf"\b(?:{_ABOUT}\s+|between\s+)*(?P<from>\d{{1,3}})\s*(?:-|\u2013|to|and|or)\s*(?P<to>\d{{1,3}})"
    rf"(?P<years>{_YEARS}(?!\w))?",
    re.IGNORECASE,
)
_AGE = re.compile(
    rf"\b(?:{_ABOUT}[:\s]\s*)+(?P<a>\d{{1,3}})(?:{_YEARS})?(?!\w)"
    rf"|\b(?P<b>\d{{1,3}})(?:{_YEARS}|\s?-?ish)(?!\w)",
    re.IGNORECASE,
)
_DECADE = re.compile(
    r"(?:\b(?:aged?|about|around)\s+)?(?:\bin\s+(?:(?:his|her|their|the)\s+)?)?"
    r"(?:\b(?P<part>early|mid|late)(?:\s*(?:-|\s+to\s+)\s*(?P<to>mid|late))?[\s-]+)?"
    rf"\b(?:(?P<tens>[2-9])0['\u2019]?s|(?P<word>{'|'.join(_TENS)}))\b",
    re.IGNORECASE,
)
_TEENS = re.compile(
    r"\b(?:(?:a|in\s+(?:his|her|their))\s+)?(?:(?P<part>early|mid|late)[\s-]+)?"
    r"(?:teens|teenager|teenage|teenaged)\b",
    re.IGNORECASE,
)
_TEEN_PARTS = {"early": "13-14", "mid": "15-16", "late": "17-19", "": "13-19"}
_BOUND = re.compile(
    r"\b(?P<side>over|under|at least)[\s-]+(?P<a>\d{1,3})s?\b(?:\s*years?(?:\s*old)?)?",
    re.IGNORECASE,
)
_SEX = re.compile(
    r"\b(?P<a>male|female)s?\b"
    r"|(?:(?<=old )|(?<=olds )|(?<=aged )|(?<=\ba )|(?<=white )|(?<=black )|(?<=asian ))"
    r"(?P<b>man|woman|boy|girl|lad|lady|bloke)\b"
    r"|\b(?P<c>man|woman|boy|girl|lad|lady|bloke)(?=\s*,?\s+(?:aged|in\s+(?:his|her)|about|\d))"
    r"|\b(?:sex|gender)\s*:?\s*(?P<d>[mf])\b",
    re.IGNORECASE,
)
_FEMALE = frozenset({"female", "woman", "girl", "lady", "f"})


def find_ages(text: str) -> Iterator[Found]:
    """Ages in a line, ranges first."""
    for match in _RANGE.finditer(text):
        youngest, oldest = int(match["from"]), int(match["to"])
        spoken = match["years"] or match[0][0].isalpha()
        if spoken and youngest < oldest <= OLDEST:
            yield found(AGE, f"{youngest}-{oldest}", match)
    for match in _AGE.finditer(text):
        if int(years := match["a"] or match["b"]) <= OLDEST:
            yield found(AGE, str(int(years)), match)
    for match in _DECADE.finditer(text):
        tens = int(match["tens"]) * 10 if match["tens"] else _TENS[match["word"].lower()]
        first, last = (match["part"] or "").lower(), (match["to"] or match["part"] or "").lower()
        yield found(AGE, f"{tens + _PARTS[first][0]}-{tens + _PARTS[last][1]}", match)
    for match in _TEENS.finditer(text):
        yield found(AGE, _TEEN_PARTS[(match["part"] or "").lower()], match)
    for match in _BOUND.finditer(text):
        if (years := int(match["a"])) <= OLDEST:
            below = match["side"].lower() == "under"
            yield found(AGE, f"0-{max(years - 1, 0)}" if below else f"{years}-{OLDEST}", match)


def find_sex(text: str) -> Iterator[Found]:
    """The sex in a line; "man" only where it cannot be a name (Man Yee is one)."""
    for match in _SEX.finditer(text):
        word = next(group for group in match.groups() if group).lower()
        yield found(SEX, "F" if word in _FEMALE else "M", match)
