"""What happened of a crime and when, as far as its page shows it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format

from crime.profile import CrimeProfile


@dataclass(frozen=True, slots=True)
class Moment:
    """`when`: as exactly as it is known; `on`: the day to order by, None where none is known."""

    on: date | None
    when: str
    what: str


def of_crime(shown: CrimeProfile) -> tuple[Moment, ...]:
    """In the order of time; what has no day comes last. Nothing that the page does not show."""
    crime = shown.crime
    found = []
    if crime.occurred_from:
        span = "Began" if crime.occurred_to else "Happened"
        found.append(_at(crime.occurred_from, span))
    elif crime.month:
        found.append(Moment(crime.month, date_format(crime.month, "F Y"), "Happened"))
    if crime.occurred_to:
        found.append(_at(crime.occurred_to, "Ended, or was found"))
    if crime.reported_on:
        found.append(_on(crime.reported_on, "Reported"))
    for one in shown.involved:
        if one.masked:
            found.append(_on(one.on, f"{one.role} recorded, identity restricted"))
        else:
            who = one.person.name if one.person else one.reference
            found.append(_on(one.on, f"{one.role} recorded: {who}"))
    found += [_on(o.outcome_on, f"Outcome: {o.outcome}") for o in reversed(shown.outcomes)]
    return tuple(sorted(found, key=lambda moment: moment.on or date.max))


def _at(moment: datetime, what: str) -> Moment:
    local = timezone.localtime(moment)
    return Moment(local.date(), date_format(local, "j F Y, H:i"), what)


def _on(day: date | None, what: str) -> Moment:
    return Moment(day, date_format(day, "j F Y") if day else "Day not recorded", what)
