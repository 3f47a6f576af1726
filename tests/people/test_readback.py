"""The card that is read first: what it says of warnings, missing, wanted and what to do."""

from datetime import date

import pytest

from people import disposals, timeline
from people.profile import Profile, RecordedEvent, profile
from people.readback import readback
from people.sources import RecordSource
from tests.officers import officer
from tests.people_data import person, record
from wmp_search.access.scope import scope_of

pytestmark = pytest.mark.django_db


def seen(*records: object) -> Profile:
    someone = person(*records)  # type: ignore[arg-type]
    shown = profile(someone.pk, scope_of(officer("officer"), None))
    assert shown is not None
    return shown


def test_warnings_carry_the_day_of_the_newest_record_and_ask_for_care() -> None:
    marker = [{"code": "WE", "label": "Weapons"}]
    card = readback(
        seen(
            record("pnc", surname="Wick", markers=marker, recorded_on=date(2020, 1, 2)),
            record("custody", surname="Wick", markers=marker, recorded_on=date(2025, 3, 4)),
        )
    )
    assert [(w.words, w.on) for w in card.warnings] == [("Weapons", date(2025, 3, 4))]
    assert card.advice[0] == "Ask control before you approach."
    assert card.advice[-1] == "Check identity before you act."


def test_what_is_not_held_is_said_and_never_left_out() -> None:
    card = readback(seen(record("custody", surname="Wick")))
    assert card.wanted == "Not held here: check PNC"
    assert (card.missing, card.licence) == ("", "")


def test_a_missing_report_is_told_with_its_day_and_that_its_end_is_unknown() -> None:
    reports = [
        record(
            "missing_persons",
            surname="Wick",
            role="vulnerable_child",
            event_kind="missing",
            event_on=day,
            event_ref=f"MP/{day.year}",
        )
        for day in (date(2021, 5, 6), date(2026, 7, 8))
    ]
    card = readback(seen(*reports))
    assert card.missing == "Reported 8 Jul 2026. Found: not held here"
    assert card.advice[0] == "Treat as somebody to protect."
    assert "If you meet them, tell control." in card.advice


def test_dates_of_birth_that_differ_are_to_be_asked_for() -> None:
    card = readback(
        seen(
            record("custody", surname="Wick", born_on=date(1989, 6, 8)),
            record("pnc", surname="Wick", born_on=date(1989, 8, 6)),
        )
    )
    assert "Ask date of birth: records differ." in card.advice


@pytest.mark.parametrize(
    ("summary", "words"),
    [
        ("Burglary: NFA", "No further action"),
        ("Theft: from a shop: Charged", "Charged, not yet tried"),
        ("Controlled drugs: A no further action disposal", "No further action"),
        ("Assault: Released under investigation", "Released under investigation, no decision yet"),
        ("Seen in Aston", ""),
        ("", ""),
    ],
)
def test_a_disposal_is_told_in_words_of_its_own(summary: str, words: str) -> None:
    assert disposals.words(summary) == words


def test_no_disposal_calls_anybody_an_offender() -> None:
    assert not [words for words in disposals.WORDS.values() if "offender" in words.lower()]


def _event(role: str, number: int) -> RecordedEvent:
    source = RecordSource(number, "custody", f"CU/{number}", None)
    return RecordedEvent(None, role, "", f"E{number}", "", "", "", source)


def test_roles_of_suspects_of_the_harmed_and_others_stand_apart_newest_first() -> None:
    events = [_event(r, n) for n, r in enumerate(["Victim", "Arrested", "Stopped", "Suspect"])]
    found = timeline.groups(events)
    assert [(g.title.split()[0], [e.reference for e in g.events]) for g in found] == [
        ("Suspected,", ["E1", "E3"]),
        ("Harmed,", ["E0"]),
        ("Otherwise", ["E2"]),
    ]
    assert found[0].roles == (("Arrested", 1), ("Suspect", 1))


def test_a_long_timeline_keeps_the_newest_and_counts_all() -> None:
    events = [_event("Arrested", n) for n in range(5)]
    (group,) = timeline.groups(events, most=2)
    assert ([e.reference for e in group.events], group.total) == (["E0", "E1"], 5)
