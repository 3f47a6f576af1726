"""What a scope may read about crimes and who was involved in them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from audit.replays import Look
from crime import search as index
from crime.models import Crime, Involvement, Outcome
from people import restrictions, rule
from people import selectors as people
from people.associates import Shared
from people.models import InvolvementRole, Link
from people.sources import RecordSource, title
from people.summary import Summary
from wmp_search import prepared
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope, Tier
from wmp_search.search.query import Clause

PAGE_SIZE = 20
MOST_INVOLVED = 500  # rows of others in the crimes of one person
SUSPECTED = (
    *(InvolvementRole.SUSPECT, InvolvementRole.ARRESTED),
    *(InvolvementRole.CHARGED, InvolvementRole.CONVICTED),
)
ROLE_ORDER = {role: place for place, role in enumerate(InvolvementRole.values)}


@dataclass(frozen=True, slots=True)
class CrimeSummary:
    """What a list shows of a crime."""

    crime_id: int
    number: str
    offence: str
    when: str
    on: date | None
    place: str
    outcome: str
    system: str


@dataclass(frozen=True, slots=True)
class CrimePage:
    """One page of crimes found, in rank order."""

    crimes: tuple[CrimeSummary, ...]
    total: int
    index_build: str


@dataclass(frozen=True, slots=True)
class Involved:
    """Somebody's role in a crime; `person` only where the scope may see one.

    `masked`: a victim whose identity is withheld (policing.md C8): only the role is told, and
    the person only to those who may unmask them, where the person's page gives nothing away.
    """

    role: str
    record_id: int | None
    reference: str
    person: Summary | None
    masked: bool = False


@dataclass(frozen=True, slots=True)
class CrimeProfile:
    """A crime's page as data."""

    crime: Crime
    summary: CrimeSummary
    outcomes: tuple[Outcome, ...]
    involved: tuple[Involved, ...]


@dataclass(frozen=True, slots=True)
class PersonCrime:
    """A crime that a person's records are involved in, and the role."""

    crime: CrimeSummary
    role: str
    source: RecordSource


def visible(scope: Scope) -> QuerySet[Crime]:
    """Crimes, not deleted, at or below the scope's tier; none without permission."""
    if not scope.may(Permission.CRIME_VIEW):
        return Crime.objects.none()
    return Crime.objects.filter(tier__in=scope.event_tiers, deleted_at__isnull=True)


def search(criteria: index.CrimeCriteria, scope: Scope, *, page: int = 1) -> CrimePage:
    """Ask the index, then show its crimes through SQL. One OpenSearch request."""
    offset = (page - 1) * PAGE_SIZE
    found = index.search(criteria, scope, offset=offset, limit=PAGE_SIZE)
    known = {c.crime_id: c for c in summaries([m.crime_id for m in found.matches], scope)}
    crimes = tuple(known[m.crime_id] for m in found.matches if m.crime_id in known)
    hidden = len(found.matches) - len(crimes)
    return CrimePage(crimes, found.total - hidden, found.index_build)


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
    return [_summary(c) for c in _with_outcomes(visible(scope).filter(pk__in=crime_ids))]


def profile(crime_id: int, scope: Scope) -> CrimeProfile | None:
    """The crime with outcomes and everybody involved, or None. Ten queries at most."""
    crime = _with_outcomes(visible(scope).filter(pk=crime_id)).first()
    if crime is None:
        return None
    rows = Involvement.objects.filter(crime=crime_id, deleted_at__isnull=True)
    return CrimeProfile(
        crime=crime,
        summary=_summary(crime),
        outcomes=tuple(crime.outcomes.all()),
        involved=_involved(list(rows), scope),
    )


def shared(person_id: int, scope: Scope) -> dict[int, list[Shared]]:
    """Crimes that visible records of others stand in, too, by person. Three queries."""
    mine = rule.visible_links(scope).filter(person=person_id).values("record")
    standing = Involvement.objects.filter(crime__in=visible(scope), deleted_at__isnull=True)
    crimes = standing.filter(record__in=mine).values("crime")
    others = standing.filter(crime__in=crimes, record__isnull=False).exclude(record__in=mine)
    rows = list(others.select_related("crime").prefetch_related("crime__outcomes")[:MOST_INVOLVED])
    links = rule.visible_links(scope).filter(record__in=[row.record_id for row in rows])
    person_of = _people_of(links)
    found: dict[int, list[Shared]] = defaultdict(list)
    for row in rows:
        if row.crime and (pk := person_of.get(row.record_id)) and pk != person_id:
            summary, role = _summary(row.crime), InvolvementRole(row.role).label
            found[pk].append(Shared("Crime", summary.number, role, summary.on))
    return found


def in_common(person_ids: Collection[int], scope: Scope) -> list[CrimeSummary]:
    """Crimes in which at least two of the people are recorded as suspected, arrested, charged or
    convicted by records that the scope is shown, newest first. Four queries at most.
    """
    links = _people_of(rule.visible_links(scope).filter(person__in=person_ids))
    rows = Involvement.objects.filter(
        record__in=list(links),
        role__in=SUSPECTED,
        crime__in=visible(scope),
        deleted_at__isnull=True,
    ).values_list("crime", "record")
    people_in: dict[int, set[int]] = defaultdict(set)
    for crime_id, record_id in rows:
        people_in[crime_id].add(links[record_id])
    common = [crime_id for crime_id, who in people_in.items() if len(who) > 1]
    found = summaries(common, scope) if common else []
    return sorted(found, key=lambda one: one.on or date.min, reverse=True)


