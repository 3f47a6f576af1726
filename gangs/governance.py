"""How memberships are kept, by unit (policing.md F10): for the unit and the ethics panel.

Small numbers are hidden. Each number reconciles with a count of rows; nobody's is in it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils import timezone

from gangs import rounds, standing, suppression
from gangs.declared import CONTEXT, rules
from gangs.kept_models import KeptMembership, MembershipEvidence, MembershipProposal, Status
from gangs.models import RefusedProposal
from wmp_search.access.models import Unit

PERIODS = {1: "the last month", 3: "the last three months", 12: "the last twelve months"}
COLUMNS = (
    *("Standing", "Added", "Renewed", "Removed", "Expired", "Review overdue"),
    *("Refused by the rules", "By the brake", "Refused by a supervisor"),
)
EXTRA = {
    "review": "The review date was not within six months",
    "dates": "The day it is true from was in the future",
    "no_new_evidence": "A renewal without new evidence",
    "child": "The person is under 18, or their age is not known",
    "victim": "The person was harmed or a witness in everything cited",
    "criteria": "Too few criteria were met",
    "sorts": "The criteria met were all of one kind",
    "single_source": "The records cited were of one event",
    "words": "Words that blame who is harmed",
    "rationale": "No rationale",
    "status": "No status",
}
Numbers = dict[int, Counter[str]]


@dataclass(frozen=True, slots=True)
class Row:
    """A unit's numbers as they may be shown, in the order of `COLUMNS`, and how many records that
    count a standing membership rests on, on average ("" where too few stand).
    """

    unit: str
    cells: tuple[str, ...]
    evidence: str

    @property
    def labelled(self) -> list[tuple[str, str]]:
        """Each number with the title of its column, for a phone."""
        return list(zip(COLUMNS, self.cells, strict=True))


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A unit's monthly round: reviews due and left, as they may be shown, and whether a supervisor
    signed it off.
    """

    unit: str
    month: date
    due: str
    left: str
    signed_on: date | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The page: units, the whole force, and which rule refused how often."""

    rows: tuple[Row, ...]
    total: Row
    refusals: tuple[tuple[str, bool, str], ...]


def figures(since: datetime) -> Figures:
    """The numbers from `since` on. Nine queries, however many units."""
    numbers, cited = count(since), evidence_by_unit()
    units = dict(Unit.objects.filter(pk__in=numbers).values_list("pk", "name"))
    names = {pk: units.get(pk, "No unit") for pk in numbers}
    columns = [
        suppression.together({str(pk): numbers[pk][column] for pk in numbers})
        for column in COLUMNS
    ]
    rows = [
        Row(names[pk], tuple(column[str(pk)] for column in columns), _average(pk, numbers, cited))
        for pk in sorted(numbers, key=lambda pk: names[pk])
    ]
    whole: Counter[str] = sum(numbers.values(), Counter())
    everything = {0: whole}
    total = Row(
        "All units",
        tuple(suppression.shown(whole[column]) for column in COLUMNS),
        _average(0, everything, {0: sum(cited.values())}),
    )
    return Figures(tuple(rows), total, tuple(_by_rule(since)))


def months(count: int) -> list[MonthRow]:
    """The last months that are over, by unit, as they may be shown. Three queries."""
    found = rounds.figures(rounds.last_months(count + 1)[1:])
    units = dict(Unit.objects.filter(pk__in={row.unit for row in found}).values_list("pk", "name"))
    return [
        MonthRow(
            unit=units.get(row.unit, "No unit"),
            month=row.month.first,
            due=suppression.shown(row.due),
            left=suppression.together({"left": row.left, "done": row.due - row.left})["left"],
            signed_on=timezone.localdate(row.signed.signed_at) if row.signed else None,
        )
        for row in found
    ]


def count(since: datetime) -> Numbers:
    """The true numbers by unit and column. Not for pages."""
    today = timezone.localdate()
    ended = KeptMembership.objects.filter(status=Status.REMOVED, recorded_at__gte=since)
    unwritten = standing.known().filter(ended="", expires_on__lt=today)
    decided = MembershipProposal.objects.filter(decided_at__gte=since)
    refused = RefusedProposal.objects.filter(at__gte=since)
    columns: dict[str, list[QuerySet[Any]]] = {
        "Standing": [standing.holding()],
        "Added": [KeptMembership.objects.filter(number=1, recorded_at__gte=since)],
        "Renewed": [decided.filter(state="authorised", renews__isnull=False)],
        "Removed": [ended.exclude(ended="expired")],
        "Expired": [
            ended.filter(ended="expired"),
            unwritten.filter(expires_on__gte=timezone.localdate(since)),
        ],
        "Review overdue": [standing.holding().filter(review_on__lt=today)],
        "Refused by the rules": [refused],
        "By the brake": [refused.filter(brake=True)],
        "Refused by a supervisor": [decided.filter(state="refused")],
    }
    found: Numbers = {}
    for column, queries in columns.items():
        for query in queries:
            for unit, number in query.values_list("unit").annotate(Count("pk")).order_by():
                found.setdefault(unit or 0, Counter())[column] += number
    return found


def evidence_by_unit() -> dict[int, int]:
    """How many citations that count the standing memberships of each unit rest on."""
    context = [c.code for c in rules().criteria.values() if c.sort == CONTEXT]
    rows = MembershipEvidence.objects.filter(membership__in=standing.holding())
    rows = rows.exclude(criterion__in=context)
    return dict(
        rows.values_list("membership__unit").annotate(Count("pk")).order_by()
    )  # fmt: skip


def _average(pk: int, numbers: Mapping[int, Counter[str]], cited: Mapping[int, int]) -> str:
    standing_now = numbers[pk]["Standing"]
    if standing_now < suppression.LEAST:
        return ""
    return f"{cited.get(pk, 0) / standing_now:.1f}"


def _by_rule(since: datetime) -> list[tuple[str, bool, str]]:
    """(words, whether it is the brake, number as shown), the commonest first."""
    rows = (
        RefusedProposal.objects.filter(at__gte=since)
        .values_list("rule", "brake")
        .annotate(n=Count("pk"))
        .order_by(F("n").desc(), "rule")
    )
    return [(_words(rule), brake, suppression.shown(n)) for rule, brake, n in rows]


def _words(rule: str) -> str:
    criterion = rules().criteria.get(rule)
    if rule in EXTRA:
        return EXTRA[rule]
    return f"Only: {criterion.words.lower()}" if criterion else rule.replace("_", " ")
