"""People of one gang who are on another gang's list too, and how that is known (issue 10).

Members and associates only: who is harmed is on no such list (F2). Being on two lists is what was
assessed twice, each on its own evidence; it is counted for nothing and makes no link (F7).
"""

from collections import defaultdict
from collections.abc import Collection
from itertools import combinations
from typing import Any

from gangs import affiliations, selectors, standing
from gangs.affiliations import Affiliation
from gangs.models import Gang
from people import rule
from people import selectors as people
from wmp_search.access.scope import Scope


def of_gang(gang: Gang, members: Collection[Affiliation], scope: Scope) -> list[Affiliation]:
    """What stands of the shown members in other gangs, by person and gang.

    Of gangs and records that the scope may not see nothing, not even a count. Seven queries at
    most, however many members.
    """
    known = {one.person.person_id: one.person for one in members if one.person}
    if not known:
        return []
    links = rule.visible_links(scope).filter(person__in=list(known))
    person_of_record = dict(links.values_list("record", "person"))
    elsewhere = selectors.visible(scope).exclude(pk=gang.pk)
    held = standing.allowed(standing.holding().filter(gang__in=elsewhere), scope)
    rows = list(
        standing.of_records(held, list(person_of_record)).select_related("gang", "authorised_by")
    )
    person_of = standing.whose(rows, scope)
    mine = [row for row in rows if person_of.get(row.pk) in known]
    lines = affiliations.lines_of(mine) if mine else {}
    found = [
        affiliations.of_kept(row, known[person_of[row.pk]], lines.get(row.pk, [])) for row in mine
    ]
    delivered = affiliations.delivered().filter(
        record__in=list(person_of_record), gang__in=elsewhere
    )
    found += [
        affiliations.of_delivered(row, row.gang, known[person_of_record[row.record_id]])
        for row in delivered.select_related("gang")
        if row.gang and row.record_id in person_of_record
    ]
    shown = (affiliations.protected(one) for one in found)
    return sorted((one for one in shown if not one.harmed), key=_by_person)


def audited(found: Collection[Affiliation]) -> list[dict[str, Any]]:
    """Who was shown as on another gang's list, as the audit trail keeps it."""
    return [
        {"person": one.person.person_id, "gang": one.gang_id, "records": list(one.records)}
        for one in found
        if one.person
    ]


def between(gangs: Collection[int], scope: Scope) -> set[tuple[int, int]]:
    """The pairs of these gangs, the lower number first, on whose lists one adult whom the scope
    sees stands today. Eleven queries at most, however many people.
    """
    listed = list(standing.AFFILIATED)
    held = standing.holding().filter(gang__in=gangs, status__in=listed)
    rows = list(standing.allowed(held, scope))
    person_of = standing.whose(rows, scope)
    gangs_of: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if row.pk in person_of:
            gangs_of[person_of[row.pk]].add(row.gang_id)
    delivered = affiliations.delivered().filter(gang__in=gangs, status__in=listed)
    told = list(delivered.values_list("record_id", "gang_id"))
    links = rule.visible_links(scope).filter(record__in=[record for record, _ in told])
    person_of_record = dict(links.values_list("record", "person"))
    for record, gang in told:
        if record in person_of_record and gang is not None:
            gangs_of[person_of_record[record]].add(gang)
    several = {person: found for person, found in gangs_of.items() if len(found) > 1}
    known = people.summaries(several, scope)
    adults = [pk for pk, person in known.items() if not person.is_child]
    return {pair for pk in adults for pair in combinations(sorted(several[pk]), 2)}


def _by_person(one: Affiliation) -> tuple[str, int, str, int]:
    person = one.person
    return (
        person.name if person else "",
        person.person_id if person else 0,
        one.gang_name,
        one.gang_id,
    )
