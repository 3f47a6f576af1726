"""A hundred generated matches whose relation is known: the words shown must name it.

A generator makes each pair of recorded and typed name by one rule; the words are those of the
search on the real index, as an officer reads them.
"""

import random
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import pytest

from people.search import PersonCriteria, search
from people.selectors import MASKED_WHY
from people.selectors import search as searched
from tests.people_data import index, person, record
from tests.search.scopes import OPEN, scope
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Tier

pytestmark = pytest.mark.django_db

MAY_UNMASK = scope(
    Permission.PERSON_SEARCH, Permission.PERSON_VIEW, Permission.PERSON_VIEW_RESTRICTED,
    Permission.PERSON_VIEW_MASKED,
)  # fmt: skip

# surnames that no table holds, so that nothing but the rule connects the two words
_FIRST = ("Brad", "Clim", "Drov", "Farn", "Grint", "Holm", "Kest", "Lant", "Marb", "Penn")
_LAST = ("ridge", "wick", "stock", "gomery", "thorne", "combe", "ingale", "bottle", "dyke", "fold")


class Made(NamedTuple):
    """A recorded person, what is typed, and words that must be among the reasons."""

    relation: str
    given: str
    family: str
    typed: str
    words: str
    alias: str = ""
    born_on: str = ""


def generated() -> list[Made]:
    draw = random.Random(5)  # noqa: S311  not for secrets
    surnames = [first + last for first in _FIRST for last in _LAST]
    draw.shuffle(surnames)
    made: list[Made] = []
    for relation, pairs in _PAIRS.items():
        for recorded, typed in pairs:
            family = surnames.pop()
            words = _WORDS[relation].format(recorded=recorded, typed=typed)
            made.append(Made(relation, recorded, family, f"{typed} {family}", words))
    makers = list(_RULES.items())
    while len(made) < 100:
        relation, rule = makers[len(made) % len(makers)]
        made.append(rule(draw.choice(("Leonard", "Patricia", "Gordon")), surnames.pop(), draw))
    return made


_PAIRS = {
    "nickname": (
        ("Robert", "Bob"), ("Elizabeth", "Liz"), ("William", "Bill"), ("Margaret", "Peggy"),
        ("Richard", "Dick"), ("Jakub", "Kuba"), ("Aleksandr", "Sasha"), ("Francisco", "Paco"),
    ),
    "full name of": (("Bob", "Robert"), ("Kuba", "Jakub"), ("Paco", "Francisco")),
    "transliteration": (
        ("Mohammed", "Muhammad"), ("Hussain", "Hussein"), ("Yusuf", "Yousef"),
        ("Fatima", "Faatimah"), ("Ibrahim", "Ebrahim"), ("Abdullah", "Abdallah"),
    ),
    "other language": (("Giuseppe", "Joseph"), ("Jerzy", "George"), ("Guillermo", "William")),
    "initial": (("Leonard", "L"), ("Gwendoline", "G"), ("Desmond", "D")),
    "misread": (("Olive", "0live"), ("Gilbert", "Gi1bert"), ("Samuel", "5amuel")),
}  # fmt: skip
_WORDS = {
    "nickname": "{typed} is a form of {recorded}",
    "full name of": "known as {recorded}, a form of {typed}",
    "transliteration": "{typed} is another spelling of {recorded}",
    "other language": "{typed} is another language's form of {recorded}",
    "initial": "{typed} is an initial of {recorded}",
    "misread": "may be misread for {recorded}",
}


def _one_letter(given: str, family: str, draw: random.Random) -> Made:
    """A consonant inside becomes one that neither sounds nor looks like it."""
    at = next(n for n, c in enumerate(family) if n > 2 and c in "bdgklmnrt")
    typed = family[:at] + ("f" if family[at] in "bdgkt" else "k") + family[at + 1 :]
    words = f"{typed}: one letter different from {family}"
    return Made("one letter", given, family, f"{given} {typed}", words)


def _sound(given: str, family: str, _: random.Random) -> Made:
    """A beginning written in another way for the same sound."""
    recorded, typed = f"Ph{family[2:].lower()}", f"F{family[2:].lower()}"
    return Made("sound", given, recorded, f"{given} {typed}", f"{typed} sounds like {recorded}")


