"""What dates of birth, sex, places and identifiers add to or take from a name's likeness."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import OSA

from people import identifiers
from people.criteria import SEXES, PersonCriteria
from people.models import Identifier, Precision
from people.parameters import PARAMETERS
from people.places import place_keys, street

_BIRTH, _PLACE = PARAMETERS.birth, PARAMETERS.place
_SEX, _NUMBER = PARAMETERS.sex, PARAMETERS.identifier


@dataclass(frozen=True, slots=True)
class Weighed:
    """An amount to add to the score and the words for it; `best` is what it could have been."""

    amount: float
    best: float
    words: str = ""
    is_unique: bool = False


NOTHING = Weighed(0.0, 0.0)


def of_birth(criteria: PersonCriteria, births: Sequence[Sequence[str]], today: date) -> Weighed:
    """The most favourable of a person's dates of birth; nothing known is no evidence."""
    best = _best_of_birth(criteria)
    if not best:
        return NOTHING
    weighed = [_birth(criteria, on, precision, today) for on, precision in births]
    amount, words = max(weighed, default=(0.0, ""))
    return Weighed(amount, best, words)


def of_place(criteria: PersonCriteria, places: Sequence[Sequence[str]]) -> Weighed:
    """Whether the person is recorded at the address, or near it: the closest agreement counts.

    A place that differs takes nothing away: people move.
    """
    asked = place_keys(criteria.street, criteria.town, criteria.postcode)
    if not asked:
        return NOTHING
    recorded = {key for place in places for key in place_keys(*place)}
    worth = {key: _worth_of_place(key) for key in asked}
    agreed = [key for key in asked if key in recorded]
    words = ", ".join(_place_words(key, criteria) for key in _telling(agreed))
    amount = max((worth[key] for key in agreed), default=0.0)
    return Weighed(amount, max(worth.values()), words)


def of_sex(criteria: PersonCriteria, sexes: Collection[str]) -> Weighed:
    """Whether the person is recorded as of the sex asked for; both recorded says nothing."""
    if not criteria.sex:
        return NOTHING
    known = {sex for sex in sexes if sex in SEXES}
    if len(known) != 1:
        return Weighed(0.0, _SEX.same)
    if criteria.sex in known:
        return Weighed(_SEX.same, _SEX.same, "same sex")
    return Weighed(_SEX.differs, _SEX.same, "sex differs")


def of_identifiers(criteria: PersonCriteria, held: Collection[str]) -> Weighed:
    """Whether the person holds the typed identifiers; `held`: those of their keys that matched."""
    if not criteria.identifiers:
        return NOTHING
    found = [_of_identifier(text, held) for text in criteria.identifiers]
    best = max(found, key=lambda weighed: weighed.amount)
    words = ", ".join(weighed.words for weighed in found if weighed.words)
    return Weighed(best.amount, best.best, words, is_unique=any(w.is_unique for w in found))


def _of_identifier(text: str, held: Collection[str]) -> Weighed:
    for key in identifiers.typed_keys(text):
        if key in held:
            kind, _, _ = key.partition(":")
            words = f"same {_IDENTIFIER_WORDS[kind]}"
            unique = kind in identifiers.UNIQUE
            amount = _NUMBER.unique if unique else _NUMBER.shared
            return Weighed(amount, amount, words, is_unique=unique)
    return Weighed(_NUMBER.differs, _NUMBER.shared)


def _worth_of_place(key: str) -> float:
    by_kind = {"s:": _PLACE.street, "t:": _PLACE.town}
    return by_kind.get(key[:2], _PLACE.outward if len(key) < 5 else _PLACE.postcode)


def _telling(keys: Sequence[str]) -> list[str]:
    """Without the first half of a postcode that agrees as a whole."""
    return [key for key in keys if not any(o != key and o.startswith(key) for o in keys)]


def _place_words(key: str, criteria: PersonCriteria) -> str:
    if key.startswith("s:"):
        return f"same street {street(criteria.street).title()}"
    if key.startswith("t:"):
        return f"same town {criteria.town.title()}"
    return f"same postcode {key[:-3]} {key[-3:]}" if len(key) > 4 else f"postcode area {key}"


