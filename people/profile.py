"""A person's page as data: every value with the visible records that attest it (C5, C6)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from django.utils.formats import date_format

from people import contested, disposals, identifiers, roles, sketch
from people.births import Birth
from people.contested_models import Contested
from people.intelligence import NOT_GRADED, handling_words, is_conditional, record_grade
from people.models import (
    Address,
    Evidence,
    Identifier,
    Link,
    NominalRecord,
)
from people.selectors import best_first, gather
from people.signals import Age, State
from people.sketch import Sketch
from people.sources import RecordSource
from people.summary import Held, Summary, age_of, summary_of, telling_first
from wmp_search.access.scope import Scope

FACTS = ("names", "births", "sexes", "identifiers", "addresses", "markers")
SEXES = {"M": "Male", "F": "Female"}
REACHED_BY = frozenset(
    kind.label for kind in (Identifier.Kind.PHONE, Identifier.Kind.EMAIL, Identifier.Kind.VEHICLE)
)
Row = TypeVar("Row", bound=Evidence)


@dataclass(frozen=True, slots=True)
class Fact:
    """A value, what it is, and the visible records that attest it, newest first.

    `district`: of an address, the first half of its postcode. `age`: of a warning, how old it is.
    """

    label: str
    value: str
    sources: tuple[RecordSource, ...]
    note: str = ""
    district: str = ""
    contested: tuple[Contested, ...] = ()
    age: Age | None = None

    @property
    def is_restricted(self) -> bool:
        """Not to be used while it is contested (DPA 2018 s.47)."""
        return any(one.restricts for one in self.contested)

    @property
    def is_assessment(self) -> bool:
        """Warnings are what somebody thought of a person, not facts (C4; DPA 2018 s.38(2))."""
        return self.age is not None

    @property
    def is_old(self) -> bool:
        """A warning that nobody has confirmed for longer than its kind allows (C11)."""
        return self.age is not None and not self.age.is_current


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """What a record says happened, and the role the person had in it.

    `withheld` says why `text` is empty where a handling code does not let it be shown (D3).
    """

    on: date | None
    role: str
    kind: str
    reference: str
    text: str
    withheld: str
    grade: str
    source: RecordSource
    disposal: str = ""  # what became of the person in it, where the record says so (C3)
    author: str = ""  # who stated it, where the record says so (C4)
    contested: tuple[Contested, ...] = ()

    @property
    def is_restricted(self) -> bool:
        """Not to be used while it is contested (DPA 2018 s.47)."""
        return any(one.restricts for one in self.contested)

    @property
    def words(self) -> str:
        """What happened, as a statement about it names it."""
        return " ".join(part for part in (self.kind, self.reference) if part) or self.role

    @property
    def assessed(self) -> str:
        """ "graded 3x5x2 2/B", or "not graded" (D5); "" of a fact."""
        return f"graded {self.grade}" if self.grade not in ("", NOT_GRADED) else self.grade


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """One record behind the person and why it is taken to be theirs."""

    source: RecordSource
    name: str
    born: Birth | None
    role: str
    why: str
    issues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything in people's own tables that the scope may see of one person."""

    summary: Summary
    names: tuple[Fact, ...]
    births: tuple[Fact, ...]
    sexes: tuple[Fact, ...]
    identifiers: tuple[Fact, ...]
    addresses: tuple[Fact, ...]
    markers: tuple[Fact, ...]
    events: tuple[RecordedEvent, ...]
    records: tuple[HeldRecord, ...]

    @property
    def numbers(self) -> tuple[Fact, ...]:
        """What identifies the person: PNC ID, CRO number, other numbers."""
        return tuple(fact for fact in self.identifiers if fact.label not in REACHED_BY)

    @property
    def contacts(self) -> tuple[Fact, ...]:
        """Phones, emails and vehicles."""
        return tuple(fact for fact in self.identifiers if fact.label in REACHED_BY)

    @property
    def numbered_addresses(self) -> tuple[Fact, ...]:
        """The addresses with the numbers that they have on the sketch."""
        return tuple(
            replace(fact, label=f"{fact.label} {n}") for n, fact in enumerate(self.addresses, 1)
        )

    @property
    def sketch(self) -> Sketch | None:
        """Where the addresses are, as far as their postcodes tell."""
        return sketch.of([fact.district for fact in self.addresses])

    @property
    def intelligence(self) -> tuple[RecordedEvent, ...]:
        """Graded, or kept without a grade: assessments, never facts (C4)."""
        return tuple(event for event in self.events if event.grade)

    @property
    def involvements(self) -> tuple[RecordedEvent, ...]:
        return tuple(event for event in self.events if not event.grade)

    @property
    def fields(self) -> list[str]:
        """The kinds of value on the page, for the audit trail."""
        kinds = ("names", "births", "sexes", "identifiers", "addresses", "markers", "events")
        return [kind for kind in kinds if getattr(self, kind)]

    def of_kind(self, kind: str) -> tuple[Fact, ...]:
        """The facts of a kind of `Contested`, events excepted."""
        facts: tuple[Fact, ...] = getattr(self, kind)
        return facts

    @property
    def contested(self) -> tuple[Contested, ...]:
        """Every statement of the person that stands beside something shown here, once."""
        found = {one.pk: one for event in self.events for one in event.contested}
        facts = (fact for kind in FACTS for fact in self.of_kind(kind))
        found |= {one.pk: one for fact in facts for one in fact.contested}
        return tuple(found[pk] for pk in sorted(found))

    def for_copy(self) -> "Profile":
        """What may leave: nothing that is restricted, only that something is."""
        kept: dict[str, Any] = {
            kind: tuple(
                replace(fact, value=contested.WITHHELD, note="") if fact.is_restricted else fact
                for fact in self.of_kind(kind)
            )
            for kind in FACTS
        }
        events = (
            replace(e, text="", reference="", withheld=contested.WITHHELD, disposal="")
            if e.is_restricted
            else e
            for e in self.events
        )
        return replace(self, events=tuple(events), **kept)

    def audited(self) -> dict[str, Any]:
        """What the page shows, as the audit trail keeps it: ids and kinds, no values (A2)."""
        return {
            "id": str(self.summary.person_id),
            "version": self.summary.version,
            "records": [held.source.record_id for held in self.records],
            "fields": self.fields,
        }

    @property
    def systems(self) -> tuple[str, ...]:
        """System names (not titles), sorted."""
        return tuple(sorted({held.source.system for held in self.records}))


