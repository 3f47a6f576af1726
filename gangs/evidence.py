"""The records of a person that may be cited for a membership, and what a citation says of them.

A record that its own system graded keeps that grade (D1): nobody grades it anew. One without a
grade, or with one of the older scheme (D2), is graded by whoever cites it.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gangs.criteria import ASSESSMENTS, HANDLINGS, SOURCES, Cited
from gangs.kept_models import KeptMembership, MembershipEvidence
from people import roles, rule
from people.intelligence import grade_words, is_conditional
from people.models import InvolvementRole, NominalRecord
from people.sources import title
from wmp_search.access.scope import Scope

_GRADE = re.compile(r"^([123])\W?([A-E])\W?([PC])?\W?$")


class GradeError(ValueError):
    """It is no 3x5x2 grade; the text says what one is."""


@dataclass(frozen=True, slots=True)
class Grade:
    """3x5x2: source evaluation, intelligence assessment, handling."""

    source: str
    assessment: str
    handling: str

    @property
    def words(self) -> str:
        return f"3x5x2 {self.source}/{self.assessment}/{self.handling}"


@dataclass(frozen=True, slots=True)
class Citable:
    """A record of the person as the page of a proposal offers it. `grade`: its own, if it has one;
    `as_graded`: in words, an older scheme included.
    """

    record_id: int
    words: str
    reference: str
    on: date | None
    roles: tuple[str, ...]
    event: str
    grade: Grade | None
    as_graded: str
    handling: str


def parse_grade(text: str) -> Grade:
    """ "2BP", "2/B/P" or "2 b p". Raises GradeError."""
    found = _GRADE.match(text.strip().upper().replace("/", "").replace(" ", ""))
    if found is None or not found[3]:
        raise GradeError("Enter a 3x5x2 grade, for example 2/B/P")
    return Grade(found[1], found[2], found[3])


def of_person(person_id: int, scope: Scope) -> list[Citable]:
    """The person's records that the scope sees, newest first. Two queries at least."""
    links = rule.visible_links(scope).filter(person=person_id).select_related("record")
    return citable([link.record for link in links], scope)


def of_records(record_ids: Collection[int], scope: Scope) -> dict[int, Citable]:
    """The same of these records, by id, whosever they are."""
    links = rule.visible_links(scope).filter(record__in=record_ids).select_related("record")
    return {one.record_id: one for one in citable([link.record for link in links], scope)}


def citable(records: Sequence[NominalRecord], scope: Scope) -> list[Citable]:
    """The records as evidence, newest first."""
    held = roles.of_records(records, scope)
    made = [_citable(record, sorted(held[record.pk])) for record in records]
    return sorted(made, key=lambda one: (one.on or date.min, one.record_id), reverse=True)


def cite(one: Citable, criterion: str, grade: Grade | None) -> Cited:
    """The record as evidence for a criterion. Raises GradeError where nothing grades it, and
    ValueError where it has no date.
    """
    best = one.grade or grade
    if best is None:
        raise GradeError("Enter a 3x5x2 grade, for example 2/B/P")
    if one.on is None:
        raise ValueError("A record without a date cannot be cited")
    return Cited(
        record_id=one.record_id,
        criterion=criterion,
        roles=one.roles,
        event=one.event,
        on=one.on,
        source=best.source,
        assessment=best.assessment,
        handling=best.handling,
    )


def as_json(cited: Sequence[Cited]) -> list[dict[str, Any]]:
    """Citations as a proposal keeps them."""
    return [
        {
            "record_id": c.record_id,
            "criterion": c.criterion,
            "roles": list(c.roles),
            "event": c.event,
            "on": c.on.isoformat(),
            "source": c.source,
            "assessment": c.assessment,
            "handling": c.handling,
        }
        for c in cited
    ]


def kept(rows: Sequence[Mapping[str, Any]]) -> tuple[Cited, ...]:
    """Citations of a proposal, as they were."""
    return tuple(
        Cited(**{**row, "roles": tuple(row["roles"]), "on": date.fromisoformat(row["on"])})
        for row in rows
    )


def write(version: KeptMembership, cited: Sequence[Cited]) -> None:
    """The citations of a version. One statement."""
    MembershipEvidence.objects.bulk_create(
        MembershipEvidence(
            membership=version,
            record_id=c.record_id,
            criterion=c.criterion,
            roles=list(c.roles),
            event=c.event,
            on=c.on,
            source=c.source,
            assessment=c.assessment,
            handling=c.handling,
        )
        for c in cited
    )


def is_graded(source: str, assessment: str, handling: str) -> bool:
    """Whether these three are a complete 3x5x2 grade."""
    letters = ((source, SOURCES), (assessment, ASSESSMENTS), (handling, HANDLINGS))
    return all(len(given) == 1 and given in allowed for given, allowed in letters)


def _citable(record: NominalRecord, held: Sequence[str]) -> Citable:
    labels = ", ".join(role.label for role in InvolvementRole if role.value in held)
    kind = record.event_kind.replace("_", " ").capitalize() or title(record.system)
    return Citable(
        record_id=record.pk,
        words=f"{kind}: {labels}" if labels else kind,
        reference=f"{title(record.system)} {record.source_ref}",
        on=record.event_on or record.recorded_on,
        roles=tuple(held),
        event=record.event_ref or f"{record.system} {record.source_ref}",
        grade=_own_grade(record),
        as_graded=grade_words(record.grade, record.grade_scheme),
        handling=record.handling if is_conditional(record) else "",
    )


def _own_grade(record: NominalRecord) -> Grade | None:
    found = _GRADE.match(record.grade.upper()) if record.grade_scheme == "3x5x2" else None
    if found is None:
        return None
    conditional = is_conditional(record) or found[3] == "C"
    return Grade(found[1], found[2], "C" if conditional else "P")