_IDENTIFIER_WORDS = {
    Identifier.Kind.PNC.value: "PNC ID",
    Identifier.Kind.CRO.value: "CRO number",
    Identifier.Kind.PHONE.value: "phone number",
    Identifier.Kind.EMAIL.value: "email address",
    Identifier.Kind.VEHICLE.value: "vehicle registration",
    Identifier.Kind.OTHER.value: "number",
    identifiers.EVENT: "event reference",
}


def _best_of_birth(criteria: PersonCriteria) -> float:
    if criteria.decade:
        return _BIRTH.decade
    by_length = {10: _BIRTH.day, 7: _BIRTH.month, 4: _BIRTH.year}
    aged = _BIRTH.year if criteria.age is not None else 0.0
    return by_length.get(len(criteria.born_on), aged)


def _birth(
    criteria: PersonCriteria, recorded: str, precision: str, today: date
) -> tuple[float, str]:
    if criteria.decade:
        return _decade(criteria.decade, int(recorded[:4]))
    if criteria.born_on:
        if precision == Precision.AGE:
            return _against_age(criteria.born_on[:4], recorded[:4])
        known = {Precision.DAY.value: 10, Precision.MONTH.value: 7}.get(precision, 4)
        length = min(known, len(criteria.born_on))
        return _dates(criteria.born_on[:length], recorded[:length])
    return _age(criteria, recorded, precision, today)


def _decade(first: int, year: int) -> tuple[float, str]:
    if first <= year < first + 10:
        return _BIRTH.decade, f"born in the {first}s"
    near = first - 2 <= year < first + 12
    return (_BIRTH.year_near, "") if near else (_BIRTH.decade_differs, "decade of birth differs")


def _against_age(year: str, recorded: str) -> tuple[float, str]:
    apart = abs(int(year) - int(recorded))
    if apart <= 1:
        return _BIRTH.year * 0.7, "fits the recorded age"
    if apart <= _BIRTH.age_slack + 1:
        return _BIRTH.year_near, ""
    return _BIRTH.age_differs, "the recorded age differs"


def _dates(asked: str, recorded: str) -> tuple[float, str]:
    """Two dates of the same precision."""
    if len(asked) == 4:
        return _years(asked, recorded)
    if len(asked) == 7:
        same = (_BIRTH.month, "same month of birth")
        return same if asked == recorded else (_BIRTH.month_differs, _MONTH_DIFFERS)
    return _days(asked, recorded)


_MONTH_DIFFERS = "month or year of birth differs"


def _days(asked: str, recorded: str) -> tuple[float, str]:
    year, month, day = asked.split("-")
    one_digit = OSA.distance(asked.replace("-", ""), recorded.replace("-", "")) == 1
    for found, amount, words in (
        (asked == recorded, _BIRTH.day, "same date of birth"),
        (f"{year}-{day}-{month}" == recorded, _BIRTH.swapped, "day and month of birth swapped"),
        (one_digit, _BIRTH.one_digit, "date of birth one digit different"),
        (year == recorded[:4], _BIRTH.day_differs, "same year of birth, the day differs"),
        (
            asked[4:] == recorded[4:],
            _BIRTH.year_differs_day_same,
            "same day and month of birth, the year differs",
        ),
    ):
        if found:
            return amount, words
    return _BIRTH.differs, "date of birth differs"


def _years(asked: str, recorded: str) -> tuple[float, str]:
    if asked == recorded:
        return _BIRTH.year, "same year of birth"
    if abs(int(asked) - int(recorded)) == 1:
        return _BIRTH.year_near, "year of birth one out"
    return _BIRTH.year_differs, "year of birth differs"


def _age(
    criteria: PersonCriteria, recorded: str, precision: str, today: date
) -> tuple[float, str]:
    born = date.fromisoformat(recorded)
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    youngest = criteria.age or 0
    oldest = criteria.age_to if criteria.age_to is not None else youngest
    slack = _BIRTH.age_slack if precision == Precision.DAY else _BIRTH.age_slack + 1
    apart = max(youngest - years, years - oldest, 0)
    if apart <= 1:
        return _BIRTH.year, f"age fits: {years}" if precision == Precision.DAY else "age fits"
    if apart <= slack:
        return _BIRTH.year * 0.5, f"age about {years}"
    return max(_BIRTH.differs, _BIRTH.age_step * (apart - slack)), f"age differs: about {years}"
