"""People whom gangs harm, for those who protect them: a list apart from members (policing.md F2).

Not a list of everybody: it holds those for whom something is to be done, and those for whom the
officer answers; of all others a number (F6). Its order is that of what was left undone, never a
measure of a person (F7). What harms somebody is said as far as the gang is open to the officer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from gangs import affiliations, selectors, standing
from gangs.affiliations import CHILD, HELD_BACK, Affiliation
from gangs.declared import HARMED
from gangs.kept_models import KeptMembership, Status
from gangs.models import Gang, Membership
from gangs.safeguarding_models import SafeguardingStep
from people import rule
from people import selectors as people
from people.models import Link
from people.summary import Summary
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.dates import months_after

Kind, Whom = SafeguardingStep.Kind, SafeguardingStep.Whom
UNANSWERED = timedelta(days=28)
SOON = timedelta(days=7)
ENDING = timedelta(days=31)
CHILDHOOD = 18 * 12  # months
WORDS = {
    str(Status.EXPLOITED.label): "Being exploited or hurt",
    str(Status.AT_RISK.label): "At risk of being exploited",
    CHILD: "A child, named in records of gangs",
}
WITHHELD = "Its words are withheld: they blame who is harmed"
REFERRAL = frozenset({Kind.REFERRED.value, Kind.NO_REFERRAL.value})


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessment that stands of somebody who is harmed; the row of the unit or of a system."""

    row: KeptMembership | Membership
    gang: Gang
    since: date
    ends_on: date
    records: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One person on the list: what is left to do, the gravest first, and who answers for them."""

    person: int
    since: date
    needs: tuple[str, ...]
    is_late: bool
    responsible: str
    is_mine: bool
    look_again_on: date | None
    referred: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The officer's list. `quiet`: how many more there are for whom nothing is to be done now."""

    cases: tuple[Case, ...]
    quiet: int


@dataclass(frozen=True, slots=True)
class Harm:
    """What is known of one gang's harm, in words that blame nobody who is harmed."""

    words: str
    shown: Affiliation

    @property
    def found(self) -> str:
        """What was found; words that blame them are not repeated."""
        return WITHHELD if self.shown.rationale == HELD_BACK else self.shown.rationale


@dataclass(frozen=True, slots=True)
class Protected:
    """The page about one person. `records`: what its assessments rest on."""

    person: Summary
    case: Case
    harms: tuple[Harm, ...]
    steps: tuple[SafeguardingStep, ...]
    records: tuple[int, ...]


Found = Mapping[int, Sequence[Assessed]]


def may(scope: Scope) -> bool:
    """Whether the scope opens the list: by a permission of its own, for a purpose about them."""
    return scope.may(Permission.SAFEGUARD) and standing.sees_harmed(scope)


def listed(scope: Scope) -> Listed:
    """Whom the scope sees and for whom something is to be done. Sixteen queries at most."""
    found = _assessed(scope)
    steps = _steps(found, scope)
    cases = [_case(pk, rows, steps.get(pk, ()), scope) for pk, rows in found.items()]
    shown = [case for case in cases if case.needs or case.is_mine]
    return Listed(tuple(sorted(shown, key=_order)), len(cases) - len(shown))


def of_person(person_id: int, scope: Scope) -> Protected | None:
    """One person whom a gang harms, with what was done, or None. Whoever needs nothing, too."""
    found = _assessed(scope, [person_id])
    summary = people.summaries(found, scope).get(person_id)
    if summary is None:
        return None
    rows = found[person_id]
    steps = _steps(found, scope).get(person_id, [])
    kept = [one.row for one in rows if isinstance(one.row, KeptMembership)]
    lines = affiliations.lines_of(kept) if kept else {}
    shown = [
        affiliations.of_kept(one.row, summary, lines.get(one.row.pk, []))
        if isinstance(one.row, KeptMembership)
        else affiliations.protected(affiliations.of_delivered(one.row, one.gang, summary))
        for one in rows
    ]
    return Protected(
        person=summary,
        case=_case(person_id, rows, steps, scope),
        harms=tuple(Harm(WORDS[one.status], one) for one in shown if one.harmed),
        steps=tuple(reversed(steps)),
        records=tuple(sorted({pk for one in rows for pk in one.records})),
    )


