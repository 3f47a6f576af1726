"""How alike two words of a name are, and why: the best of several explanations wins."""

from enum import Enum
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from people.names.fold import readings
from people.names.keys import (
    codes,
    in_english_letters,
    pet_bases,
    servant_of,
    skeleton,
    without_article,
)
from people.names.short_forms import is_diminutive, is_inner_short_form
from people.names.slips import are_different_names, are_of_other_sexes, weighted_distance
from people.names.tables import PARTICLES, formal_names, is_surname, shared_kinds
from people.parameters import PARAMETERS

_BY = PARAMETERS.likeness


class Relation(Enum):
    """Why a typed word was taken for a recorded one."""

    SAME = "same"
    GENDER = "masculine or feminine form"
    MISREAD = "misread letters"
    VARIANT = "another spelling of the same name"
    SHORT = "a form of"
    LANGUAGE = "the same name in another language"
    SPELLING = "letters differ"
    SOUND = "sounds like"
    CONSONANTS = "same consonants"
    BEGINNING = "begins with"
    ENDING = "ends with"
    INITIAL = "initial"
    JOINED = "written as one word"
    SPLIT = "written as several words"
    NONE = "nothing"


class Likeness(NamedTuple):
    """0 to 1 and the reason; `letters` is the number of differing letters for SPELLING.

    `doubtful`: both words are names of their own, so their closeness proves little.
    """

    value: float
    relation: Relation
    letters: int = 0
    doubtful: bool = False


NOTHING = Likeness(0.0, Relation.NONE)
_value = itemgetter(0)

# endings of surnames that change with the bearer's sex, longest first
_ENDINGS = (
    ("skaya", "sk"), ("dzka", "dzk"), ("dzki", "dzk"), ("ska", "sk"), ("ski", "sk"), ("sky", "sk"),
    ("skyi", "sk"), ("cka", "ck"), ("cki", "ck"), ("ova", ""), ("ov", ""), ("eva", ""), ("ev", ""),
)  # fmt: skip
# a feminine ending, and the masculine ones that it answers
_FEMININE = (
    ("iene", ("as", "is", "us", "ys")), ("aite", ("as", "a")), ("iute", ("ius",)),
    ("ute", ("us",)), ("yte", ("is", "ys")), ("ina", ("ins",)), ("opoulou", ("opoulos",)),
    ("idou", ("idis",)), ("aki", ("akis",)), ("iadou", ("iadis",)),
)  # fmt: skip


@lru_cache(maxsize=1_000_000)
def likeness(typed: str, recorded: str) -> Likeness:
    """How alike a typed and a recorded word are."""
    if typed == recorded:
        return Likeness(1.0, Relation.SAME)
    if len(typed) == 1 or len(recorded) == 1:
        same = typed[0] == recorded[0] and recorded not in PARTICLES
        return Likeness(_BY.initial, Relation.INITIAL) if same else NOTHING
    similar = JaroWinkler.similarity(typed, recorded)
    # most pairs of words are nothing to each other: what cannot hold is not asked
    near = typed[:2] == recorded[:2]
    inside = typed in recorded or recorded in typed
    found = (
        _by_group(typed, recorded),
        _by_pet_form(typed, recorded) if near or inside else NOTHING,
        _by_ending(typed, recorded) if near else NOTHING,
        _by_spelling(typed, recorded),
        _by_sound(typed, recorded, similar) if similar > 0.5 else NOTHING,
        _by_part(typed, recorded) if inside else NOTHING,
        _by_article(typed, recorded),
        _by_reading(typed, recorded),
        _by_orthography(typed, recorded),
    )
    best = max(found, key=_value)
    if best.value < _BY.least:
        return NOTHING
    if best.relation in _CLOSE and not best.doubtful:
        best = best._replace(doubtful=_is_doubtful(best, typed, recorded))
    if best.doubtful and are_of_other_sexes(typed, recorded):
        return best._replace(value=best.value * _BY.other_sex)
    return best


def _is_doubtful(found: Likeness, typed: str, recorded: str) -> bool:
    """Whether two close words are names of their own; a name shortened by much is that name."""
    if "P" in shared_kinds(typed, recorded):
        return False
    shortened = found.relation in (Relation.BEGINNING, Relation.ENDING)
    if shortened and abs(len(typed) - len(recorded)) >= SHORTENED:
        # nobody shortens Blackwood to Black
        both_surnames = is_surname(typed) and is_surname(recorded)
        return both_surnames or are_of_other_sexes(typed, recorded)
    return are_different_names(typed, recorded)


SHORTENED = 3  # letters less make a short form: Leo of Leopold; one less another name: Joan, Joann


_CLOSE = frozenset(
    {
        Relation.SPELLING,
        Relation.SOUND,
        Relation.CONSONANTS,
        Relation.GENDER,
        Relation.BEGINNING,
        Relation.ENDING,
    }
)


def _by_group(typed: str, recorded: str) -> Likeness:
    kinds = shared_kinds(typed, recorded)
    if not kinds:
        return NOTHING
    # names of one origin, but Nicola and Nicolas are not one person's
    other_sex = are_of_other_sexes(typed, recorded)
    if "W" in kinds:
        return Likeness(_BY.spelling_known, Relation.VARIANT, doubtful=other_sex)
    if "N" in kinds:
        direct = recorded in formal_names(typed) or typed in formal_names(recorded)
        # Molly and Polly are both said of Mary, but not of one woman
        apart = not direct and (typed[0] != recorded[0] or other_sex)
        value = _BY.short_direct if direct else _BY.short_shared
        return Likeness(value, Relation.SHORT, doubtful=apart)
    if "P" in kinds:
        return Likeness(_BY.by_ear, Relation.SOUND)
    if "X" in kinds:
        return Likeness(_BY.language, Relation.LANGUAGE, doubtful=other_sex)
    return Likeness(_BY.met_as, Relation.VARIANT, doubtful=other_sex)