def _swapped(given: str, family: str, draw: random.Random) -> Made:
    day, month = draw.randint(1, 6), draw.randint(7, 12)
    typed = f"{given} {family} @1980-{day:02}-{month:02}"
    words = "day and month of birth swapped"
    return Made("swapped date", given, family, typed, words, born_on=f"1980-{month:02}-{day:02}")


def _digit(given: str, family: str, _: random.Random) -> Made:
    words = "date of birth one digit different"
    return Made("digit", given, family, f"{given} {family} @1980-11-13", words, "", "1980-11-18")


def _alias(given: str, family: str, draw: random.Random) -> Made:
    alias = f"{draw.choice(('Corin', 'Isolde', 'Barnaby'))} {family[::-1].title()}"
    return Made("alias", given, family, alias, "alias in Custody", alias)


def _order(given: str, family: str, _: random.Random) -> Made:
    words = "the words stand in another order"
    return Made("order", given, family, f"{family} {given}", words)


def _join(given: str, family: str, _: random.Random) -> Made:
    recorded, typed = f"{family[:5]} {family[5:]}".title(), family
    words = f"{typed} is written as one word for {recorded}"
    return Made("join", given, recorded, f"{given} {typed}", words)


def _split(given: str, family: str, _: random.Random) -> Made:
    typed = f"{family[:5]} {family[5:]}".title()
    words = f"{typed} is written as several words for {family}"
    return Made("split", given, family, f"{given} {typed}", words)


def _cut(given: str, family: str, _: random.Random) -> Made:
    typed = family[:5]
    words = f"{typed} shares its beginning with {family}"
    return Made("cut", given, family, f"{given} {typed}", words)


def _gender(given: str, family: str, _: random.Random) -> Made:
    recorded, typed = f"{family}owska", f"{family}owski"
    words = f"{typed} is the masculine or feminine form of {recorded}"
    return Made("gender", given, recorded, f"{given} {typed}", words)


def _missing(given: str, family: str, _: random.Random) -> Made:
    typed = f"{given} Quentin {family}"
    return Made("missing", given, family, typed, "not in this name: Quentin")


_RULES = {
    "one letter": _one_letter, "sound": _sound, "swapped date": _swapped, "digit": _digit,
    "alias": _alias, "order": _order, "join": _join, "split": _split, "cut": _cut,
    "gender": _gender, "missing": _missing,
}  # fmt: skip


def test_the_words_of_a_hundred_generated_matches_name_the_relation() -> None:
    cases = generated()
    people = [_recorded(case) for case in cases]
    index()
    wrong = [said for case, pk in zip(cases, people, strict=True) for said in _wrong(case, pk)]
    assert len(cases) == 100
    assert wrong == []


def _recorded(case: Made) -> int:
    return person(
        record(
            given_names=case.given,
            surname=case.family,
            born_on=date.fromisoformat(case.born_on) if case.born_on else None,
            names=[{"kind": "alias", "full": case.alias}] if case.alias else [],
        )
    ).pk


def _wrong(case: Made, pk: int) -> Iterator[tuple[str, ...]]:
    typed, _, born_on = case.typed.partition(" @")
    found = search(PersonCriteria(name=typed, born_on=born_on), OPEN, limit=20).matches
    why = next((match.why for match in found if match.person_id == pk), ())
    if not any(case.words.lower() in line.lower() for line in why):
        yield case.relation, case.typed, case.words, *why


def test_the_words_never_tell_what_is_masked() -> None:
    secrets = ["Seraphina Vantongeren", "Bob Quillmore", "Ottilie Brandreth"]
    for secret in secrets:
        given, family = secret.split()
        person(
            record(given_names="Clara", surname="Openshaw", born_on=date(1991, 1, 1)),
            record("sexual_offences", tier=int(Tier.MASKED), given_names=given, surname=family,
                   born_on=date(1990, 2, 3), phones=["07700900456"]),
        )  # fmt: skip
    index()
    told = ("Vantongeren", "Seraphina", "Quillmore", "Bob", "Brandreth", "Ottilie", "07700900456")
    for name in (*secrets, "Robert Quillmore", "Seraphina Vantongerem", "Brandreth Ottilie"):
        for asking in (OPEN, MAY_UNMASK):
            criteria = PersonCriteria(name=name, born_on="1990-02-03", identifier="07700900456")
            for result in searched(criteria, asking).results:
                shown = " ".join((*result.match.why, result.match.matched_name))
                assert result.match.why == (MASKED_WHY,) or not any(w in shown for w in told)