def profile(person_id: int, scope: Scope) -> Profile | None:
    """The person as the scope may see them, or None. Nine queries, however many records."""
    held = gather([person_id], scope).get(person_id)
    if held is None:
        return None
    numbers = list(best_first(Identifier, [person_id], scope))
    links = sorted(held.links, key=_newest_first)
    sources = {link.record_id: RecordSource.of(link.record) for link in links}
    records = [link.record for link in links]
    shown = Profile(
        summary=summary_of(held),
        names=_facts(
            telling_first(held.names),
            sources,
            lambda n: n.get_kind_display().capitalize(),
            str,
        ),
        births=_births(held, sources),
        sexes=_sexes(records),
        identifiers=_facts(
            sorted(numbers, key=lambda i: list(Identifier.Kind.values).index(i.kind)),
            sources,
            lambda i: i.get_kind_display(),
            lambda i: i.value,
        ),
        addresses=_addresses(held.addresses, sources),
        markers=_warnings(held, sources),
        events=tuple(sorted((_event(r) for r in records if _has_event(r)), key=_latest_event)),
        records=tuple(_record(link, held.roles[link.record_id]) for link in links),
    )
    return _beside(shown, held.contested) if held.contested else shown


def _beside(shown: Profile, found: list[Contested]) -> Profile:
    """With what the person says beside each value; restricted ones last of their kind."""
    facts: dict[str, Any] = {
        kind: tuple(
            sorted(
                (replace(f, contested=_said(found, kind, f)) for f in shown.of_kind(kind)),
                key=lambda fact: fact.is_restricted,
            )
        )
        for kind in FACTS
    }
    events = (
        replace(e, contested=contested.about(found, "events", e.words, [e.source.record_id]))
        for e in shown.events
    )
    return replace(shown, events=tuple(events), **facts)


def _said(found: list[Contested], kind: str, fact: Fact) -> tuple[Contested, ...]:
    return contested.about(found, kind, fact.value, [s.record_id for s in fact.sources])


def _facts(
    rows: Iterable[Row],
    sources: dict[int, RecordSource],
    label: Callable[[Row], str],
    value: Callable[[Row], str],
    note: Callable[[Row], str] = lambda _row: "",
) -> tuple[Fact, ...]:
    """Facts in the order of the rows; one that no visible record attests is left out."""
    return tuple(
        Fact(label(row), value(row), found, note(row)) for row, found in _attested(rows, sources)
    )


