"""The typed table of each kind of record, and the references it has into other tables."""

from dataclasses import dataclass
from functools import cache

from django.apps import apps

from ingest.standardise.sizes import TWINS


@dataclass(frozen=True, slots=True)
class Link:
    """`column` of the twin is the id of the row of `target` whose source_ref is in `ref`."""

    column: str
    target: str
    ref: str


@dataclass(frozen=True, slots=True)
class Twin:
    """`columns`: what a delivery decides. `document`: the outbox entity that shows the row, and
    the column that holds its id.
    """

    table: str
    columns: tuple[str, ...]
    links: tuple[Link, ...]
    document: tuple[str, str] | None
    has_changed_at: bool

    @property
    def has_ref(self) -> bool:
        """Whether the row carries its own source_ref."""
        return not self.links


_LINKS = {
    "outcome": (Link("crime_id", "crime_crime", "crime_ref"),),
    "involvement": (
        Link("record_id", "people_nominalrecord", "nominal_ref"),
        Link("crime_id", "crime_crime", "crime_ref"),
    ),
    "membership": (
        Link("record_id", "people_nominalrecord", "nominal_ref"),
        Link("gang_id", "gangs_gang", "gang_ref"),
    ),
    "association": (
        Link("record_id", "people_nominalrecord", "nominal_ref"),
        Link("other_id", "people_nominalrecord", "other_ref"),
    ),
    "relation": (
        Link("gang_id", "gangs_gang", "gang_ref"),
        Link("other_id", "gangs_gang", "other_ref"),
    ),
}
_DOCUMENTS = {
    "crime": ("crime", "id"),
    "outcome": ("crime", "crime_id"),
    "involvement": ("crime", "crime_id"),
    "gang": ("gang", "id"),
    "membership": ("gang", "gang_id"),
}
# kept by the loader itself, or decided by people once the row exists
_NOT_DELIVERED = frozenset(
    {"id", "system", "source_ref", "changed_at", "deleted_at", "restricted", "unmasked_tier"}
)


@cache
def twin(kind: str) -> Twin:
    """The kind's typed table."""
    model = apps.get_model(TWINS[kind])
    links = _LINKS.get(kind, ())
    names = [f.column for f in model._meta.concrete_fields]
    linked = {link.column for link in links}
    return Twin(
        table=model._meta.db_table,
        columns=tuple(n for n in names if n not in _NOT_DELIVERED and n not in linked),
        links=links,
        document=_DOCUMENTS.get(kind),
        has_changed_at="changed_at" in names,
    )


def kinds_linking_to(table: str) -> list[tuple[str, Link]]:
    """The kinds that refer to the table, with the link."""
    return [
        (kind, link) for kind, links in _LINKS.items() for link in links if link.target == table
    ]
