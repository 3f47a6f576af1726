"""Made-up things for the /design page: each component in each of its states. No data, no query."""

import uuid
from datetime import date
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator

from crime.trends import chart, heat
from crime.trends.hours import aoristic
from crime.trends.steps import following
from people import sketch
from people.births import Birth
from people.profile import Fact, RecordedEvent
from people.readback import WANTED, Readback, Warned
from people.sources import RecordSource
from people.summary import Summary

DAY = date(2026, 3, 4)
LONG_NAME = "Mohammed Abdul Rahman Chaudhry-Kowalczykowska"
TOKENS = (
    *("page", "text", "quiet", "navy", "card", "link", "button", "sky", "line", "chequer"),
    *("marking", "danger", "danger-soft", "caution", "caution-soft", "glass", "error"),
)
TAGS = ("grey", "blue", "red", "orange", "green")


class SampleForm(forms.Form):
    """One field of each kind; bound to nothing, so that each shows its error."""

    words = forms.CharField(label="Words", help_text="A hint says what is wanted")
    choice = forms.ChoiceField(label="One of a list", choices=[("a", "First"), ("b", "Second")])
    tapped = forms.ChoiceField(
        label="One to tap", choices=[("a", "First"), ("b", "Second")], widget=forms.RadioSelect
    )
    several = forms.MultipleChoiceField(
        label="Several", choices=[("a", "First")], widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(label="More words", widget=forms.Textarea(attrs={"rows": 3}))


def samples() -> dict[str, Any]:
    """The context of the page."""
    sources = tuple(RecordSource(n, "custody", f"CU/{n}", DAY) for n in range(1, 4))
    return {
        "tokens": TOKENS,
        "colours": TAGS,
        "plain_form": SampleForm(prefix="plain"),
        "wrong_form": SampleForm({}, prefix="wrong"),
        "sketch": sketch.of(["B23", "B24", "WV1", "B66", ""]),
        "charts": [_chart(70), _chart(31)],
        "heat": _heat(),
        "days": heat.NAMES,
        "sources": sources,
        "facts": _facts(sources),
        "people": [
            _summary(),
            _summary(name="Jo Wick", markers=(), roles=frozenset(), old_markers=(OLD,)),
        ],
        "matches": [
            SimpleNamespace(strength=strength, why=("name agrees", "born the same day"))
            for strength in ("strong", "possible", "weak")
        ],
        "card": Readback(
            (Warned("Violent", DAY), Warned("Weapons", date(2023, 4, 1), is_old=True)),
            "",
            "",
            WANTED,
            ADVICE,
        ),
        "plain_card": Readback(
            (), "", "", WANTED, ADVICE[1:], (Warned("Escaper", OLD_DAY, True),)
        ),
        "events": [_event("Arrested", "No further action", ""), _event("Subject", "", "2/B")],
        "tabs": [
            SimpleNamespace(name="people", route="search-results", title="People", count="12"),
            SimpleNamespace(name="crimes", route="search-crimes", title="Crimes", count="100+"),
            SimpleNamespace(name="gangs", route="search-gangs", title="Gangs", count=""),
        ],
        "asked": SimpleNamespace(pk=uuid.UUID(int=0)),
        "page": Paginator(range(60), 20).get_page(2),
    }


OLD_DAY = date(2016, 3, 1)
OLD = "Escaper: not confirmed since Mar 2016"
ADVICE = ("Ask control before you approach.", "Check identity before you act.")


def _facts(sources: tuple[RecordSource, ...]) -> tuple[Fact, ...]:
    values = ["8 June 1989", "6 August 1989", *(f"Other value {n}" for n in range(6))]
    return tuple(Fact("Date of birth", value, sources, "Worked out") for value in values)


def _chart(last: int) -> chart.Chart:
    """A quiet year, and the last month as given; in summer the recording changed, and where the
    last month is usual it may still change.
    """
    months = following(date(2025, 1, 1), 12)
    counts = [30, 33, 28, 31, 35, 29, 30, 34, 31, 28, 33, last]
    unusual = last > 44
    marks = chart.Marks(later=0 if unusual else 1, breaks={months[6]: "1"})
    return chart.drawn(months, counts, (18, 44), unusual=unusual, marks=marks)


def _heat() -> heat.Heat:
    """A week with a plateau by day and a peak on Saturday night."""
    begin = [day * 1440.0 + 480 for day in range(5)] * 20 + [5 * 1440.0 + 1380] * 9
    return heat.drawn(aoristic(begin, [at + 570 for at in begin]))


def _summary(**changes: Any) -> Summary:
    known: dict[str, Any] = {
        "person_id": 0,
        "version": 1,
        "name": LONG_NAME,
        "other_names": ("Mo", "Adam Rahman", "M. Chaudhry", "A. R. Chaudhry"),
        "born": Birth(date(2015, 3, 4), "D"),
        "sex": "M",
        "place": "Wolverhampton, WV1",
        "markers": ("Violent",),
        "roles": frozenset({"victim"}),
        "records": (),
        "last_seen_on": DAY,
    }
    return Summary(**{**known, **changes})


def _event(role: str, disposal: str, grade: str) -> RecordedEvent:
    source = RecordSource(9, "custody", "CU/9", DAY)
    return RecordedEvent(DAY, role, "Custody", "CU/9", "Theft", "", grade, source, disposal)