def of_person(person_id: int, scope: Scope) -> tuple[PersonCrime, ...]:
    """The crimes of the person's visible records, newest first. Three queries."""
    links = rule.visible_links(scope).filter(person=person_id)
    rows = list(
        Involvement.objects.filter(
            record__in=links.values("record"), crime__in=visible(scope), deleted_at__isnull=True
        ).select_related("record")
    )
    crimes = {c.crime_id: c for c in summaries({r.crime_id for r in rows if r.crime_id}, scope)}
    found = [
        PersonCrime(
            crime=crimes[row.crime_id],
            role=InvolvementRole(row.role).label,
            source=RecordSource(row.record.pk, row.system, row.crime_ref, row.recorded_on),
        )
        for row in rows
        if row.crime_id in crimes and row.record is not None
    ]
    return tuple(sorted(found, key=lambda pc: pc.crime.on or date.min, reverse=True))


def roles_of_records(record_ids: Collection[int], scope: Scope) -> dict[int, set[str]]:
    """The roles that records have in crimes at or below the scope's tier. One prepared
    statement.
    """
    found: dict[int, set[str]] = defaultdict(set)
    asked = {"records": list(record_ids), "tiers": list(scope.event_tiers)}
    for record_id, role in prepared.rows(_ROLES, asked):
        found[record_id].add(role)
    return found


_ROLES: LiteralString = """
    SELECT DISTINCT i.record_id, i.role
    FROM crime_involvement i JOIN crime_crime c ON c.id = i.crime_id
    WHERE i.record_id = ANY(%(records)s::bigint[]) AND i.deleted_at IS NULL
        AND c.deleted_at IS NULL AND c.tier = ANY(%(tiers)s::smallint[])
"""


def _with_outcomes(crimes: QuerySet[Crime]) -> QuerySet[Crime]:
    standing = Outcome.objects.filter(deleted_at__isnull=True).order_by("-outcome_on", "-pk")
    return crimes.prefetch_related(Prefetch("outcomes", queryset=standing))


def _summary(crime: Crime) -> CrimeSummary:
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


def _involved(rows: Sequence[Involvement], scope: Scope) -> tuple[Involved, ...]:
    """Everybody by role; a record that the scope may not see is left out altogether.

    But a victim whose identity is masked is told of as that, unless the person is hidden.
    """
    ids = [row.record_id for row in rows]
    person_of = _people_of(rule.visible_links(scope).filter(record__in=ids))
    masked = rule.unhidden_links(scope).filter(record__in=ids, record__tier=Tier.MASKED)
    withheld = {r: p for r, p in _people_of(masked).items() if r not in person_of}
    known = people.summaries({*person_of.values(), *withheld.values()}, scope)
    found = []
    for row in sorted(rows, key=lambda r: ROLE_ORDER[r.role]):
        role, pk = InvolvementRole(row.role), row.record_id
        if pk in person_of:
            person = known.get(person_of[pk])
            found.append(Involved(role.label, pk, row.nominal_ref, person))
        elif role == InvolvementRole.VICTIM and pk in withheld:
            person = known.get(withheld[pk])
            nameless = person if person and not person.records else None
            found.append(Involved(role.label, None, "", nameless, masked=True))
    return tuple(found)


def _people_of(links: QuerySet[Link]) -> dict[int | None, int]:
    return dict(links.values_list("record", "person"))


def facts(shown: CrimeProfile) -> list[tuple[str, str]]:
    """The crime's columns in an officer's words, in reading order; empty ones too."""
    crime, summary = shown.crime, shown.summary
    until = timezone.localtime(crime.occurred_to) if crime.occurred_to else None
    return [
        ("Crime number", crime.crime_number),
        ("Offence code", crime.offence_code),
        ("Category", crime.category.replace("-", " ").capitalize()),
        ("When", summary.when),
        ("Until", date_format(until, "j F Y, H:i") if until else ""),
        ("Reported", date_format(crime.reported_on, "j F Y") if crime.reported_on else ""),
        ("Where", summary.place),
        ("Status", crime.status),
        ("How it was done", crime.mo),
        ("Source", f"{summary.system} {crime.source_ref}"),
    ]


def may_see_again(scope: Scope, look: Look) -> bool:
    """Whether the scope may see every crime that was on an officer's screen."""
    wanted = set(look.ids) if look.kind == "crime" else set()
    return visible(scope).filter(pk__in=wanted).count() == len(wanted)


def reported(shown: CrimeProfile, scope: Scope) -> dict[str, Any]:
    """What the event of the crime's page says for the owners of the people on it."""
    return restrictions.reported(audited(shown)["people"], scope)


def audited(shown: CrimeProfile) -> dict[str, Any]:
    """What a crime's page shows, as the audit trail keeps it."""
    return {
        "id": str(shown.crime.pk),
        "changed_at": shown.crime.changed_at.isoformat(),
        "people": [i.person.person_id for i in shown.involved if i.person],
        "records": [i.record_id for i in shown.involved if i.record_id],
        "masked": sum(i.masked for i in shown.involved),
    }
