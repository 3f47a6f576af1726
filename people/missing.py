"""People reported missing lately who live in a postcode district or a town.

The person index offers who lives there, with the access rule and the lens of the purpose inside;
SQL asks the rule again and reads the reports. That somebody was found is not held here, and who is
wanted is held by no feed: a page says so (people.readback).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from people import rule, selectors
from people.index import SPEC, person_of
from people.places import place_keys
from people.readback import MISSING_KIND
from people.summary import Summary
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.search import client
from wmp_search.search.query import any_of, term

KIND = MISSING_KIND.lower()
DAYS = 30  # how long a report is shown
MOST = 50  # people
ROLES = ("missing", "vulnerable_adult", "vulnerable_child")  # that a report gives


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody reported missing, and when last."""

    person: Summary
    on: date


def near(area: str, scope: Scope) -> tuple[Missing, ...]:
    """Those reported in the last DAYS who are recorded as living in the district or town; the last
    reported first. One request, six queries at most. None without the right to search for people.

    Raises SearchUnavailable, SearchError.
    """
    keys = place_keys("", area, area)
    if not (scope.may(Permission.PERSON_SEARCH) and keys):
        return ()
    since = timezone.localdate() - timedelta(days=DAYS)
    filters = [
        rule.index_filter(scope),
        {"terms": {"roles": list(ROLES)}},
        any_of([term("place_key", key) for key in keys]),
        {"range": {"last_seen": {"gte": since.isoformat()}}},
    ]
    body = {"size": MOST, "query": {"bool": {"filter": filters}}, "_source": False}
    hits = client.search(SPEC.alias, body)["hits"]["hits"]
    found = rule.findable_among(scope, [person_of(hit["_id"]) for hit in hits])
    return _reported(found, since, scope)


def _reported(people: list[int], since: date, scope: Scope) -> tuple[Missing, ...]:
    reports = rule.links_of_visible(people, scope).filter(
        record__event_kind=KIND, record__event_on__gte=since
    )
    newest: dict[int, date] = {}
    for person, on in reports.values_list("person", "record__event_on"):
        if on is not None:  # filtered already
            newest[person] = max(on, newest.get(person, on))
    known = selectors.summaries(newest, scope)
    rows = [Missing(known[person], on) for person, on in newest.items() if person in known]
    return tuple(sorted(rows, key=lambda row: row.on, reverse=True))
