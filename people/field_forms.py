"""The form of all fields, for those who know what is what."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from people import minimum
from people.criteria import CriteriaError
from people.notations import ages, dates, places
from people.question import NUMBER, Question
from people.understand import NUMBERS, Part, read
from wmp_search.access.purpose_forms import PurposeForm

PLAIN = {"autocomplete": "off", "spellcheck": "false"}
SHORT = {**PLAIN, "class": "govuk-input--width-10"}


def _text(label: str, help_text: str = "", most: int = 80, **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={**PLAIN, **attrs})
    return forms.CharField(
        label=label, help_text=help_text, max_length=most, required=False, widget=widget
    )


class FieldsForm(PurposeForm):
    """One particular a field; `question` holds them once the form is valid.

    Each value is read in every notation that the one box reads.
    """

    name = _text("Name, nickname or alias", "In any order and spelling", most=120)
    born = _text("Date of birth or year", "For example 8/6/1989, June 1989 or 1989", 40, **SHORT)
    age = _text("Age", "For example 34, about 30 or 30 to 35", 40, **SHORT)
    sex = forms.ChoiceField(
        label="Sex",
        choices=[("", "Not known"), ("M", "Male"), ("F", "Female")],
        required=False,
    )
    postcode = _text("Postcode", "Full, or its first half", 12, **SHORT)
    street = _text("Street")
    town = _text("Town", list="towns")
    number = _text("Number", "PNC ID, CRO, phone, vehicle, custody or another number", most=120)
    exact = forms.BooleanField(
        label="Only as typed: no other spellings, no nicknames", required=False
    )
    field_order = [
        *("name", "born", "age", "sex", "postcode", "street", "town", "number", "exact"),
        *("code", "reference"),
    ]
    question: Question
    wide = False

    @classmethod
    def initial_of(cls, question: Question) -> dict[str, Any]:
        """The fields of a question that was asked already."""
        names = {
            "name": "name", dates.KIND: "born", ages.AGE: "age", ages.SEX: "sex",
            places.POSTCODE: "postcode", places.STREET: "street", places.TOWN: "town",
        }  # fmt: skip
        found: dict[str, Any] = {"exact": question.narrowing.exact}
        for part in question.parts:
            name = names.get(part.kind, "number")
            value = part.value if part.kind in (ages.SEX, places.TOWN) else part.typed
            found[name] = f"{found[name]} {value}" if name in found else value
        return found

    def clean(self) -> dict[str, Any]:
        """Put the parts together; a wide search is counted only when it is going to be made."""
        data = super().clean()
        if self.errors:
            return data
        try:
            asked = Question.of_parts(list(self._parts(data)))
            self.question = asked.narrowed(exact=bool(data.get("exact")))
            self.wide = minimum.check(self.question.criteria, self.request.scope)
            if self.wide:
                minimum.count(self.question.criteria, self.request.scope)
        except (CriteriaError, minimum.TooManyError) as error:
            raise ValidationError({"name": str(error)}) from error
        return data

    def _parts(self, data: dict[str, Any]) -> Iterator[Part]:
        for field, kind in (("name", "name"), ("street", places.STREET), ("town", places.TOWN)):
            if value := " ".join(data[field].split()):
                yield Part(kind, value, value)
        if data["sex"]:
            yield Part(ages.SEX, data["sex"], {"M": "male", "F": "female"}[data["sex"]])
        notations = (
            ("born", dates.KIND, "born {}", "Enter a date, a month and year, or a year"),
            ("age", ages.AGE, "aged {}", "Enter an age, or two: 30 to 35"),
            ("postcode", places.POSTCODE, "{}", "Enter a postcode or its first half"),
        )
        for field, kind, line, words in notations:
            if value := data[field].strip():
                part = part_of(kind, value, line.format(value))
                if part:
                    yield part
                else:
                    self.add_error(field, words)
        yield from numbers_in(data["number"])


def part_of(kind: str, value: str, line: str) -> Part | None:
    """The value as the one box would read it."""
    for text in (value, line, f"x {value}"):
        try:
            found = [part for part in read(text).parts if part.kind == kind]
        except CriteriaError:
            continue
        if found and _bare(value) in _bare(found[0].typed):  # all of it, not a part
            return Part(kind, found[0].value, value)
    return None


def _bare(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def numbers_in(text: str) -> Iterator[Part]:
    """The numbers in a text, each of the kind that it looks like."""
    text = " ".join(text.split())
    if not text:
        return
    try:
        known = [part for part in read(text).parts if part.kind in NUMBERS]
    except CriteriaError:
        known = []
    yield from known or [Part(NUMBER, text, text)]


@cache
def towns() -> list[str]:
    """The towns that a search knows, for the list beside the field: a reference list."""
    return sorted(name.title() for name in places.known_towns())
