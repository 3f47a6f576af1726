"""What dates of birth, postcodes and identifiers add to or take from a name's likeness."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import OSA

from people import identifiers
from people.criteria import PersonCriteria
from people.models import Identifier, Precision

# found on the development cases; a wrong date must outweigh the best name's margin
DAY, SWAPPED, ONE_DIGIT, MONTH, YEAR = 0.20, 0.15, 0.11, 0.14, 0.10
YEAR_NEAR, YEAR_ONLY_DAY_DIFFERS, DAY_ONLY_YEAR_DIFFERS = -0.02, -0.06, -0.04
DIFFERS, YEAR_DIFFERS, AGE_DIFFERS = -0.25, -0.22, -0.15
POSTCODE, OUTWARD = 0.08, 0.03
IDENTIFIER_UNIQUE, IDENTIFIER_SHARED = 0.30, 0.15
AGE_SLACK = 2  # years that a stated age may be out before it speaks against


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


def of_place(criteria: PersonCriteria, places: Sequence[str]) -> Weighed:
    """Whether the person is recorded at the postcode, or in its area."""
    outward, full = identifiers.postcode(criteria.postcode)
    if not outward:
        return NOTHING
    best = POSTCODE if full else OUTWARD
    recorded = [identifiers.postcode(place) for place in places]
    if full and any(place[1] == full for place in recorded):
        return Weighed(POSTCODE, best, f"same postcode {full[:-3]} {full[-3:]}")
    if any(place[0] == outward for place in recorded):
        return Weighed(OUTWARD, best, f"postcode area {outward}")
    return Weighed(0.0, best)


def of_identifier(criteria: PersonCriteria, ids: Sequence[str]) -> Weighed:
    """Whether the person holds the typed identifier."""
    if not criteria.identifier:
        return NOTHING
    for key in identifiers.typed_keys(criteria.identifier):
        if key in ids:
            kind, _, _ = key.partition(":")
            words = f"same {_IDENTIFIER_WORDS[kind]}"
            unique = kind in identifiers.UNIQUE
            amount = IDENTIFIER_UNIQUE if unique else IDENTIFIER_SHARED
            return Weighed(amount, amount, words, is_unique=unique)
    return Weighed(-0.05, IDENTIFIER_SHARED)


_IDENTIFIER_WORDS = {
    Identifier.Kind.PNC.value: "PNC ID",
    Identifier.Kind.CRO.value: "CRO number",
    Identifier.Kind.PHONE.value: "phone number",
    Identifier.Kind.EMAIL.value: "email address",
    Identifier.Kind.VEHICLE.value: "vehicle registration",
    Identifier.Kind.OTHER.value: "number",
}


def _best_of_birth(criteria: PersonCriteria) -> float:
    by_length = {10: DAY, 7: MONTH, 4: YEAR}
    return by_length.get(len(criteria.born_on), YEAR if criteria.age is not None else 0.0)


def _birth(
    criteria: PersonCriteria, recorded: str, precision: str, today: date
) -> tuple[float, str]:
    if criteria.born_on:
        if precision == Precision.AGE:
            return _against_age(criteria.born_on[:4], recorded[:4])
        known = {Precision.DAY.value: 10, Precision.MONTH.value: 7}.get(precision, 4)
        length = min(known, len(criteria.born_on))
        return _dates(criteria.born_on[:length], recorded[:length])
    return _age(criteria.age or 0, recorded, precision, today)


def _against_age(year: str, recorded: str) -> tuple[float, str]:
    apart = abs(int(year) - int(recorded))
    if apart <= 1:
        return YEAR * 0.7, "fits the recorded age"
    return (YEAR_NEAR, "") if apart <= AGE_SLACK + 1 else (AGE_DIFFERS, "the recorded age differs")


def _dates(asked: str, recorded: str) -> tuple[float, str]:
    """Two dates of the same precision."""
    if len(asked) == 4:
        return _years(asked, recorded)
    if len(asked) == 7:
        same = (MONTH, "same month of birth")
        return same if asked == recorded else (-0.20, "month or year of birth differs")
    return _days(asked, recorded)


def _days(asked: str, recorded: str) -> tuple[float, str]:
    year, month, day = asked.split("-")
    one_digit = OSA.distance(asked.replace("-", ""), recorded.replace("-", "")) == 1
    for found, weighed in (
        (asked == recorded, (DAY, "same date of birth")),
        (f"{year}-{day}-{month}" == recorded, (SWAPPED, "day and month of birth swapped")),
        (one_digit, (ONE_DIGIT, "date of birth one digit different")),
        (year == recorded[:4], (YEAR_ONLY_DAY_DIFFERS, "same year of birth, the day differs")),
        (
            asked[4:] == recorded[4:],
            (DAY_ONLY_YEAR_DIFFERS, "same day and month of birth, the year differs"),
        ),
    ):
        if found:
            return weighed
    return DIFFERS, "date of birth differs"


def _years(asked: str, recorded: str) -> tuple[float, str]:
    if asked == recorded:
        return YEAR, "same year of birth"
    if abs(int(asked) - int(recorded)) == 1:
        return YEAR_NEAR, "year of birth one out"
    return YEAR_DIFFERS, "year of birth differs"


def _age(age: int, recorded: str, precision: str, today: date) -> tuple[float, str]:
    born = date.fromisoformat(recorded)
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    slack = AGE_SLACK if precision == Precision.DAY else AGE_SLACK + 1
    apart = abs(years - age)
    if apart <= 1:
        return YEAR, f"age fits: {years}" if precision == Precision.DAY else "age fits"
    if apart <= slack:
        return YEAR * 0.5, f"age about {years}"
    return max(-0.25, -0.05 * (apart - slack)), f"age differs: about {years}"
