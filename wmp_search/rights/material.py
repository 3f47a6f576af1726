"""All material that is held about a case and its people, as a schedule (CPIA 1996 Part I).

A case is every crime of one crime number. Its people are those whose records have a part in it, as
far as the scope reaches; listed is what is held about the crimes, every record of those people,
their other crimes, gang memberships, decisions on matches, copies that were given and looks.

Items name systems, references, roles and days, never people: a schedule goes to the other side.
Sensitive ones are a list apart that never stands in the same document. Which are sensitive, this
file says (`_why`); the disclosure officer decides what each is worth. Set-based: the number of
queries does not grow with what is held.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from audit import disclosed
from audit.actions import Action
from crime import selectors as crimes
from crime.models import Crime, Involvement, Outcome
from gangs.kept_models import KeptMembership
from gangs.models import Membership, SafeguardingStep
from ingest.models import LinkChange, SourceRecord, SourceRecordVersion
from ingest.review.models import Decision
from people import restrictions, rule, sources
from people.models import InvolvementRole, Link, NominalRecord
from wmp_search.access.scope import Scope, Tier

NOT_LISTED = (
    "people who are closed to whoever made this, and their part: owners of restrictions list them",
    "records that were judged to be of somebody else, and what the systems of origin deleted",
    "files, paper, photographs and systems that this product does not read",
)
UNMASKED = str(Action.PERSON_UNMASKED.label)
MASKED = "the identity of a victim is protected by law"


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of material. `key`: kind and number, stable from schedule to schedule.

    `why`: why it is sensitive, empty where it is not. `earlier`: states before the last delivery.
    `records`: the source records it is or rests on.
    """

    key: str
    what: str
    system: str = ""
    reference: str = ""
    on: date | None = None
    delivered_in: str = ""
    received: datetime | None = None
    earlier: int = 0
    why: str = ""
    records: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """The material of a case: two lists, and whom they concern by number."""

    number: str
    offences: tuple[str, ...]
    crimes: tuple[int, ...]
    people: tuple[int, ...]
    unused: tuple[Item, ...]
    sensitive: tuple[Item, ...] = field(repr=False)

    @property
    def records(self) -> list[int]:
        """Every source record of either list."""
        return sorted({pk for one in (*self.unused, *self.sensitive) for pk in one.records})


def of_case(crime_id: int, scope: Scope) -> Material | None:
    """Everything about the case that this crime belongs to; None where it is not to be seen."""
    first = crimes.visible(scope).filter(pk=crime_id).first()
    if first is None:
        return None
    same = Q(pk=first.pk) | (Q(crime_number=first.crime_number) & ~Q(crime_number=""))
    case = list(crimes.visible(scope).filter(same).order_by("system", "source_ref"))
    own = list(_parts(Involvement.objects.filter(crime__in=case)))
    direct = _links(scope).filter(record__in=[row.record_id for row in own])
    people = sorted({link.person_id for link in direct})
    links = list(_links(scope).filter(person__in=people))
    records = {link.record_id: link.record for link in links}
    items = [*_crimes(case, own, records), *_records(links), *_elsewhere(case, records, scope)]
    items += [*_gangs(records), *_matching(records), *_given(case, people, records)]
    whole = _with_origin(items)
    return Material(
        number=first.crime_number or first.source_ref,
        offences=tuple(sorted({one.offence for one in case if one.offence})),
        crimes=tuple(one.pk for one in case),
        people=tuple(people),
        unused=tuple(one for one in whole if not one.why),
        sensitive=tuple(one for one in whole if one.why),
    )


def _links(scope: Scope) -> QuerySet[Link]:
    """Links of live records up to the scope's highest tier, masked or not: items name nobody."""
    held = Link.objects.filter(person__in=rule.visible(scope), record__deleted_at__isnull=True)
    held = held.filter(record__tier__in=scope.tiers)
    return held.select_related("record").order_by("record__system", "record_id")


def _parts(rows: QuerySet[Involvement]) -> QuerySet[Involvement]:
    return rows.filter(deleted_at__isnull=True).select_related("crime").order_by("crime", "pk")


