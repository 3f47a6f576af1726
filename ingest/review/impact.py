"""Which merges need a second person. The rule is declared here and nowhere else.

A wrong merge harms most where officers act on what is shown: warnings, restrictions, gang links,
and people with many records (policing.md I8: a wrong merge once led to the wrong arrest).
"""

from collections.abc import Collection

from gangs import standing
from gangs.models import Membership
from people.models import Link, Restriction, WarningMarker

MANY_RECORDS = 50  # of one side


def of_joining(people: Collection[int]) -> list[str]:
    """Why joining these people needs two persons; empty if one may decide. Five queries.

    Looks at all evidence, whatever the decider may see: the words name no value.
    """
    records = list(Link.objects.filter(person__in=people).values_list("record", "person"))
    counts = [sum(p == person for _, p in records) for person in people]
    restricted = Restriction.objects.filter(person__in=people, lifted_at__isnull=True)
    ids = [r for r, _ in records]
    gang = Membership.objects.filter(record__in=ids, deleted_at__isnull=True)
    kept = standing.of_records(standing.holding(), ids)
    found = {
        "a warning marker": WarningMarker.objects.filter(person__in=people).exists(),
        "a restriction": restricted.exists(),
        "a gang link": gang.exists() or kept.exists(),
        f"more than {MANY_RECORDS} records": max(counts, default=0) > MANY_RECORDS,
    }
    return [words for words, applies in found.items() if applies]