def _assessed(scope: Scope, among: Collection[int] | None = None) -> Found:
    """What stands of each person whom the scope sees. Eleven queries at most."""
    if not may(scope):
        return {}
    seen = {gang.pk: gang for gang in selectors.visible(scope)}
    kept = standing.holding().filter(gang__in=seen, status__in=list(HARMED))
    told = affiliations.delivered().filter(Q(status__in=list(HARMED)) | _named(), gang__in=seen)
    if among is not None:
        mine = rule.visible_links(scope).filter(person__in=among).values("record")
        kept, told = standing.of_records(kept, mine), told.filter(record__in=mine)
    found: dict[int, list[Assessed]] = defaultdict(list)
    rows = list(standing.allowed(kept, scope).select_related("gang", "authorised_by"))
    person_of = standing.whose(rows, scope)
    for row in rows:
        if row.pk in person_of:
            found[person_of[row.pk]].append(
                Assessed(row, row.gang, row.authorised_on, row.expires_on, tuple(row.cited))
            )
    for person, other in _delivered(list(told), scope):
        gang, ends_on = seen[other.gang_id or 0], affiliations.ends_on(other)
        records = (other.record_id,) if other.record_id else ()
        found[person].append(Assessed(other, gang, other.authorised_on, ends_on, records))
    wanted = found if among is None else [pk for pk in among if pk in found]
    visible = set(rule.visible_among(scope, wanted))
    return {pk: found[pk] for pk in found if pk in visible}


def _named() -> Q:
    """Rows of systems that call a child a member or an associate: whoever does, it is harmed."""
    first = months_after(timezone.localdate(), -CHILDHOOD)
    born = Link.objects.filter(person__birthdate__born_on__gte=first)
    return Q(status__in=list(standing.AFFILIATED), record__in=born.values("record"))


def _delivered(rows: Sequence[Membership], scope: Scope) -> Iterable[tuple[int, Membership]]:
    """Each row with its person; named as a member only while the scope knows them for a child."""
    links = rule.visible_links(scope).filter(record__in=[row.record_id for row in rows])
    person_of = dict(links.values_list("record", "person"))
    mine = [(person_of[r.record_id], r) for r in rows if r.record_id in person_of]
    named = {pk for pk, row in mine if row.status in standing.AFFILIATED}
    known = people.summaries(named, scope) if named else {}
    for pk, row in mine:
        if row.status in HARMED or (pk in known and known[pk].is_child):
            yield pk, row


def _steps(found: Found, scope: Scope) -> dict[int, list[SafeguardingStep]]:
    """What was done for each of the people, the first first. Two queries at most."""
    if not found:
        return {}
    links = rule.visible_links(scope).filter(person__in=list(found))
    person_of = dict(links.values_list("record", "person"))
    rows = SafeguardingStep.objects.filter(records__overlap=list(person_of))
    steps: dict[int, list[SafeguardingStep]] = defaultdict(list)
    for row in rows.select_related("officer").order_by("at", "pk"):
        whose = {person_of.get(record) for record in row.records}
        if len(whose) == 1 and (person := whose.pop()) is not None:
            steps[person].append(row)
    return steps


def _case(
    person: int, rows: Sequence[Assessed], steps: Sequence[SafeguardingStep], scope: Scope
) -> Case:
    taken = [step for step in steps if step.kind == Kind.RESPONSIBLE]
    referred = [step for step in steps if step.kind == Kind.REFERRED]
    today = timezone.localdate()
    late = [*_undone(steps, today)]
    return Case(
        person=person,
        since=min(one.since for one in rows),
        needs=(*late, *_coming(rows, steps, today)),
        is_late=bool(late),
        responsible=str(taken[-1].officer) if taken else "",
        is_mine=bool(taken) and taken[-1].officer_id == scope.officer_id,
        look_again_on=steps[-1].review_on if steps else None,
        referred="; ".join(
            f"{step.get_whom_display()}, {_day(step.on)}" for step in reversed(referred)
        ),
    )


def _undone(steps: Sequence[SafeguardingStep], today: date) -> Iterable[str]:
    """What should have been done by now."""
    if not any(step.kind == Kind.RESPONSIBLE for step in steps):
        yield "Nobody is responsible"
    if not any(step.kind in REFERRAL for step in steps):
        yield "Nothing referred"
    if steps and steps[-1].review_on < today:
        yield f"Look again: due {_day(steps[-1].review_on)}"
    waiting: dict[str, SafeguardingStep] = {}
    for step in steps:
        if step.kind == Kind.REFERRED:
            waiting[step.whom] = step
        elif step.kind == Kind.ANSWERED:
            waiting.pop(step.whom, None)
    for step in waiting.values():
        if step.on + UNANSWERED < today:
            yield f"No answer since {_day(step.on)}: {step.get_whom_display()}"


def _coming(
    rows: Sequence[Assessed], steps: Sequence[SafeguardingStep], today: date
) -> Iterable[str]:
    if steps and today <= steps[-1].review_on <= today + SOON:
        yield f"Look again by {_day(steps[-1].review_on)}"
    last = max(one.ends_on for one in rows)
    if last <= today + ENDING:
        yield f"The last assessment ends {_day(last)}: is there new evidence?"


def _day(day: date) -> str:
    return date_format(day, "j M Y")


def _order(case: Case) -> tuple[bool, int, date, int]:
    return (not case.is_late, -len(case.needs), case.since, case.person)
