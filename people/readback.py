"""What an officer reads aloud first: who, warnings, missing or wanted, what to do.

Everything on the card comes from what the scope may see of the person (`people.profile`). It says
what the systems do not hold instead of leaving it out: an empty line would read as "no".
"""

from collections.abc import Callable, Sequence
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
    """A warning marker in words, the newest day on which somebody stated or confirmed it, and
    whether that is longer ago than its kind allows (people.signals).
    """

    words: str
    on: date | None
    is_old: bool = False


@dataclass(frozen=True, slots=True)
class Readback:
    """`missing`, `licence`: words, empty where no record says so; `advice`: sentences.

    `warnings`: also those to be reviewed; `expired`: those that are no warning of the card's box.
    """

    warnings: tuple[Warned, ...]
    missing: str
    licence: str
    wanted: str
    advice: tuple[str, ...]
    expired: tuple[Warned, ...] = ()

    @property
    def confirmed(self) -> tuple[Warned, ...]:
        """The warnings that are current."""
        return tuple(warned for warned in self.warnings if not warned.is_old)

    @property
    def unconfirmed(self) -> tuple[Warned, ...]:
        """The warnings whose review is due."""
        return tuple(warned for warned in self.warnings if warned.is_old)


def readback(person: Profile) -> Readback:
    """The card of one person. No query."""
    missing = _newest(person.events, _says_missing)
    usable = [(m, m.age) for m in person.markers if m.age and not m.is_restricted]
    warned = [(Warned(m.value, age.since, m.is_old), age.is_expired) for m, age in usable]
    loud = tuple(one for one, is_expired in warned if not is_expired)
    expired = tuple(one for one, is_expired in warned if is_expired)
    licence = _newest(person.events, lambda e: e.role == InvolvementRole.ON_LICENCE.label)
    return Readback(
        warnings=loud,
        missing=f"Reported{_day(missing)}. Found: not held here" if missing else "",
        licence=f"Recorded{_day(licence)}" if licence else "",
        wanted=WANTED,
        advice=tuple(_advice(person, loud, expired, is_missing=missing is not None)),
        expired=expired,
    )


def _advice(
    person: Profile,
    loud: Sequence[Warned],
    expired: Sequence[Warned],
    *,
    is_missing: bool,
) -> list[str]:
    """Sentences in order of weight; policing.md C2 (harmed), C7 (children), C6 (conflicts)."""
    summary = person.summary
    said = []
    if summary.lens:
        said.append("Treat as somebody to protect.")
    if loud:
        said.append("Ask control before you approach.")
    elif expired:
        said.append("Ask control whether the old warning still holds.")
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
