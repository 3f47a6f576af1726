"""The one access rule for people, in SQL and for the index, side by side.

- Tier: a person is there for a scope by evidence at or below its highest tier; for training by
  made-up evidence alone (Tier.PRACTICE), which is above every other scope.
- Restrictions: each standing one must admit the scope, by its team, its named officers or a role;
  break-glass admits to all. Covert and masked people are there: looks at the one are reported, the
  evidence of the other is withheld (`shown`).
- Role lens, for searches only (policing.md C2): who was only ever harmed is not found under a
  purpose that does not cover victims.

`visible` decides pages, `findable` searches; `index_filter` is `findable` for OpenSearch. A
property test (tests/access/test_no_leak.py) proves the projections equal.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, LiteralString

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from people.models import (
    Link,
    Person,
    Restriction,
    RestrictionGroupPermission,
    RestrictionUserPermission,
)
from wmp_search import prepared
from wmp_search.access.scope import BREAK_GLASS, EVERYBODY, Scope, Tier
from wmp_search.search.query import NOTHING, Clause, any_of

NOTICE = "n"  # the token of a restriction whose owner lets a search say whom to contact
Standing = tuple[int, list[int]]  # version and tiers of a golden record
# who may find a person: OPEN_TO, or, where two or three restrictions must all admit, each of ACL;
# who has more of them is in no result
OPEN_TO, ACL = "open_to", ("acl_1", "acl_2", "acl_3")


def visible(scope: Scope) -> QuerySet[Person]:
    """Current people with evidence at or below the scope's tier whom no restriction hides."""
    return _within_tier(scope).filter(_admitted(scope, "pk"))


def findable(scope: Scope) -> QuerySet[Person]:
    """The visible people whom a search under the scope's purpose may show."""
    return _under_the_lens(visible(scope), scope)


def told_apart(scope: Scope, among: Sequence[int]) -> tuple[dict[int, Standing], set[int]]:
    """Of these people the findable, as `visible_among` gives them, and those hidden ones of whom a
    search may say whose they are, which every restriction that hides them must allow.

    The rule once more, in one statement of its own (wmp_search.prepared): every search asks it.
    """
    found = _apart(scope, among, victims=scope.covers_victims)
    findable = {pk: (version, tiers) for pk, told, version, tiers in found if told is None}
    return findable, {pk for pk, told, *_ in found if told}


def visible_among(scope: Scope, people: Iterable[int]) -> dict[int, Standing]:
    """Those of the people whom `visible` has. One prepared statement."""
    found = _apart(scope, people, victims=True)
    return {pk: (version, tiers) for pk, told, version, tiers in found if told is None}


def _apart(scope: Scope, among: Iterable[int], *, victims: bool) -> list[tuple[Any, ...]]:
    if scope.max_tier < Tier.OPEN:
        return []
    asked = {**findable_by(scope), "among": list(among), "victims": victims}
    return prepared.rows(_APART, asked)


def findable_among(scope: Scope, people: Sequence[int]) -> list[int]:
    """Those of the people whom `findable` has. One prepared statement."""
    return list(told_apart(scope, people)[0])


def unhidden_links(scope: Scope) -> QuerySet[Link]:
    """Links of live records to people whom no restriction hides, at any tier."""
    return Link.objects.filter(_admitted(scope, "person"), record__deleted_at__isnull=True)


def visible_links(scope: Scope) -> QuerySet[Link]:
    """Links to the live records that are shown to the scope, of people whom nothing hides."""
    return unhidden_links(scope).filter(shown(scope, "record__tier"))


def links_of_visible(person_ids: Iterable[int], scope: Scope) -> QuerySet[Link]:
    """`visible_links` of people of whom `visible` was just asked: it need not be asked again."""
    live = Link.objects.filter(person__in=person_ids, record__deleted_at__isnull=True)
    return live.filter(shown(scope, "record__tier"))