def _crimes(
    case: Sequence[Crime], own: Sequence[Involvement], records: Mapping[int, NominalRecord]
) -> Iterable[Item]:
    """The crimes, what became of them, and who had which part."""
    for one in case:
        what = f"Record of the crime: {one.offence or one.category or 'offence not recorded'}"
        yield Item(f"crime:{one.pk}", what, *_from(one.system, one.source_ref), one.reported_on,
                   why=_tier_words(one.tier), records=(one.pk,))  # fmt: skip
    for end in Outcome.objects.filter(crime__in=case, deleted_at=None).order_by("crime", "pk"):
        where = _from(end.system, end.crime_ref)
        why = _tier_words(next(one.tier for one in case if one.pk == end.crime_id))
        yield Item(f"outcome:{end.pk}", f"Outcome: {end.outcome}", *where, end.outcome_on,
                   why=why, records=(end.pk,))  # fmt: skip
    for row in own:
        if row.record_id is None or row.record_id in records:
            yield _part(row, records, "Part of a person in the crime")


def _part(row: Involvement, records: Mapping[int, NominalRecord], what: str) -> Item:
    record = records.get(row.record_id) if row.record_id else None
    role = InvolvementRole(row.role).label.lower()
    about = f"{what}: {role}" + ("" if record else ", of a record that has not arrived")
    why = _why(record) if record else ""
    crime = row.crime
    said = why or (_tier_words(crime.tier) if crime else "")
    return Item(f"part:{row.pk}", about, *_from(row.system, row.crime_ref), row.recorded_on,
                why=said, records=(row.pk,))  # fmt: skip


def _records(links: Sequence[Link]) -> Iterable[Item]:
    """Every record of the people, whichever crime or system it belongs to."""
    for link in links:
        one = link.record
        role = InvolvementRole(one.role).label.lower()
        kind = "Assessment, not a fact" if one.grade else "Record of a person"
        what = f"{kind}: {role}" + (f", {one.event_kind}" if one.event_kind else "")
        yield Item(f"record:{one.pk}", what, *_from(one.system, one.source_ref),
                   one.event_on or one.recorded_on, why=_why(one), records=(one.pk,))  # fmt: skip


def _elsewhere(
    case: Sequence[Crime], records: Mapping[int, NominalRecord], scope: Scope
) -> Iterable[Item]:
    """The parts of the same people in other crimes."""
    rows = Involvement.objects.filter(record__in=list(records), crime__in=crimes.visible(scope))
    for row in _parts(rows.exclude(crime__in=case)):
        yield _part(row, records, f"Part in another crime, {row.crime_ref}")


def _gangs(records: Mapping[int, NominalRecord]) -> Iterable[Item]:
    """Memberships that a system delivered, and those that the gangs unit keeps: all sensitive."""
    why = "information about gangs"
    for row in Membership.objects.filter(record__in=list(records)).order_by("pk"):
        yield Item(f"gang:{row.pk}", f"Gang membership: {row.get_status_display().lower()}",
                   *_from(row.system, row.nominal_ref), row.authorised_on, why=why,
                   records=(row.pk,))  # fmt: skip
    kept = KeptMembership.objects.filter(cited__overlap=list(records))
    for own in kept.order_by("recorded_at", "number"):
        yield Item(f"kept:{own.pk}", "Gang membership kept by the gangs unit", "WMP Search",
                   str(own.number), own.authorised_on, why=why,
                   records=tuple(pk for pk in own.cited if pk in records))  # fmt: skip
    steps = SafeguardingStep.objects.filter(records__overlap=list(records))
    for step in steps.order_by("at", "pk"):
        yield Item(f"safeguarding:{step.pk}", "What was done to protect somebody from a gang",
                   "WMP Search", f"step {step.pk}", step.on, why="information about safeguarding",
                   records=tuple(pk for pk in step.records if pk in records))  # fmt: skip


