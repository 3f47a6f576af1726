"""What an analyst says about a match."""

import time
from typing import Any, Self

from django import forms
from django.core import signing

from ingest.review.models import Verdict
from wmp_search.access.forms import ReasonField

SALT = "review.seen"
LONGEST = 3600.0  # seconds: a page left open over lunch does not count as thought


class LabelForm(forms.Form):
    """One of three buttons of equal weight. `seen` is when the page was made, signed."""

    verdict = forms.ChoiceField(choices=Verdict)
    seen = forms.CharField(widget=forms.HiddenInput())

    @classmethod
    def fresh(cls) -> Self:
        """For a page that is made now."""
        return cls(initial={"seen": signing.dumps(time.time(), salt=SALT)})

    @property
    def seconds(self) -> float:
        """From the page to the answer."""
        try:
            seen = float(signing.loads(self.cleaned_data["seen"], salt=SALT))
        except signing.BadSignature:
            return 0.0
        return min(max(time.time() - seen, 0.0), LONGEST)


class VerdictForm(LabelForm):
    """The same, and why."""

    GROUNDS = (
        ("whole", "The evidence as a whole"),
        ("identifier", "An identifier agrees or excludes it"),
        ("knowledge", "Something not on this page: say what"),
    )
    ground = forms.ChoiceField(label="What decided it", choices=GROUNDS, initial="whole")
    words = forms.CharField(
        label="In your words (optional)",
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("ground") == "knowledge" and len(data.get("words", "")) < 5:
            self.add_error("words", "Say what decided it")
        return data

    @property
    def reason(self) -> str:
        """The ground and the officer's words."""
        ground = dict(self.GROUNDS)[self.cleaned_data["ground"]]
        return ". ".join(part for part in (ground, self.cleaned_data["words"]) if part)


class SecondForm(forms.Form):
    """The second person's word, or why a decision is undone."""

    reason = ReasonField("Why")
