"""What a scope may read about crimes: lists of them, and which it may see.

Who was involved in one stands in `crime.profile`, the crimes of people in `crime.of_people`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from audit.replays import Look
from crime import method
from crime import search as index
from crime.models import Crime, Outcome
from crime.protected import is_sexual
from people.sources import title
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.search.query import Clause

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class CrimeSummary:
    """What a list shows of a crime. `how`: of the words of how it was done, the part by which a
    search found it.
    """

    crime_id: int
    number: str
    offence: str
    when: str
    on: date | None
    place: str
    outcome: str
    system: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class CrimePage:
    """One page of crimes found, in rank order."""

    crimes: tuple[CrimeSummary, ...]
    total: int
    index_build: str


def visible(scope: Scope) -> QuerySet[Crime]:
    """Crimes, not deleted, at or below the scope's tier; none without permission."""
    if not scope.may(Permission.CRIME_VIEW):
        return Crime.objects.none()
    return Crime.objects.filter(tier__in=scope.event_tiers, deleted_at__isnull=True)


def search(criteria: index.CrimeCriteria, scope: Scope, *, page: int = 1) -> CrimePage:
    """Ask the index, then show its crimes through SQL. One OpenSearch request, three queries."""
    offset = (page - 1) * PAGE_SIZE
    found = index.search(criteria, scope, offset=offset, limit=PAGE_SIZE)
    known = {c.crime_id: c for c in summaries([m.crime_id for m in found.matches], scope)}
    how = _how([m.crime_id for m in found.matches if m.by_method], criteria, scope)
    crimes = tuple(
        replace(known[m.crime_id], how=how.get(m.crime_id, ""))
        for m in found.matches
        if m.crime_id in known
    )
    hidden = len(found.matches) - len(crimes)
    return CrimePage(crimes, found.total - hidden, found.index_build)


def _how(crime_ids: Sequence[int], criteria: index.CrimeCriteria, scope: Scope) -> dict[int, str]:
    """Of each crime found by how it was done the words, where the scope may read them."""
    if not crime_ids:
        return {}
    words = [*criteria.mo.split(), *criteria.text.split()]
    rows = (
        visible(scope).filter(pk__in=crime_ids).values_list("pk", "mo", "offence_code", "offence")
    )
    return {
        pk: method.WITHHELD if is_sexual(code, offence) else method.excerpt(mo, words)
        for pk, mo, code, offence in rows
    }


def listed(filters: Sequence[Clause], scope: Scope, *, page: int) -> CrimePage:
    """A page of the crimes that pass all filters of the index, the newest first."""
    offset = (page - 1) * PAGE_SIZE
    ids, total = index.listed(filters, scope, limit=PAGE_SIZE, offset=offset)
    known = {crime.crime_id: crime for crime in summaries(ids, scope)}
    crimes = tuple(known[pk] for pk in ids if pk in known)
    return CrimePage(crimes, total - (len(ids) - len(crimes)), "")


def among(crime_ids: Collection[int], scope: Scope) -> int:
    """How many of these crimes the scope may see. One query at most."""
    return visible(scope).filter(pk__in=crime_ids).count() if crime_ids else 0


def summaries(crime_ids: Iterable[int], scope: Scope) -> list[CrimeSummary]:
    """Summaries of the visible ones among `crime_ids`. Two queries."""
    return [summary(c) for c in with_outcomes(visible(scope).filter(pk__in=crime_ids))]


def may_see_again(scope: Scope, look: Look) -> bool:
    """Whether the scope may see every crime that was on an officer's screen."""
    if look.kind != "crime":
        return True
    wanted = {int(pk) for pk in look.ids if pk.isdecimal()}
    wanted.update(pk for row in look.shown for pk in row.get("linked", ()))
    return visible(scope).filter(pk__in=wanted).count() == len(wanted)


def with_outcomes(crimes: QuerySet[Crime]) -> QuerySet[Crime]:
    """With the standing outcomes of each, the latest first. One query more."""
    standing = Outcome.objects.filter(deleted_at__isnull=True).order_by("-outcome_on", "-pk")
    return crimes.prefetch_related(Prefetch("outcomes", queryset=standing))


def summary(crime: Crime) -> CrimeSummary:
    """What lists show of a crime of `with_outcomes`."""
    latest = next(iter(crime.outcomes.all()), None)
    on = timezone.localdate(crime.occurred_from) if crime.occurred_from else None
    return CrimeSummary(
        crime_id=crime.pk,
        number=crime.crime_number,
        offence=crime.offence or crime.category.replace("-", " ").capitalize() or "Not recorded",
        when=_when(crime),
        on=on or crime.month or crime.reported_on,
        place=", ".join(p for p in (crime.location, crime.lsoa_name, crime.postcode) if p),
        outcome=latest.outcome if latest else crime.status,
        system=title(crime.system),
    )


def _when(crime: Crime) -> str:
    """The time as exactly as it is known: day, else month, else the day of the report."""
    if crime.occurred_from:
        return date_format(timezone.localtime(crime.occurred_from), "j F Y, H:i")
    if crime.month:
        return date_format(crime.month, "F Y")
    if crime.reported_on:
        return f"reported {date_format(crime.reported_on, 'j F Y')}"
    return "not known"
