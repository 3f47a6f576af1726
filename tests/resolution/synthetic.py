"""A small population with known truth, for tests: families, twins, father and son, typing errors.

Deliberately another generator than `make_feeds`: nothing in resolution may be tuned to one.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

GIVEN = (
    "James",
    "John",
    "Robert",
    "Michael",
    "William",
    "David",
    "Richard",
    "Joseph",
    "Thomas",
    "Charles",
    "Mohammed",
    "Ahmed",
    "Ali",
    "Hassan",
    "Omar",
    "Ibrahim",
    "Harpreet",
    "Gurpreet",
    "Jaspal",
    "Rajesh",
    "Amit",
    "Piotr",
    "Krzysztof",
    "Tomasz",
    "Delroy",
    "Leroy",
    "Mary",
    "Patricia",
    "Jennifer",
    "Linda",
    "Elizabeth",
    "Susan",
    "Jessica",
    "Sarah",
    "Karen",
    "Fatima",
    "Aisha",
    "Khadija",
    "Zainab",
    "Simran",
    "Priya",
    "Anita",
    "Agnieszka",
    "Katarzyna",
    "Shanice",
    "Keisha",
    "Nathaniel",
    "Oliver",
    "Jack",
    "Harry",
    "George",
)
SURNAME = (
    "Smith",
    "Jones",
    "Taylor",
    "Brown",
    "Williams",
    "Wilson",
    "Johnson",
    "Davies",
    "Robinson",
    "Wright",
    "Thompson",
    "Evans",
    "Walker",
    "White",
    "Roberts",
    "Green",
    "Hall",
    "Wood",
    "Jackson",
    "Clarke",
    "Khan",
    "Hussain",
    "Ahmed",
    "Ali",
    "Begum",
    "Singh",
    "Kaur",
    "Patel",
    "Shah",
    "Sharma",
    "Kowalski",
    "Nowak",
    "Campbell",
    "Grant",
    "Francis",
    "Okafor",
    "Mensah",
    "Nguyen",
    "Chen",
    "Wang",
)
STREET = (
    "High",
    "Station",
    "Church",
    "Victoria",
    "Green",
    "Mill",
    "Park",
    "Queen",
    "King",
    "London",
    "Grove",
    "Chapel",
)
_SYLLABLE = (
    "ba",
    "den",
    "for",
    "gar",
    "hol",
    "kin",
    "lan",
    "mor",
    "nor",
    "pen",
    "ral",
    "ston",
    "ther",
    "wick",
    "ham",
    "ley",
    "by",
    "thorpe",
)
SYSTEMS = ("crime_recording", "custody", "intelligence", "incidents", "pnc", "missing_persons")


@dataclass(frozen=True)
class Someone:
    """A true person."""

    truth: int
    given: str
    middle: str
    surname: str
    born: date
    sex: str
    house: str
    street: str
    postcode: str
    phone: str
    mobile: str
    pnc: str
    alias: str = ""


@dataclass
class World:
    """Makes people and the records that systems keep of them; the seed decides everything."""

    seed: int
    people: list[Someone] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311

    def populate(self, count: int) -> list[Someone]:
        """That many people in households of one to five, one pair of twins in forty homes."""
        while len(self.people) < count:
            self.people += self._household()
        self.people = self.people[:count]
        return self.people

    def _household(self) -> list[Someone]:
        r = self._random
        surname = self._surname()
        home = {
            "house": str(r.randint(1, 150)),
            "street": f"{r.choice(STREET)}{r.choice(_SYLLABLE)} {r.choice(['Road', 'Street'])}",
            "postcode": f"B{r.randint(1, 45)} {r.randint(1, 9)}{r.choice('ABDEFG')}"
            f"{r.choice('ABDEFGHJ')}",
            "phone": f"+44121{r.randint(2000000, 8999999)}",
        }
        father = self._someone(surname, home, born=self._day(1945, 1985))
        family = [father]
        family += [
            self._someone(surname, home, born=self._day(1970, 2008))
            for _ in range(r.choice([0, 0, 1, 2, 3]))
        ]
        if r.random() < 1 / 40:
            family.append(self._someone(surname, home, born=family[-1].born))
        if r.random() < 1 / 40:
            son = self._someone(surname, home, born=father.born + timedelta(days=9500))
            family.append(replace(son, given=father.given))
        return family

    def _someone(self, surname: str, home: dict[str, str], *, born: date) -> Someone:
        r = self._random
        number = len(self.people) * 10 + r.randint(0, 9)
        person = Someone(
            truth=r.getrandbits(60),
            given=self._given(),
            middle=r.choice(GIVEN) if r.random() < 0.4 else "",
            surname=surname,
            born=born,
            sex=r.choice("MF"),
            mobile=f"+447{r.randint(100000000, 999999999)}",
            pnc=f"{r.randint(1980, 2023)}/{number:07d}{r.choice('ABCDEFGHJKLMNPQRTUVWXYZ')}"
            if r.random() < 0.35
            else "",
            **home,
        )
        alias = f"{r.choice(GIVEN)} {self._surname()}" if r.random() < 0.05 else ""
        return replace(person, alias=alias)

    def _given(self) -> str:
        r = self._random
        if r.random() < 0.7:
            return GIVEN[min(int(r.expovariate(0.08)), len(GIVEN) - 1)]
        return (r.choice(_SYLLABLE) + r.choice(_SYLLABLE)).capitalize()

    def _surname(self) -> str:
        r = self._random
        if r.random() < 0.5:
            return SURNAME[min(int(r.expovariate(0.1)), len(SURNAME) - 1)]
        return (r.choice(_SYLLABLE) + r.choice(_SYLLABLE) + r.choice(_SYLLABLE)).capitalize()

    def _day(self, first: int, last: int) -> date:
        return date(first, 1, 1) + timedelta(days=self._random.randint(0, (last - first) * 365))

    def records(self, *, mean: float = 6.0) -> list[dict[str, Any]]:
        """Fields of NominalRecord, plus `truth`, in a shuffled order."""
        rows = [
            self._record(person)
            for person in self.people
            for _ in range(1 + min(int(self._random.expovariate(1 / mean)), 40))
        ]
        self._random.shuffle(rows)
        return rows

    def _record(self, person: Someone) -> dict[str, Any]:
        r = self._random
        given, surname = person.given, person.surname
        if person.alias and r.random() < 0.2:
            given, surname = person.alias.split()
        given = self._slip(given, 0.04)
        surname = self._slip(surname, 0.04)
        if r.random() < 0.02:
            given, surname = surname, given
        if r.random() < 0.03:
            given = given[0]
        if person.middle and r.random() < 0.5:
            given = f"{given} {person.middle}"
        seen = date(2010, 1, 1) + timedelta(days=r.randint(0, 5000))
        born: date | None = person.born
        if r.random() < 0.15:
            born = None
        elif r.random() < 0.04:
            born = self._wrong(person.born)
        address = {
            "house": person.house,
            "street": person.street,
            "town": "Birmingham",
            "postcode": person.postcode,
            "from": None,
            "to": None,
        }
        phones = [p for p in (person.mobile, person.phone) if r.random() < 0.3]
        return {
            "truth": person.truth,
            "system": r.choice(SYSTEMS),
            "given_names": given,
            "surname": surname,
            "names": [{"kind": "alias", "full": person.alias}]
            if person.alias and r.random() < 0.3
            else [],
            "born_on": born,
            "born_precision": "D" if born else "",
            "sex": person.sex if r.random() < 0.9 else "",
            "pnc_id": person.pnc if r.random() < 0.5 else "",
            "addresses": [address] if r.random() < 0.7 else [],
            "phones": phones,
            "recorded_on": seen,
        }

    def _slip(self, word: str, chance: float) -> str:
        r = self._random
        if r.random() > chance or len(word) < 3:
            return word
        at = r.randint(1, len(word) - 2)
        return word[:at] + r.choice("aeiourstln") + word[at + 1 :]

    def _wrong(self, born: date) -> date:
        if born.day <= 12 and self._random.random() < 0.5:
            return born.replace(month=born.day, day=born.month)
        return born + timedelta(days=self._random.choice([-365, -1, 1, 9, 3650]))
