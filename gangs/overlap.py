"""People of one gang who are on another gang's list too, and how that is known (issue 10).

Members and associates only: who is harmed is on no such list (F2). Being on two lists is what was
assessed twice, each on its own evidence; it is counted for nothing and makes no link (F7).
"""

from collections.abc import Collection

from gangs import affiliations, selectors, standing
from gangs.affiliations import Affiliation
from gangs.models import Gang
from people import rule
from wmp_search.access.scope import Scope


def of_gang(gang: Gang, members: Collection[Affiliation], scope: Scope) -> list[Affiliation]:
    """What stands of the shown members in other gangs, by person and gang.

    Of gangs and records that the scope may not see nothing, not even a count. Seven queries at
    most, however many members.
    """
    people = {one.person.person_id: one.person for one in members if one.person}
    if not people:
        return []
    links = rule.visible_links(scope).filter(person__in=list(people))
    person_of_record = dict(links.values_list("record", "person"))
    elsewhere = selectors.visible(scope).exclude(pk=gang.pk)
    held = standing.allowed(standing.holding().filter(gang__in=elsewhere), scope)
    rows = list(
        standing.of_records(held, list(person_of_record)).select_related("gang", "authorised_by")
    )
    person_of = standing.whose(rows, scope)
    mine = [row for row in rows if person_of.get(row.pk) in people]
    lines = affiliations.lines_of(mine) if mine else {}
    found = [
        affiliations.of_kept(row, people[person_of[row.pk]], lines.get(row.pk, [])) for row in mine
    ]
    delivered = affiliations.delivered().filter(
        record__in=list(person_of_record), gang__in=elsewhere
    )
    found += [
        affiliations.of_delivered(row, row.gang, people[person_of_record[row.record_id]])
        for row in delivered.select_related("gang")
        if row.gang and row.record_id in person_of_record
    ]
    shown = (affiliations.protected(one) for one in found)
    return sorted((one for one in shown if not one.harmed), key=_by_person)


def _by_person(one: Affiliation) -> tuple[str, int, str, int]:
    person = one.person
    return (
        person.name if person else "",
        person.person_id if person else 0,
        one.gang_name,
        one.gang_id,
    )