def shown(scope: Scope, tier: str = "tier") -> Q:
    """Condition on rows with a tier and a `person`: their values are shown to the scope."""
    if scope.practises:
        return Q(**{f"{tier}__in": scope.tiers})
    usual = Q(**{f"{tier}__lte": scope.shown_tier})
    if not scope.unmasked:
        return usual
    return usual | Q(**{f"{tier}__lte": scope.max_tier, "person__in": scope.unmasked})


# `shown` as it stands in a statement; `shown_by` gives its parameters
SHOWN = """(tier = ANY(%(shown)s::smallint[])
    OR tier = ANY(%(opened)s::smallint[]) AND person_id = ANY(%(unmasked)s::bigint[]))"""


def shown_by(scope: Scope) -> dict[str, list[int]]:
    """The parameters of SHOWN."""
    if scope.practises:
        return {"shown": list(scope.tiers), "opened": [], "unmasked": []}
    return {
        "shown": list(range(scope.shown_tier + 1)),
        "opened": list(range(scope.max_tier + 1)),
        "unmasked": sorted(scope.unmasked),
    }


def shutting_out(scope: Scope) -> QuerySet[Restriction]:
    """Standing restrictions that do not admit the scope; none while it broke the glass."""
    if BREAK_GLASS in scope.tokens:
        return Restriction.objects.none()
    return limiting().exclude(_grants(scope))


def limiting() -> QuerySet[Restriction]:
    """Standing restrictions that limit who may see a person."""
    return Restriction.objects.filter(lifted_at__isnull=True, level=Restriction.Level.RESTRICTED)


def index_filter(scope: Scope, *, with_notices: bool = False) -> Clause:
    """`findable` for the index; with those of whom it may tell where asked for."""
    if scope.max_tier < Tier.OPEN:
        return NOTHING
    tokens = [*scope.tokens, *([NOTICE] if with_notices else [])]
    words = [_word(token, scope.max_tier, lens=not scope.covers_victims) for token in tokens]
    return any_of([_terms(OPEN_TO, words), {"bool": {"filter": [_terms(f, words) for f in ACL]}}])


def index_fields(
    restrictions: Sequence[Sequence[str]], tops: Sequence[int], harmed_at: Sequence[int]
) -> dict[str, list[str]]:
    """The access fields of a document: what `acls` says of the person, the highest tiers of the
    scopes to which it is the person's document, those at which the person was only ever harmed.

    Tier, lens and restrictions are one word each in one field: as clauses of their own they cost
    a search two milliseconds among a million people.
    """
    ways = tuple(tuple(tokens) for tokens in restrictions)
    return {f: list(words) for f, words in _fields(ways, tuple(tops), tuple(harmed_at))}


