"""One crime as a page: its facts, its outcomes, who was involved as far as the scope may see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from crime import method
from crime.models import Crime, Involvement, Outcome
from crime.of_people import people_of
from crime.protected import is_sexual
from crime.selectors import CrimeSummary, summary, visible, with_outcomes
from people import restrictions, roles, rule
from people import selectors as people
from people.models import InvolvementRole
from people.roles import SUSPECTED
from people.summary import Summary
from wmp_search.access.scope import Scope, Tier

ROLE_ORDER = {role: place for place, role in enumerate(InvolvementRole.values)}


@dataclass(frozen=True, slots=True)
class Involved:
    """Somebody's role in a crime; `person` only where the scope may see one.

    `masked`: a victim whose identity is withheld (policing.md C8): only the role is told, and
    the person only to those who may unmask them, where the person's page gives nothing away.
    `is_suspected`: suspected, arrested, charged or convicted. `on`: when the role was recorded.
    """

    role: str
    record_id: int | None
    reference: str
    person: Summary | None
    masked: bool = False
    is_suspected: bool = False
    on: date | None = None


@dataclass(frozen=True, slots=True)
class CrimeProfile:
    """A crime's page as data."""

    crime: Crime
    summary: CrimeSummary
    outcomes: tuple[Outcome, ...]
    involved: tuple[Involved, ...]


def profile(crime_id: int, scope: Scope) -> CrimeProfile | None:
    """The crime with outcomes and everybody involved, or None. Ten queries at most."""
    crime = with_outcomes(visible(scope).filter(pk=crime_id)).first()
    if crime is None:
        return None
    rows = Involvement.objects.filter(crime=crime_id, deleted_at__isnull=True)
    said = summary(crime)
    return CrimeProfile(
        crime=crime,
        summary=said,
        outcomes=tuple(crime.outcomes.all()),
        involved=_involved(list(rows.select_related("record")), said.on, scope),
    )


def _involved(rows: Sequence[Involvement], day: date | None, scope: Scope) -> tuple[Involved, ...]:
    """Everybody by role on the day of the crime; a record that the scope may not see is left out.

    But a victim whose identity is masked is told of as that, unless the person is hidden.
    """
    ids = [row.record_id for row in rows]
    person_of = people_of(rule.visible_links(scope).filter(record__in=ids))
    masked = rule.unhidden_links(scope).filter(record__in=ids, record__tier=Tier.MASKED)
    withheld = {r: p for r, p in people_of(masked).items() if r not in person_of}
    known = people.summaries({*person_of.values(), *withheld.values()}, scope)
    found = []
    for row in sorted(rows, key=lambda r: ROLE_ORDER[r.role]):
        role, pk = InvolvementRole(row.role), row.record_id
        if pk in person_of:
            person = known.get(person_of[pk])
            born = row.record.born_on if row.record else None
            said = roles.told(role, born, day)
            one = Involved(said, pk, row.nominal_ref, person, on=row.recorded_on)
            suspected = role in SUSPECTED and not roles.is_too_young(born, day)
            found.append(replace(one, is_suspected=suspected))
        elif role == InvolvementRole.VICTIM and pk in withheld:
            person = known.get(withheld[pk])
            nameless = person if person and not person.records else None
            one = Involved(role.label, None, "", nameless, masked=True, on=row.recorded_on)
            found.append(one)
    return tuple(found)


def facts(shown: CrimeProfile, scope: Scope) -> list[tuple[str, str]]:
    """The crime's columns in an officer's words, in reading order; empty ones too."""
    crime, said = shown.crime, shown.summary
    until = timezone.localtime(crime.occurred_to) if crime.occurred_to else None
    return [
        ("Crime number", crime.crime_number),
        ("Offence code", crime.offence_code),
        ("Category", crime.category.replace("-", " ").capitalize()),
        ("When", said.when),
        ("Until", date_format(until, "j F Y, H:i") if until else ""),
        ("Reported", date_format(crime.reported_on, "j F Y") if crime.reported_on else ""),
        ("Where", said.place),
        ("Status", crime.status),
        ("How it was done", how(shown, scope)),
        ("Source", f"{said.system} {crime.source_ref}"),
    ]


def how(shown: CrimeProfile, scope: Scope) -> str:
    """How it was done. Of a sexual offence to those alone who may unmask its victims, and who
    have opened each whose identity is masked.
    """
    crime = shown.crime
    if not crime.mo or not is_sexual(crime.offence_code, crime.offence):
        return crime.mo
    is_open = scope.max_tier >= Tier.MASKED and not any(one.masked for one in shown.involved)
    return crime.mo if is_open else method.WITHHELD


def reported(shown: CrimeProfile, scope: Scope) -> dict[str, Any]:
    """What the event of the crime's page says for the owners of the people on it."""
    return restrictions.reported(audited(shown)["people"], scope)


def audited(shown: CrimeProfile, linked: Sequence[int] = ()) -> dict[str, Any]:
    """What a crime's page shows, as the audit trail keeps it. `linked`: crimes of its lists."""
    return {
        "id": str(shown.crime.pk),
        "changed_at": shown.crime.changed_at.isoformat(),
        "people": [i.person.person_id for i in shown.involved if i.person],
        "records": [i.record_id for i in shown.involved if i.record_id],
        "masked": sum(i.masked for i in shown.involved),
        **({"linked": list(linked)} if linked else {}),
    }
