"""What an officer asks, part by part, as it is kept: parts are corrected, not the typed line.

A line is taken apart once (people.understand). After that the officer may take a part away, say
that it is something else, or fill in the form of all fields; the criteria follow from the parts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from people import facets, understand
from people.criteria import MAX_LENGTH, MOST_NUMBERS, CriteriaError, PersonCriteria
from people.narrowing import Narrowing, Sort
from people.notations import ages, dates, places
from people.understand import NUMBERS, Part

MOST_PARTS = 12
NUMBER = "other"
# what words may be said to be instead: the kinds whose value is the words themselves
READABLE = {"name": "a name", places.TOWN: "a town", places.STREET: "a street", NUMBER: "a number"}
_ORDER = (
    "name", dates.KIND, ages.AGE, ages.SEX, places.POSTCODE, places.STREET, places.TOWN, *NUMBERS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """`text`: the line as typed. `parts`: what it is taken to mean. `narrowing`: see there."""

    text: str
    parts: tuple[Part, ...]
    narrowing: Narrowing = field(default_factory=Narrowing)

    @classmethod
    def typed(cls, text: str) -> "Question":
        """A typed line. Raises CriteriaError."""
        return cls(text, understand.read(text).parts)

    @classmethod
    def of_parts(cls, parts: Sequence[Part], narrowing: Narrowing | None = None) -> "Question":
        """Parts put together. Raises CriteriaError where they are too many or too few."""
        if len(parts) > MOST_PARTS:
            raise CriteriaError(f"Use {MOST_PARTS} particulars or fewer")
        ordered = tuple(sorted(_one_name(parts), key=lambda part: _ORDER.index(part.kind)))
        text = " ".join(part.typed for part in ordered)[:MAX_LENGTH]
        made = cls(text, ordered, narrowing or Narrowing())
        _ = made.criteria  # raises
        return made

    @classmethod
    def of_criteria(cls, criteria: PersonCriteria) -> "Question":
        """The question that asks for these criteria, without the words once typed."""
        age = "" if criteria.age is None else str(criteria.age)
        until = "" if criteria.age_to is None else f"-{criteria.age_to}"
        values = {
            "name": criteria.name, dates.KIND: criteria.born_on, ages.AGE: age + until,
            ages.SEX: criteria.sex, places.POSTCODE: criteria.postcode,
            places.STREET: criteria.street, places.TOWN: criteria.town,
        }  # fmt: skip
        parts = [Part(kind, value, value) for kind, value in values.items() if value]
        return cls.of_parts([*parts, *(Part(NUMBER, n, n) for n in criteria.identifiers)])

    @classmethod
    def kept(cls, criteria: Mapping[str, Any]) -> "Question":
        """The question behind what `as_json` gave; a kept line alone is taken apart again."""
        if "parts" not in criteria:
            return cls.typed(criteria["text"])
        narrowing = Narrowing(
            exact=bool(criteria.get("exact")),
            filters=facets.cleaned(criteria.get("filters", {})),
            sort=Sort(criteria.get("sort", Sort.RELEVANCE)),
        )
        return cls(criteria["text"], tuple(Part(*part) for part in criteria["parts"]), narrowing)

    def as_json(self) -> dict[str, Any]:
        """What is kept of the question, and recorded."""
        return {
            "text": self.text,
            "parts": [[p.kind, p.value, p.typed] for p in self.parts],
            "exact": self.narrowing.exact,
            "filters": {name: list(values) for name, values in self.narrowing.filters.items()},
            "sort": self.narrowing.sort.value,
        }

    @property
    def criteria(self) -> PersonCriteria:
        """The criteria of the parts. Raises CriteriaError."""
        numbers = [part.value for part in self.parts if part.kind in NUMBERS][:MOST_NUMBERS]
        youngest, _, oldest = self._one(ages.AGE).partition("-")
        return PersonCriteria(
            name=self._one("name"),
            born_on=self._one(dates.KIND),
            age=int(youngest) if youngest else None,
            age_to=int(oldest) if oldest else None,
            sex=self._one(ages.SEX),
            postcode=self._one(places.POSTCODE),
            street=self._one(places.STREET),
            town=self._one(places.TOWN),
            identifier=numbers[0] if numbers else "",
            more_identifiers=tuple(numbers[1:]),
        )

    def without(self, place: int) -> "Question":
        """The question without the part at this place. Raises CriteriaError."""
        parts = [part for at, part in enumerate(self.parts) if at != place]
        return Question.of_parts(parts, self._unfiltered())

    def read_as(self, place: int, kind: str) -> "Question":
        """The question with the words of one part read as another kind. Raises CriteriaError."""
        if kind not in READABLE or not 0 <= place < len(self.parts):
            raise CriteriaError("Choose what the words are from the list")
        part = self.parts[place]
        words = part.value if part.kind in (places.TOWN, places.STREET) else part.typed
        parts = [part for at, part in enumerate(self.parts) if at != place]
        if kind in (places.TOWN, places.STREET):  # there is one of these
            parts = [part for part in parts if part.kind != kind]
        return Question.of_parts([*parts, Part(kind, words, words)], self._unfiltered())

    def named(self, name: str) -> "Question":
        """The question with another name. Raises CriteriaError."""
        parts = [part for part in self.parts if part.kind != "name"]
        return Question.of_parts([Part("name", name, name), *parts], self._unfiltered())

    def narrowed(self, **change: Any) -> "Question":
        """The question with another narrowing: exact, filters or sort."""
        return replace(self, narrowing=replace(self.narrowing, **change))

    def _unfiltered(self) -> Narrowing:
        return replace(self.narrowing, filters={})  # of the people found before

    def _one(self, kind: str) -> str:
        return next((part.value for part in self.parts if part.kind == kind), "")


def _one_name(parts: Sequence[Part]) -> list[Part]:
    """The parts with all names as one, in their order."""
    name = " ".join(part.value for part in parts if part.kind == "name")
    named = [Part("name", name, name)] if name else []
    return named + [part for part in parts if part.kind != "name"]


@dataclass(frozen=True, slots=True)
class Chip:
    """A part as the page shows it, with its place and what its words may be said to be."""

    place: int
    label: str
    value: str
    kinds: tuple[tuple[str, str], ...]


def chips(question: Question) -> list[Chip]:
    """What was understood, in the order of the parts."""
    return [
        Chip(place, part.label, shown(part), _kinds(question, part))
        for place, part in enumerate(question.parts)
    ]


def shown(part: Part) -> str:
    """The value in words: a date as officers write it, a range of ages, a sex."""
    if part.kind == dates.KIND and part.value.count("-"):
        return "/".join(reversed(part.value.split("-")))
    if part.kind == ages.AGE:
        return part.value.replace("-", " to ")
    if part.kind == ages.SEX:
        return {"M": "Male", "F": "Female"}.get(part.value, part.value)
    return part.value


def _kinds(question: Question, part: Part) -> tuple[tuple[str, str], ...]:
    if part.kind == "name" and len(question.parts) == 1 and len(part.typed.split()) == 1:
        offered = {kind: words for kind, words in READABLE.items() if kind == places.STREET}
    elif part.kind == "name":
        offered = {}
    else:
        offered = READABLE
    is_number = part.kind in NUMBERS
    return tuple(
        (kind, words)
        for kind, words in offered.items()
        if kind != part.kind and not (is_number and kind == NUMBER)
    )