@lru_cache(maxsize=10_000)  # nearly everybody is unrestricted, at one of a few tiers
def _fields(
    restrictions: tuple[tuple[str, ...], ...], tops: tuple[int, ...], harmed_at: tuple[int, ...]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    admit = [(*tokens, BREAK_GLASS) for tokens in restrictions] or [(EVERYBODY,)]
    if len(admit) > len(ACL):
        admit = [(BREAK_GLASS,)]
    fields = ACL if len(admit) > 1 else (OPEN_TO,)
    admit += [admit[-1]] * (len(fields) - len(admit))
    return tuple(
        (
            field,
            tuple(
                _word(token, top, lens=lens)
                for top in tops
                for token in tokens
                for lens in ((False,) if top in harmed_at else (False, True))
            ),
        )
        for field, tokens in zip(fields, admit, strict=True)
    )


def _word(token: str, top: int, *, lens: bool) -> str:
    """A token at a tier; with the role lens it stands only where that lets the person be found."""
    return f"{top}{'l' if lens else ''}:{token}"


def acls(person_ids: Sequence[int]) -> dict[int, list[list[str]]]:
    """Of the restricted among them, whom each restriction admits, as tokens. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_TOKENS, [list(person_ids)])
        rows = cursor.fetchall()
    return {
        person: [tokens for _, tokens in found]
        for person, found in groupby(rows, key=lambda row: row[0])
    }


# the standing restrictions of a person `p` that do not admit the scope
_HIDING = """
        FROM people_restriction r
        WHERE r.person_id = p.id AND r.lifted_at IS NULL AND r.level = 'restricted'
            AND NOT %(glass)s
            AND NOT EXISTS (SELECT FROM people_restriction_units t
                WHERE t.restriction_id = r.id AND t.unit_id = %(unit)s)
            AND NOT EXISTS (SELECT FROM people_restrictionuserpermission t
                WHERE t.content_object_id = r.id AND t.user_id = %(officer)s)
            AND NOT EXISTS (SELECT FROM people_restrictiongrouppermission t
                WHERE t.content_object_id = r.id AND t.group_id = ANY(%(groups)s::bigint[]))"""
_WITHIN = """p.status = 'current' AND p.tiers && %(tiers)s::smallint[]
        AND (%(victims)s OR NOT p.harmed_at @> ARRAY[%(top)s]::smallint[])"""
# `findable` as a condition on `people_person p` in a statement; `findable_by` gives its parameters
FINDABLE: LiteralString = f"""({_WITHIN} AND NOT EXISTS (SELECT {_HIDING}))"""
_APART: LiteralString = f"""
    SELECT p.id, (SELECT bool_and(r.notice) {_HIDING}), p.version, p.tiers
    FROM people_person p WHERE p.id = ANY(%(among)s::bigint[]) AND {_WITHIN}
"""


def findable_by(scope: Scope) -> dict[str, Any]:
    """The parameters of FINDABLE. A scope that may see nobody has no tier."""
    return {
        "tiers": list(scope.tiers) if scope.max_tier >= Tier.OPEN else [],
        "top": int(scope.max_tier),
        "victims": scope.covers_victims,
        "glass": BREAK_GLASS in scope.tokens,
        "unit": scope.unit_id,
        "officer": scope.officer_id,
        "groups": list(scope.group_ids),
    }


def _within_tier(scope: Scope) -> QuerySet[Person]:
    if scope.max_tier < Tier.OPEN:
        return Person.objects.none()
    tiers = list(scope.tiers)
    return Person.objects.filter(status=Person.Status.CURRENT, tiers__overlap=tiers)


def _admitted(scope: Scope, person: str) -> Q:
    hiding = shutting_out(scope)
    if hiding.query.is_empty():
        return Q()
    return Q(~Exists(hiding.filter(person=OuterRef(person))))


def _grants(scope: Scope) -> Q:
    """Condition on a restriction: it names the officer, the officer's unit or one of the roles."""
    units = Restriction.units.through.objects.filter(
        restriction=OuterRef("pk"), unit=scope.unit_id
    )
    officers = RestrictionUserPermission.objects.filter(
        content_object=OuterRef("pk"), user=scope.officer_id
    )
    groups = RestrictionGroupPermission.objects.filter(
        content_object=OuterRef("pk"), group__in=scope.group_ids
    )
    return Q(Exists(units) | Exists(officers) | Exists(groups))


def _under_the_lens(people: QuerySet[Person], scope: Scope) -> QuerySet[Person]:
    if scope.covers_victims:
        return people
    return people.exclude(harmed_at__contains=[int(scope.max_tier)])


def _terms(field: str, values: Iterable[str]) -> Clause:
    return {"terms": {field: list(values)}}


_TOKENS = f"""
    SELECT r.person_id,
        array(SELECT 'u' || t.unit_id FROM people_restriction_units t
              WHERE t.restriction_id = r.id ORDER BY 1)
        || array(SELECT 'o' || t.user_id FROM people_restrictionuserpermission t
              WHERE t.content_object_id = r.id ORDER BY 1)
        || array(SELECT 'g' || t.group_id FROM people_restrictiongrouppermission t
              WHERE t.content_object_id = r.id ORDER BY 1)
        || CASE WHEN r.notice THEN ARRAY['{NOTICE}'] ELSE '{{}}' END
    FROM people_restriction r
    WHERE r.person_id = ANY(%s) AND r.lifted_at IS NULL AND r.level = 'restricted'
    ORDER BY r.person_id, r.id
"""
