"""Loads personnel data as keyed hashes: the file is read, hashed and forgotten."""

from collections.abc import Iterable, Iterator, Mapping

from django.db import transaction
from django.db.models import QuerySet

from audit.oversight import keys
from audit.oversight.models import HrHash
from wmp_search.access.models import Officer

COLUMNS = (
    *("officer", "relation", "given_names", "surname", "born_on", "phone", "email", "vehicle"),
    *("house", "street", "postcode", "collar"),
)


class StaffError(Exception):
    """A line cannot be used; the text says which and why. Nothing was changed."""


def replace(rows: Iterable[Mapping[str, str]]) -> int:
    """Put the hashes of these rows in the place of all earlier ones; returns how many there are.

    A row: COLUMNS, of which `officer` is a user name, `relation` self, household or associate, the
    rest may be empty. A user name that no account has is passed over. Raises StaffError before
    anything is changed.
    """
    officers = dict(Officer.objects.values_list("username", "pk"))
    found = {
        (digest, officers[row["officer"]], _relation(line, row), kind)
        for line, row in enumerate(rows, start=2)
        if row["officer"] in officers
        for kind, digest in particulars(row)
    }
    with transaction.atomic(using="audit"):
        HrHash.objects.all().delete()
        HrHash.objects.bulk_create(
            [
                HrHash(digest=digest, officer_id=officer_id, relation=relation, kind=kind)
                for digest, officer_id, relation, kind in sorted(found)
            ],
            batch_size=5_000,
        )
    return len(found)


def _relation(line: int, row: Mapping[str, str]) -> str:
    """Misspelt, it would be met by no rule and nobody would know."""
    relation = (row.get("relation") or "self").strip().casefold()
    if relation not in HrHash.Relation.values:
        allowed = ", ".join(HrHash.Relation.values)
        raise StaffError(f"Line {line}: relation must be one of {allowed}")
    return relation


def particulars(row: Mapping[str, str]) -> Iterator[keys.Token]:
    """The hashes of one row."""
    if found := keys.birth(
        row.get("given_names", ""), row.get("surname", ""), row.get("born_on", "")
    ):
        yield found
    for kind in ("phone", "email", "vehicle", "collar"):
        if found := keys.number(kind, row.get(kind, "")):
            yield found
    yield from keys.address(row.get("house", ""), row.get("street", ""), row.get("postcode", ""))


def households() -> set[frozenset[int]]:
    """Pairs of officers who share a home or are in each other's household (policing.md H8)."""
    found: dict[bytes, set[int]] = {}
    for digest, officer_id in _homes().values_list("digest", "officer_id"):
        found.setdefault(bytes(digest), set()).add(officer_id)
    return {
        frozenset((one, other))
        for together in found.values()
        for one in together
        for other in together
        if one < other
    }


def household(officer_id: int) -> set[int]:
    """Officers who share a home or family with this one. One query."""
    own = _homes().filter(officer_id=officer_id).values("digest")
    shared = _homes().filter(digest__in=own).values_list("officer_id", flat=True)
    return set(shared) - {officer_id}


def _homes() -> QuerySet[HrHash]:
    """Who lives where with whom; whom an officer only declared as an associate does not."""
    kinds = [HrHash.Kind.ADDRESS, HrHash.Kind.BIRTH]
    return HrHash.objects.filter(kind__in=kinds).exclude(relation=HrHash.Relation.ASSOCIATE)
