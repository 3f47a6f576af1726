"""The one OpenSearch request of a person search: the access filter, then clauses that recall.

The index only has to bring the right person among the candidates; people.ranking judges. Dates,
ages and places are never filters: recorded ones are wrong too often (names.md, section 4).
"""

import re
from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from people import identifiers
from people.criteria import PersonCriteria
from people.names.fold import in_natural_order, readings, tokens
from people.names.keys import (
    codes,
    glued,
    in_english_letters,
    joins,
    keys,
    pet_bases,
    skeleton,
    without_article,
)
from people.names.tables import PARTICLES, TITLES, is_known, is_often_given
from people.parameters import PARAMETERS
from people.places import place_keys
from people.rule import index_filter
from wmp_search.access.scope import Scope
from wmp_search.search.query import Clause, any_of, constant, term

CANDIDATES = 120
_BY = PARAMETERS.query
FUZZY_FROM, FUZZY_TWO_FROM = 4, 6  # letters


def request(criteria: PersonCriteria, scope: Scope, today: date) -> Clause:
    """The body of the search request."""
    words = name_words(criteria.name)
    matching = [*_name(words), *_identified(criteria.identifiers)]
    supporting = [*_birth(criteria, today), *_place(criteria)]
    query: Clause = {"filter": [index_filter(scope, with_notices=True)]}
    if matching:
        query |= {"must": [any_of(matching)], "should": supporting}
    else:
        query |= {"should": supporting, "minimum_should_match": 1}
    return {
        "size": CANDIDATES,
        "track_total_hits": False,
        "query": {"bool": query},
    }


def name_words(name: str) -> tuple[str, ...]:
    """The typed words in given-surname order, without titles unless there is nothing else."""
    words = tokens(in_natural_order(_INITIALS.sub(_apart, name)))
    followed = pairwise((*words, ""))
    kept = tuple(w for w, after in followed if w not in TITLES or after in _OF_GOD)
    if len(kept) == 1 and any(is_often_given(w) for w in words):
        return words  # "Malik Sweeney" is a whole name
    return kept or words


_INITIALS = re.compile(r"\b[A-Z]{2}\b(?=.*[a-z])")  # "GI Pettifer"
_OF_GOD = frozenset(
    {"ullah", "uddin", "ud", "ur", "din", "deen"}
)  # Hafiz is no title before these


def _apart(found: re.Match[str]) -> str:
    letters = found[0].lower()
    return found[0] if is_known(letters) or letters in PARTICLES else " ".join(found[0])


def _name(words: tuple[str, ...]) -> list[Clause]:
    if not words:
        return []
    clauses = [term("n_full", glued(words), _BY.full)]
    clauses += [_word(word) for word in words]
    for joined in joins(words):
        clauses.append(term("n_tok", joined, _BY.join))
        if len(joined) > 5:  # as much as two words would count
            bones = [term("n_skel", skeleton(joined), 2 * _BY.bones)]
            sounds = [term("n_code", code, 2 * _BY.code) for code in sorted(codes(joined))]
            clauses.append({"dis_max": {"queries": bones + sounds}})
    return clauses


def _word(word: str) -> Clause:
    """A typed word counts once, by the best of its keys."""
    if len(word) == 1:
        return term("n_ini", word, _BY.initial)
    factor = _BY.particle_factor if word in PARTICLES or word in TITLES else 1.0
    best = [term("n_tok", word, _BY.token * factor), term("n_join", word, _BY.join * factor)]
    if factor == 1.0:
        made = keys(word)
        meant = (s for s in sorted(made.symbols) if s[0] != "V" or s == f"V:{word}")
        best += [term("n_sym", symbol, _BY.symbol) for symbol in meant]
        best += [term("n_pre", base, _BY.prefix * 0.9) for base in pet_bases(word)]
        best += [term("n_code", code, _BY.code) for code in sorted(made.codes)]
        if made.skeleton:
            best.append(term("n_skel", made.skeleton, _BY.bones))
            if len(word) > 5:
                best.append(term("n_skel", f"J{made.skeleton}", _BY.bones))
        best += [term("n_tok", form, _BY.token * 0.9) for form in readings(word)]
        if bare := without_article(word):
            best.append(term("n_tok", bare, _BY.token * 0.9))
            best += [term("n_code", code, _BY.code) for code in sorted(keys(bare).codes)]
        if plain := in_english_letters(word):
            best.append(term("n_tok", plain, _BY.token * 0.9))
            best += [term("n_sym", symbol, _BY.symbol) for symbol in sorted(keys(plain).symbols)]
        best += [_fuzzy(form) for form in (word, *_letters_for_digits(word))]
        if len(word) >= 3:
            best.append(term("n_pre", word[:10], _BY.prefix))
    return {"dis_max": {"queries": [clause for clause in best if clause]}}


def _letters_for_digits(word: str) -> tuple[str, ...]:
    return () if word.isalpha() else readings(word)


def _fuzzy(word: str) -> Clause:
    if len(word) < FUZZY_FROM:
        return {}
    allowed = 1 if len(word) < FUZZY_TWO_FROM else 2
    options = {"fuzziness": allowed, "prefix_length": 1, "max_expansions": 50, "boost": _BY.fuzzy}
    return {"fuzzy": {"n_tok": {"value": word, **options}}}


def _birth(criteria: PersonCriteria, today: date) -> list[Clause]:
    born = criteria.born_on
    clauses = []
    if len(born) == 10:
        year, month, day = born.split("-")
        clauses.append(term("dob_key", born, _BY.birth_day))
        if day != month and int(day) <= 12:
            clauses.append(term("dob_key", f"{year}-{day}-{month}", _BY.birth_swapped))
    if len(born) >= 7:
        clauses.append(term("dob_key", born[:7], _BY.birth_month))
    if criteria.decade:
        years = range(criteria.decade, criteria.decade + 10)
        clauses += [term("dob_key", str(year), _BY.birth_near) for year in years]
    elif born:
        clauses.append(term("dob_key", born[:4], _BY.birth_year))
    if criteria.age is not None:
        last = today.year - criteria.age
        first = today.year - (criteria.age_to or criteria.age) - 1
        likely = dict.fromkeys(range(first, last + 1), _BY.birth_year)
        near = {first - 1: _BY.birth_near, last + 1: _BY.birth_near}
        clauses += [term("dob_key", str(year), boost) for year, boost in (likely | near).items()]
    return clauses


def _place(criteria: PersonCriteria) -> list[Clause]:
    boosts = {"s:": _BY.street, "t:": _BY.town}
    return [
        term("place_key", key, boosts.get(key[:2], _BY.outward if len(key) < 5 else _BY.postcode))
        for key in place_keys(criteria.street, criteria.town, criteria.postcode)
    ]


def _identified(numbers: Iterable[str]) -> list[Clause]:
    """Named clauses: the comparison reads in `matched_queries` which number it was."""
    keys = dict.fromkeys(key for text in numbers for key in identifiers.typed_keys(text))
    return [constant(term("id_key", key), _BY.identified, name=key) for key in keys]