def _matching(records: Mapping[int, NominalRecord]) -> Iterable[Item]:
    """How records came to be of one person: changes by the model and decisions by people."""
    ids = list(records)
    moved = LinkChange.objects.filter(record_id__in=ids).select_related("run").order_by("pk")
    for one in moved:
        yield Item(f"change:{one.pk}", "A record was taken to be of another person than before",
                   "WMP Search", f"model {one.run.model_version}", one.run.started_at.date(),
                   why=_why(records[one.record_id]), records=(one.record_id,))  # fmt: skip
    of_them = Q(left__overlap=ids) | Q(right__overlap=ids)
    for two in Decision.objects.filter(of_them).order_by("pk"):
        told = [pk for pk in (*two.left, *two.right) if pk in records]
        why = next(filter(None, (_why(records[pk]) for pk in told)), "")
        words = f"{two.get_verdict_display()}, {two.get_state_display()}".lower()
        yield Item(f"decision:{two.pk}", f"Decision on a match: {words}", "WMP Search",
                   f"decision {two.pk}", two.decided_at.date(), why=why,
                   records=tuple(told))  # fmt: skip


def _given(
    case: Sequence[Crime], people: Sequence[int], records: Mapping[int, NominalRecord]
) -> Iterable[Item]:
    """Copies that were given of the case and its people; looks, counted by what was done.

    To whom a copy went may tell what it was about, and so may unmasking: those are sensitive.
    """
    numbers = sorted({pk for person in people for pk in restrictions.ids_of(person)})
    crime_ids = [one.pk for one in case]
    plain = [pk for pk, record in records.items() if not _why(record)]
    for n, one in enumerate(disclosed.recipients(numbers, crime_ids), start=1):
        to = one.organisation or "an organisation not named"
        yield Item(f"copy:{n}", f"{one.action}: to {to}", "WMP Search", "disclosure ledger",
                   one.at.date(), why="to whom a copy was given")  # fmt: skip
    looks = [*disclosed.looks(numbers, plain), *disclosed.looks_at_crimes(crime_ids)]
    days: dict[str, list[date]] = {}
    for look in looks:
        days.setdefault(look.action, []).append(look.at.date())
    for action, count in sorted(Counter(look.action for look in looks).items()):
        when = days[action]
        yield Item(f"looks:{action}", f"Entries of the audit trail: {action}, {count}, "
                   f"{min(when):%d/%m/%Y} to {max(when):%d/%m/%Y}", "WMP Search", "audit trail",
                   max(when), why=MASKED if action == UNMASKED else "")  # fmt: skip


def _why(record: NominalRecord) -> str:
    """Why a record is sensitive; empty where it is not."""
    if record.tier == Tier.MASKED:
        return MASKED
    if record.grade or record.handling:
        return "intelligence"
    return _tier_words(record.tier)


def _tier_words(tier: int) -> str:
    return "from a restricted system" if tier == Tier.RESTRICTED else MASKED if tier == 2 else ""


def _from(system: str, reference: str) -> tuple[str, str]:
    return sources.title(system), reference


def _with_origin(items: Sequence[Item]) -> list[Item]:
    """With the delivery that brought each record, and how many states it had before."""
    own = {pk for one in items for pk in one.records if _is_record(one)}
    origin = {
        row.pk: row for row in SourceRecord.objects.filter(pk__in=own).select_related("batch")
    }
    counted = SourceRecordVersion.objects.filter(record__in=own).values("record")
    earlier: dict[int, int] = dict(counted.annotate(n=Count("pk")).values_list("record", "n"))
    return [_told(one, origin, earlier) if _is_record(one) else one for one in items]


def _told(one: Item, origin: Mapping[int, SourceRecord], earlier: Mapping[int, int]) -> Item:
    (pk,) = one.records
    held = origin.get(pk)
    told: dict[str, Any] = {"earlier": earlier.get(pk, 0)}
    if held is not None:
        told |= {"delivered_in": held.batch.file_name, "received": held.loaded_at}
    return Item(**{name: told.get(name, getattr(one, name)) for name in Item.__slots__})


def _is_record(one: Item) -> bool:
    return one.key.partition(":")[0] in ("crime", "outcome", "part", "record", "gang")