def _addresses(rows: Iterable[Address], sources: dict[int, RecordSource]) -> tuple[Fact, ...]:
    return tuple(
        Fact("Address", str(row), found, _lived(row), identifiers.postcode(row.postcode)[0])
        for row, found in _attested(rows, sources)
    )


def _attested(
    rows: Iterable[Row], sources: dict[int, RecordSource]
) -> Iterator[tuple[Row, tuple[RecordSource, ...]]]:
    """The rows that a visible record attests, each with its records."""
    for row in rows:
        if found := _attesting(row.records, sources):
            yield row, found


def _attesting(ids: list[int], sources: dict[int, RecordSource]) -> tuple[RecordSource, ...]:
    """`sources` is newest first and keeps that order."""
    wanted = frozenset(ids)
    return tuple(source for pk, source in sources.items() if pk in wanted)


def _warnings(held: Held, sources: dict[int, RecordSource]) -> tuple[Fact, ...]:
    """Current ones first, then those to be reviewed, then expired ones."""
    found = [
        Fact(f"Warning {m.code}", m.label, said, (age := age_of(m, held)).words, age=age)
        for m, said in _attested(held.markers, sources)
    ]
    order = list(State)
    return tuple(sorted(found, key=lambda fact: order.index(fact.age.state) if fact.age else 0))


def _births(held: Held, sources: dict[int, RecordSource]) -> tuple[Fact, ...]:
    return _facts(
        held.births,
        sources,
        lambda _b: "Date of birth",
        lambda b: Birth(b.born_on, b.precision).words,
        lambda b: (
            ""
            if b.precision == "D"
            else f"Known to the {b.get_precision_display()}"
            if b.precision in "MY"
            else f"Worked out {b.get_precision_display()}"
        ),
    )


def _sexes(records: list[NominalRecord]) -> tuple[Fact, ...]:
    said: dict[str, list[RecordSource]] = {}
    for record in records:
        if record.sex in SEXES:
            said.setdefault(record.sex, []).append(RecordSource.of(record))
    order = sorted(said, key=lambda sex: -len(said[sex]))
    return tuple(Fact("Sex", SEXES[sex], tuple(said[sex])) for sex in order)


def _lived(address: Address) -> str:
    start = f"from {date_format(address.lived_from, 'j F Y')}" if address.lived_from else ""
    end = f"to {date_format(address.lived_to, 'j F Y')}" if address.lived_to else ""
    return f"{start} {end}".strip().capitalize()


def _has_event(record: NominalRecord) -> bool:
    return bool(record.event_ref or record.event_on or record.event_summary)


def _event(record: NominalRecord) -> RecordedEvent:
    withheld = is_conditional(record)
    text = " ".join(part for part in (record.event_summary, record.note) if part)
    return RecordedEvent(
        on=record.event_on,
        role=roles.told(record.role, record.born_on, record.event_on or record.recorded_on),
        kind=record.event_kind.replace("_", " ").capitalize(),
        reference=record.event_ref,
        text="" if withheld else text,
        withheld=f"Withheld. Handling: {handling_words(record)}" if withheld else "",
        grade=record_grade(record),
        source=RecordSource.of(record),
        disposal="" if withheld else disposals.words(record.event_summary),
        author="" if withheld else record.author,
    )


def _record(link: Link, held_roles: frozenset[str]) -> HeldRecord:
    record = link.record
    full = " ".join(part for part in (record.given_names, record.surname) if part)
    return HeldRecord(
        source=RecordSource.of(record),
        name=full or ", ".join(str(n.get("full", "")) for n in record.names),
        born=Birth(record.born_on, record.born_precision) if record.born_on else None,
        role=roles.words(held_roles, record.born_on, record.event_on or record.recorded_on),
        why=_why(link),
        issues=tuple(record.issues),
    )


def _why(link: Link) -> str:
    words = link.get_method_display().capitalize()
    return words if link.weight is None else f"{words} {link.weight:.1f}"


def _newest_first(link: Link) -> tuple[int, int]:
    day = link.record.recorded_on
    return (-day.toordinal() if day else 0, link.record_id)


def _latest_event(event: RecordedEvent) -> tuple[int, int]:
    return (-event.on.toordinal() if event.on else 0, event.source.record_id)
