"""What is known of one gang, for one colleague who takes it over: what both of them may see.

Nothing is on it that only one of the two sees. What has handling conditions is left out: neither
its words nor what rests on it alone. Members and those harmed stand apart, in other words (F2).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils import timezone

from crime.selectors import CrimeSummary
from gangs import affiliations, overlap, overview, relations, selectors, standing
from gangs.affiliations import IMPORTED, Affiliation
from gangs.intelligence.search import Item, about
from gangs.models import Gang
from gangs.relations import Relation
from gangs.selectors import GangProfile
from people import contested, rule
from people.intelligence import is_conditional
from people.models import NominalRecord
from wmp_search.access.scope import Scope

IN_PART = "Withheld: it rests in part on what has handling conditions. Ask the originator"
USABLE = timedelta(days=28)
QUIET = 3  # months without evidence, from which it is said
MOST_ITEMS = 20
_POOR = ("/D", "/E")


@dataclass(frozen=True, slots=True)
class Row:
    """One affiliation, and what argues against reading too much into it."""

    of: Affiliation
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """The page as data. `harmed`: None where one of the two may not see that list.

    `left_out`: items with handling conditions that both know of from the pages and that are not
    on it. `until`: the last day on which it may be used.
    """

    gang: Gang
    members: tuple[Row, ...]
    harmed: tuple[Affiliation, ...] | None
    relations: tuple[Relation, ...]
    elsewhere: tuple[Affiliation, ...]
    crimes: tuple[CrimeSummary, ...]
    places: tuple[tuple[str, int], ...]
    items: tuple[Item, ...]
    unknown: tuple[str, ...]
    left_out: int
    until: date

    @property
    def people(self) -> list[int]:
        """Everybody on it, once."""
        rows = (*(row.of for row in self.members), *(self.harmed or ()), *self.elsewhere)
        return sorted({one.person.person_id for one in rows if one.person})

    @property
    def overdue(self) -> int:
        return sum(row.of.overdue for row in self.members)

    @property
    def next_review(self) -> date | None:
        return min((row.of.review_on for row in self.members), default=None)

    @property
    def next_end(self) -> date | None:
        """When the first of them ends without new evidence."""
        return min((row.of.expires_on for row in self.members), default=None)

    @property
    def kept(self) -> list[int]:
        """The versions of memberships kept here that it tells of."""
        rows = (*(row.of for row in self.members), *(self.harmed or ()))
        return [one.kept_id for one in rows if one.kept_id is not None]


def of_gang(gang_id: int, author: Scope, recipient: Scope) -> Briefing | None:
    """The briefing, or None where one of the two may not see the gang."""
    mine, theirs = (selectors.profile(gang_id, scope) for scope in (author, recipient))
    if mine is None or theirs is None:
        return None
    # a summary is made of what its reader may see: of the two, of the one who sees less
    shown, other, scopes = theirs, mine, (author, recipient)
    if author.shown_tier < recipient.shown_tier:
        shown, other, scopes = mine, theirs, (recipient, author)
    members, without = _open(_in_both(shown.members, other.members))
    harmed, harmed_without = _open(_in_both(shown.harmed, other.harmed))
    both_see = standing.sees_harmed(author) and standing.sees_harmed(recipient)
    elsewhere, _ = _open(_elsewhere(shown, members, author, recipient))
    known = _relations(shown.gang, author, recipient)
    stated = [one for one in known if one.row.handling != "C"]
    crimes = _crimes(members, author, recipient)
    ids = sorted({one.person.person_id for one in members if one.person})
    conditional = _conditional(ids, scopes[-1])
    rows = _rows(members, elsewhere)
    items = about(ids, scopes, most=MOST_ITEMS)
    return Briefing(
        gang=shown.gang,
        members=rows,
        harmed=tuple(harmed) if both_see else None,
        relations=tuple(stated),
        elsewhere=tuple(elsewhere),
        crimes=tuple(crimes),
        places=tuple(overview.places(crimes)),
        items=items,
        unknown=tuple(_unknown(shown.gang, members, stated, crimes, items)),
        left_out=without + (harmed_without if both_see else 0) + conditional
        + len(known) - len(stated),
        until=_until(members),
    )  # fmt: skip


def _in_both(shown: Sequence[Affiliation], other: Sequence[Affiliation]) -> list[Affiliation]:
    """Those of the first that stand in the second, too, and whose person both see."""
    there = {_key(one) for one in other if one.person}
    return [one for one in shown if one.person and _key(one) in there]


def _key(one: Affiliation) -> tuple[int | None, int | None, bool]:
    return one.kept_id, one.record_id, one.harmed


def _open(rows: Sequence[Affiliation]) -> tuple[list[Affiliation], int]:
    """The rows without what has handling conditions, and how many rest on nothing else."""
    ids = {record for one in rows for record in one.records}
    records = NominalRecord.objects.in_bulk(ids)
    barred = {pk for pk, record in records.items() if is_conditional(record)}
    opened = [_without(one, barred) for one in rows]
    return [one for one in opened if one], sum(one is None for one in opened)


def _without(one: Affiliation, barred: Collection[int]) -> Affiliation | None:
    if one.kept_id is None:
        return None if one.grade.endswith("/C") or one.record_id in barred else one
    lines = [
        line
        for line in one.evidence
        if not line.grade.endswith("/C") and line.source.record_id not in barred
    ]
    if len(lines) == len(one.evidence):
        return one
    counting = [line for line in lines if line.counts]
    if not counting:
        return None
    return replace(
        one,
        evidence=tuple(lines),
        grade=", ".join(dict.fromkeys(line.grade for line in counting)),
        criteria=tuple(dict.fromkeys(line.criterion for line in counting)),
        strength=affiliations.strength(counting),
        rationale=IN_PART,
    )


def _elsewhere(
    shown: GangProfile, members: Sequence[Affiliation], author: Scope, recipient: Scope
) -> list[Affiliation]:
    mine, theirs = (overlap.of_gang(shown.gang, members, scope) for scope in (author, recipient))
    return _in_both(theirs, mine)


def _relations(gang: Gang, author: Scope, recipient: Scope) -> list[Relation]:
    """Those to gangs that both see, as far as they stand."""
    visible = selectors.visible(author).filter(pk__in=selectors.visible(recipient))
    return [one for one in relations.of_gang(gang, visible) if one.stands]


def _crimes(members: Sequence[Affiliation], author: Scope, recipient: Scope) -> list[CrimeSummary]:
    mine, theirs = (overview.crimes(members, scope) for scope in (author, recipient))
    there = {one.crime_id for one in theirs}
    return [one for one in mine if one.crime_id in there]


def _conditional(person_ids: Sequence[int], scope: Scope) -> int:
    """Items of theirs with handling conditions, of which their pages tell whoever opens them."""
    links = rule.visible_links(scope).filter(person__in=person_ids).select_related("record")
    return sum(is_conditional(link.record) for link in links)


def _rows(members: Sequence[Affiliation], elsewhere: Sequence[Affiliation]) -> tuple[Row, ...]:
    people = {one.person.person_id for one in members if one.person}
    said = contested.among(people)
    others: dict[int, list[str]] = {}
    for one in elsewhere:
        if one.person:
            others.setdefault(one.person.person_id, []).append(one.gang_name)
    return tuple(
        Row(one, tuple(_against(one, others.get(one.person.person_id, []),
                                contests=one.person.person_id in said)))
        for one in members
        if one.person
    )  # fmt: skip


def _against(one: Affiliation, gangs: Sequence[str], *, contests: bool) -> list[str]:
    counting = [line for line in one.evidence if line.counts]
    grades = [line.grade for line in counting] or [one.grade]
    bare = [grade.removesuffix("/P") for grade in grades]
    said = [
        (one.strength == IMPORTED, "No criteria and no evidence came with it"),
        ("one record" in one.strength.lower(), "One record only: nothing else bears it out"),
        (
            all(grade.endswith(_POOR) or " 3/" in grade for grade in bare),
            "No evidence of a good grade: source not reliable, not known or suspected false",
        ),
        (one.quiet_months >= QUIET, f"Nothing new for {one.quiet_months} months"),
        (one.overdue, "Review overdue: do not rely on it"),
        (bool(gangs), f"On the list of {', '.join(gangs)}, too"),
        (contests, "Contests something that is held: read it on the person's page"),
    ]
    return [words for holds, words in said if holds]


def _unknown(
    gang: Gang,
    members: Sequence[Affiliation],
    stated: Sequence[Relation],
    crimes: Sequence[CrimeSummary],
    items: Sequence[Item],
) -> list[str]:
    imported = sum(one.strength == IMPORTED for one in members)
    quiet = sum(one.quiet_months >= QUIET for one in members)
    said = [
        (True, "How many belong to it: these are those with evidence that holds today"),
        (not gang.area, "Where it is active: not recorded"),
        (not stated, "Conflicts and alliances: none is recorded, which is not that there is none"),
        (not crimes, "What its people did together: no crime with two of them is recorded"),
        (not items, "What has been said of its people: no item that may be passed on"),
        (
            bool(imported),
            f"Why {imported} of {len(members)} are on the list: another system says so, no more",
        ),
        (bool(quiet), f"Whether {quiet} of {len(members)} still belong: nothing for months"),
    ]
    return [words for holds, words in said if holds]


def _until(members: Sequence[Affiliation]) -> date:
    """Four weeks, or until the first membership on it ends without new evidence."""
    longest = timezone.localdate() + USABLE
    return min([longest, *(one.expires_on for one in members)])
