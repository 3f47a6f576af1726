"""What an officer reads aloud first: who, warnings, missing or wanted, what to do.

Everything on the card comes from what the scope may see of the person (`people.profile`). It says
what the systems do not hold instead of leaving it out: an empty line would read as "no".
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from people.models import InvolvementRole
from people.profile import Profile, RecordedEvent

MISSING_KIND = "Missing"  # event_kind "missing" of the source files, as a page shows it
WANTED = "Not held here: check PNC"
MISSING = frozenset({InvolvementRole.MISSING.label})


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning marker in words and the newest day a record stated it."""

    words: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Readback:
    """`missing`, `licence`: words, empty where no record says so; `advice`: sentences."""

    warnings: tuple[Warned, ...]
    missing: str
    licence: str
    wanted: str
    advice: tuple[str, ...]


def readback(person: Profile) -> Readback:
    """The card of one person. No query."""
    missing = _newest(person.events, _says_missing)
    loud = [marker for marker in person.markers if not marker.is_restricted]
    licence = _newest(person.events, lambda e: e.role == InvolvementRole.ON_LICENCE.label)
    return Readback(
        warnings=tuple(Warned(m.value, m.sources[0].recorded_on) for m in loud),
        missing=f"Reported{_day(missing)}. Found: not held here" if missing else "",
        licence=f"Recorded{_day(licence)}" if licence else "",
        wanted=WANTED,
        advice=tuple(_advice(person, is_missing=missing is not None, is_warned=bool(loud))),
    )


def _advice(person: Profile, *, is_missing: bool, is_warned: bool) -> list[str]:
    """Sentences in order of weight; policing.md C2 (harmed), C7 (children), C6 (conflicts)."""
    summary = person.summary
    said = []
    if summary.lens:
        said.append("Treat as somebody to protect.")
    if is_warned:
        said.append("Ask control before you approach.")
    if is_missing:
        said.append("If you meet them, tell control.")
    if len(person.births) > 1:
        said.append("Ask date of birth: records differ.")
    said.append("Check identity before you act.")
    return said


def _says_missing(event: RecordedEvent) -> bool:
    return event.kind == MISSING_KIND or event.role in MISSING


def _newest(
    events: tuple[RecordedEvent, ...], wanted: Callable[[RecordedEvent], bool]
) -> RecordedEvent | None:
    return next((e for e in events if wanted(e) and not e.is_restricted), None)


def _day(event: RecordedEvent) -> str:
    return f" {date_format(event.on, 'j M Y')}" if event.on else ""
