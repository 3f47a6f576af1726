"""One question asked of everything: people, crimes, gangs, addresses, vehicles, phones.

People are searched; the others are counted in the same request to the index. Every count is of
what SQL lets the scope see: of the first MOST that the index offers, so that no number speaks of
what is hidden. Where a count did not succeed its tab has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crime import search as crime_index
from crime import selectors as crime
from gangs import search as gang_index
from gangs import selectors as gangs
from people import holdings
from people import selectors as people
from people.notations.places import STREET
from people.question import Question
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.search.client import Aside

MOST = 100  # crimes and gangs that are counted
# the address's name of each tab, its title, and the permission that it needs beside the search
TABS = {
    "people": ("search-results", "People", Permission.PERSON_SEARCH),
    "crimes": ("search-crimes", "Crimes", Permission.CRIME_VIEW),
    "gangs": ("search-gangs", "Gangs", Permission.GANG_VIEW),
    "addresses": ("search-addresses", "Addresses", Permission.PERSON_SEARCH),
    "vehicles": ("search-vehicles", "Vehicles", Permission.PERSON_SEARCH),
    "phones": ("search-phones", "Phones", Permission.PERSON_SEARCH),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: where it leads, and how many it holds in words ("100+"; "" where not known)."""

    name: str
    route: str
    title: str
    count: str


@dataclass(frozen=True, slots=True)
class Everything:
    """A page of people, and what else fits the question. `counts` by tab, for the trail."""

    people: people.ResultPage
    holdings: holdings.Holdings
    tabs: tuple[Tab, ...]
    counts: Mapping[str, int]


def ask(question: Question, scope: Scope, *, page: int = 1) -> Everything:
    """Search people and count the rest. Raises what `people.selectors.search` does."""
    asides = _asides(question, scope)
    found = people.search(
        question.criteria,
        scope,
        page=page,
        narrowing=question.narrowing,
        beside=tuple(asides.values()),
    )
    held = _held(question, scope, asides.get("holdings"))
    counts = {"people": found.total, **_listed(asides, scope)}
    if held is not None:
        counts |= {
            "addresses": len(held.addresses),
            "vehicles": len(held.vehicles),
            "phones": len(held.phones),
        }
    tabs = tuple(
        Tab(name, route, title, _words(name, counts, held))
        for name, (route, title, needed) in TABS.items()
        if scope.may(needed)
    )
    return Everything(found, held or holdings.Holdings(), tabs, counts)


def _asides(question: Question, scope: Scope) -> dict[str, Aside]:
    asides: dict[str, Aside | None] = {"holdings": holdings.aside(question.criteria, scope)}
    if scope.may(Permission.CRIME_VIEW):
        criteria = crime_index.CrimeCriteria(text=question.text)
        asides["crimes"] = crime_index.aside(criteria, scope, most=MOST)
    if scope.may(Permission.GANG_VIEW):
        asides["gangs"] = gang_index.aside(question.text, scope, most=MOST)
    return {name: aside for name, aside in asides.items() if aside}


def _listed(asides: Mapping[str, Aside], scope: Scope) -> dict[str, int]:
    counts = {}
    for name, among in (("crimes", crime.among), ("gangs", gangs.among)):
        ids = asides[name].ids if name in asides else None
        if ids is not None:
            counts[name] = among([int(pk) for pk in ids], scope)
    return counts


def _held(question: Question, scope: Scope, aside: Aside | None) -> holdings.Holdings | None:
    """What fits; None where it could not be asked."""
    if aside is None:
        return holdings.Holdings()
    if aside.ids is None:
        return None
    typed = next((part.typed for part in question.parts if part.kind == STREET), "")
    return holdings.read(question.criteria, scope, aside.ids, address=typed)


def _words(name: str, counts: Mapping[str, int], held: holdings.Holdings | None) -> str:
    if name not in counts:
        return ""
    count = counts[name]
    is_full = held is not None and held.is_full and name in ("addresses", "vehicles", "phones")
    more = count >= MOST if name in ("crimes", "gangs") else is_full and count
    return f"{count}+" if more else str(count)