def _by_pet_form(typed: str, recorded: str) -> Likeness:
    """A pet form that no table knows: Daz, Dazza, Robbo, Deano from the name's beginning.

    With the ending of a diminutive, or inside a theophoric name, it is hardly anything else.
    """
    for short, full in ((typed, recorded), (recorded, typed)):
        if is_diminutive(short, full):
            other_sex = are_of_other_sexes(short, full)
            return Likeness(_BY.diminutive, Relation.SHORT, doubtful=other_sex)
        if is_inner_short_form(short, full):
            return Likeness(_BY.diminutive, Relation.SHORT)
    for short, full in ((typed, recorded), (recorded, typed)):
        if any(full.startswith(base) and full != base for base in pet_bases(short)):
            return Likeness(_BY.pet_form, Relation.SHORT, doubtful=True)
    return NOTHING


def _by_ending(typed: str, recorded: str) -> Likeness:
    stem = _stem(typed)
    if (stem and stem == _stem(recorded)) or _are_baltic_or_greek(typed, recorded):
        return Likeness(_BY.ending, Relation.GENDER)
    longer, shorter = sorted((typed, recorded), key=len, reverse=True)
    if len(shorter) >= 4 and longer[:-1] == shorter and longer[-1] == "a":
        return Likeness(_BY.ending_a, Relation.GENDER)
    return NOTHING


def _are_baltic_or_greek(one: str, other: str) -> bool:
    for woman, man in ((one, other), (other, one)):
        for ending, answers in _FEMININE:
            stem = woman.removesuffix(ending)
            if stem != woman and len(stem) > 2 and any(stem + end == man for end in answers):
                return True
    return False


@lru_cache(maxsize=400_000)
def _stem(token: str) -> str:
    for ending, kept in _ENDINGS:
        if token.endswith(ending) and len(token) - len(ending) >= 3:
            return token[: -len(ending)] + kept
    return ""


def _by_spelling(typed: str, recorded: str) -> Likeness:
    letters = OSA.distance(typed, recorded, score_cutoff=3)
    shorter = min(len(typed), len(recorded))
    allowed = 0.0 if shorter < 3 else 1.0 if shorter < 5 else 2.0 if shorter < 9 else 3.0
    if letters > 3 or not allowed:
        return NOTHING
    distance = weighted_distance(typed, recorded)
    if distance > allowed:
        return NOTHING
    value = max(0.5, 1 - 1.05 * distance / max(len(typed), len(recorded)))
    return Likeness(value, Relation.SPELLING, letters)


def _by_sound(typed: str, recorded: str, similar: float) -> Likeness:
    best = NOTHING
    if similar >= 0.55 and codes(typed) & codes(recorded):
        close = similar >= 0.70  # else the codes leave out too much: Finch, Fanshaw
        value = _BY.sound + 0.18 * similar if close else _BY.sound_far + 0.35 * similar
        best = Likeness(value, Relation.SOUND)
    bones = skeleton(typed)
    if bones and similar > 0.5 and bones == skeleton(recorded):
        value = _BY.consonants + 0.18 * similar
        if value > best.value:
            best = Likeness(value, Relation.CONSONANTS)
    return best


def _by_part(typed: str, recorded: str) -> Likeness:
    many, few = len(recorded), len(typed)
    if few >= 3 and recorded.startswith(typed):
        return Likeness(0.80 + 0.12 * few / many, Relation.BEGINNING)
    if many >= 3 and typed.startswith(recorded):
        return Likeness(0.74 + 0.12 * many / few, Relation.BEGINNING)
    if few >= 3 and many - few >= 2 and recorded.endswith(typed):
        return Likeness(0.72 + 0.14 * few / many, Relation.ENDING)
    if few == 2 and recorded.startswith(typed):
        return Likeness(0.62, Relation.BEGINNING)
    return NOTHING


def _by_article(typed: str, recorded: str) -> Likeness:
    """ "Altayyib" for Tayyib: the article written into the word."""
    for joined, plain in ((typed, recorded), (recorded, typed)):
        if bare := without_article(joined):
            found = likeness(bare, plain)
            if found.value > 0.8:
                return Likeness(found.value * 0.98, Relation.JOINED)
    if (one := servant_of(typed)) and (other := servant_of(recorded)):
        found = likeness(one, other)
        if found.value > 0.8:
            return Likeness(found.value * 0.98, Relation.VARIANT)
    return NOTHING


def _by_orthography(typed: str, recorded: str) -> Likeness:
    """A word of Somali orthography against how officers write it."""
    one, other = in_english_letters(typed), in_english_letters(recorded)
    if bool(one) != bool(other):
        found = likeness(one or typed, other or recorded)
        if found.value > 0.8:
            return Likeness(found.value * 0.98, Relation.VARIANT, doubtful=found.doubtful)
    return NOTHING


def _by_reading(typed: str, recorded: str) -> Likeness:
    for form in readings(typed):
        if form == recorded:
            return Likeness(_BY.misread, Relation.MISREAD)
        if not typed.isalpha() and weighted_distance(form, recorded) <= 1.5:
            return Likeness(0.85, Relation.MISREAD)
    return NOTHING
