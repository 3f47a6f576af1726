"""The one search box: a typed line taken apart into a person's criteria.

Each kind of fact is looked for in turn and cut out of the line; what is left is the name. What
was understood comes back part by part, so that a page can show each as a chip and the officer can
say that it is a name after all.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from people.criteria import MAX_LENGTH, MOST_NUMBERS, CriteriaError, PersonCriteria
from people.notations import CUT, Found, ages, dates, numbers, places

NUMBERS = {
    "pnc": "PNC ID", "cro": "CRO number", "phone": "Phone", "email": "Email",
    "vehicle": "Vehicle", "custody": "Custody number", "crime": "Crime number", "asn": "ASN",
    "incident": "Incident number", "collar": "Collar number", "prison": "Prison number",
    "ni": "National Insurance number", "licence": "Driving licence", "other": "Number",
}  # fmt: skip
LABELS = {
    "name": "Name", dates.KIND: "Born", ages.AGE: "Age", ages.SEX: "Sex",
    places.POSTCODE: "Postcode", places.STREET: "Street", places.TOWN: "Town", **NUMBERS,
}  # fmt: skip

# in this order: a fact is taken by the first that knows it
_LOOKS: tuple[Callable[[str], Iterator[Found]], ...] = (
    numbers.find_first, dates.find, numbers.find_phones, places.find_postcodes,
    ages.find_sex, ages.find_ages, numbers.find_vehicles, places.find_streets, dates.find_years,
    places.find_towns, places.find_outwards, numbers.find_others,
)  # fmt: skip
_LABELS_LEFT = re.compile(
    r"\b(?:name|dob|d\.o\.b\.|date of birth|born|aged?|pnc|cro|vrm|reg|tel|mob|aka|address|"
    r"year olds?|ic\d)\b\.?\s*:?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing understood: its kind (a key of LABELS), its value, and the words it came from."""

    kind: str
    value: str
    typed: str

    @property
    def label(self) -> str:
        """What the officer reads before the value."""
        return LABELS[self.kind]


@dataclass(frozen=True, slots=True)
class Understood:
    """A line taken apart: the criteria, and the parts in the order in which they were typed."""

    criteria: PersonCriteria
    parts: tuple[Part, ...]


@dataclass(slots=True)
class _Line:
    """What is left of the line (as long as before), and what was found in it, by place."""

    text: str
    found: dict[int, Part] = field(default_factory=dict)

    def cut(self, fact: Found) -> None:
        """Note a fact, unless its kind is known already, and blank its words."""
        if fact.kind not in NUMBERS and any(p.kind == fact.kind for p in self.found.values()):
            return
        typed = self.text[fact.start : fact.end]
        if CUT in typed:
            return
        self.found[fact.start] = Part(fact.kind, fact.value, typed.strip(" ,"))
        self.text = self.text[: fact.start] + CUT * len(typed) + self.text[fact.end :]

    def values(self, kinds: Collection[str]) -> list[str]:
        """The values found of these kinds, in the order typed."""
        return [p.value for _, p in sorted(self.found.items()) if p.kind in kinds]


def understand(text: str) -> PersonCriteria:
    """The criteria in a typed line. Raises CriteriaError as `read`."""
    return read(text).criteria


def read(text: str, *, as_name: Collection[str] = ()) -> Understood:
    """A typed line taken apart; words of the kinds in `as_name` stay part of the name.

    Raises CriteriaError for a line that is too long or holds nothing to search for.
    """
    if len(text) > MAX_LENGTH:
        raise CriteriaError(f"Use {MAX_LENGTH} characters or fewer")
    line = _Line(text.replace(CUT, " "))
    for look in _LOOKS:
        for fact in look(line.text):
            if fact.kind not in as_name:
                line.cut(fact)
    name = _name(line.text)
    parts = [part for _, part in sorted(line.found.items())]
    named = [Part("name", name, name)] if name else []
    return Understood(_criteria(line, name), (*named, *parts))


def _criteria(line: _Line, name: str) -> PersonCriteria:
    def one(kind: str) -> str:
        return next(iter(line.values({kind})), "")

    ids = list(dict.fromkeys(line.values(NUMBERS)))[:MOST_NUMBERS]
    youngest, _, oldest = one(ages.AGE).partition("-")
    return PersonCriteria(
        name=name,
        born_on=one(dates.KIND),
        age=int(youngest) if youngest else None,
        age_to=int(oldest) if oldest else None,
        sex=one(ages.SEX),
        postcode=one(places.POSTCODE),
        street=one(places.STREET),
        town=one(places.TOWN),
        identifier=ids[0] if ids else "",
        more_identifiers=tuple(ids[1:]),
    )


def _name(left: str) -> str:
    """The rest: a comma only where it stands between a surname and given names."""
    cut = re.sub(rf"{CUT}+", " , ", left)
    pieces = (_LABELS_LEFT.sub(" ", piece).split() for piece in cut.split(","))
    lettered = ([word for word in piece if any(c.isalpha() for c in word)] for piece in pieces)
    parts = [" ".join(words) for words in lettered if words]
    between = len(parts) == 2 and " ," not in cut.strip(" ,")
    return ", ".join(parts) if between else " ".join(parts)
