"""A person in a few words, made from whatever evidence the caller may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from people import contested, signals
from people.births import Birth
from people.models import Address, BirthDate, Contested, InvolvementRole, Link, Name, WarningMarker
from people.signals import Age
from people.sources import RecordSource

MASKED_NAME = "Identity restricted"
HARMED_ROLES = frozenset(
    {
        InvolvementRole.VICTIM.value,
        InvolvementRole.WITNESS.value,
        InvolvementRole.REPORTING.value,
        InvolvementRole.MISSING.value,
        InvolvementRole.VULNERABLE_ADULT.value,
        InvolvementRole.VULNERABLE_CHILD.value,
    }
)


@dataclass(slots=True)
class Held:
    """The evidence rows of one person that a scope may see, best first, and the record links."""

    person_id: int
    version: int
    names: list[Name] = field(default_factory=list)
    births: list[BirthDate] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    markers: list[WarningMarker] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    roles: dict[int, frozenset[str]] = field(default_factory=dict)  # by record id
    contested: list[Contested] = field(default_factory=list)
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What a list shows of a person. `masked`: more is held, and shown once it is unmasked.

    `markers`: warnings that are current; `old_markers`: the others, with how old they are (C11).
    """

    person_id: int
    version: int
    name: str
    other_names: tuple[str, ...]
    born: Birth | None
    sex: str
    place: str
    markers: tuple[str, ...]
    roles: frozenset[str]
    records: tuple[RecordSource, ...]
    last_seen_on: date | None
    masked: bool = False
    old_markers: tuple[str, ...] = ()

    @property
    def age(self) -> str:
        return self.born.age_words(timezone.localdate()) if self.born else ""

    @property
    def is_child(self) -> bool:
        return bool(self.born and self.born.is_child(timezone.localdate()))

    @property
    def systems(self) -> tuple[str, ...]:
        return tuple(sorted({source.title for source in self.records}))

    @property
    def lens(self) -> str:
        return lens(self.roles)


def summary_of(held: Held) -> Summary:
    """The summary of one person's visible evidence."""
    records = [link.record for link in held.links]
    days = [day for r in records for day in (r.event_on, r.recorded_on) if day]
    limits, kinds = held.contested, Contested.Kind
    unsaid = {r for c in limits if c.restricts and c.kind == kinds.SEX for r in c.records}
    sexes = {r.sex for r in records if r.sex and r.pk not in unsaid}
    usable = contested.usable(held.names, kinds.NAME, limits)
    births = contested.usable(held.births, kinds.BIRTH, limits)
    best = births[0] if births else None
    name = MASKED_NAME if held.masked and not held.names else display_name(usable)
    names = dict.fromkeys(str(n) for n in telling_first(usable))
    loud = contested.usable(held.markers, kinds.WARNING, limits)
    warned = [(marker, age_of(marker, held)) for marker in loud]
    return Summary(
        person_id=held.person_id,
        version=held.version,
        name=name,
        other_names=tuple(n for n in names if n and n != name),
        born=Birth(best.born_on, best.precision) if best else None,
        sex=sexes.pop() if len(sexes) == 1 else "",
        place=_place(contested.usable(held.addresses, kinds.ADDRESS, limits)),
        markers=tuple(dict.fromkeys(m.label for m, age in warned if age.is_current)),
        old_markers=tuple(
            dict.fromkeys(f"{m.label}: {age.short}" for m, age in warned if not age.is_current)
        ),
        roles=frozenset().union(*held.roles.values()),
        records=tuple(RecordSource.of(r) for r in records),
        last_seen_on=max(days, default=None),
        masked=held.masked,
    )


def age_of(marker: WarningMarker, held: Held) -> Age:
    """How old a warning is by the records of the person that the reader is shown."""
    said = frozenset(marker.records)
    return signals.age(marker, (r.record.recorded_on for r in held.links if r.record_id in said))


def display_name(names: Sequence[Name]) -> str:
    """The best-ranked of the names, or words that say there is none."""
    return str(names[0]) if names and str(names[0]) else "Name not known"


def telling_first(names: list[Name]) -> list[Name]:
    """The best name, then aliases and nicknames, then other spellings of what they are called."""
    return names[:1] + sorted(names[1:], key=lambda name: name.kind == Name.Kind.NAME)


def lens(roles: Iterable[str]) -> str:
    """Words for somebody who was only ever harmed or helped, never suspected (C2); else empty."""
    held = frozenset(roles)
    if not held or not held <= HARMED_ROLES:
        return ""
    words = [role.label.lower() for role in InvolvementRole if role.value in held]
    return "Only ever recorded as " + " and ".join(words)


def _place(addresses: Sequence[Address]) -> str:
    """Town and postcode district of the best address: enough to tell people apart in a list."""
    if not addresses:
        return ""
    best = addresses[0]
    return ", ".join(part for part in (best.town, best.postcode.split(" ")[0]) if part)
