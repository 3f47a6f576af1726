"""Two ways to ask for crimes near a place: what is drawn, and a distance from what is typed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from crime.map import around
from crime.map.around import DISTANCES, Around
from crime.map.asked import PERIODS, USUAL_PERIOD
from crime.search import MAX_LENGTH
from wmp_search.access.scope import Scope


class AroundForm(forms.Form):
    """Corners of an area, or a distance around a postcode or a crime."""

    near = forms.CharField(
        label="Postcode or crime number",
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    km = forms.ChoiceField(
        label="Within", required=False, choices=list(DISTANCES.items()), initial="1"
    )
    points = forms.CharField(required=False, widget=forms.HiddenInput)
    category = forms.CharField(required=False, max_length=MAX_LENGTH, widget=forms.HiddenInput)
    period = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        scope: Scope,
        initial: dict[str, Any] | None = None,
    ) -> None:
        # its ids differ from those of the map's own form beside it
        super().__init__(data, initial=initial, auto_id="around_%s")
        self.scope = scope

    def clean(self) -> dict[str, Any]:
        """With `around`: where to look. Asks the index once, where a place was typed."""
        data = super().clean() or {}
        if not self.errors:
            data["around"] = self._drawn(data) if data["points"] else self._near(data)
        return data

    def _drawn(self, data: dict[str, Any]) -> Around:
        try:
            points = around.drawn(data["points"])
        except around.AreaError as error:
            raise ValidationError({"near": str(error)}) from error
        return Around(points=points, category=data["category"], period=_period(data))

    def _near(self, data: dict[str, Any]) -> Around:
        if not any(c.isalnum() for c in data["near"]):
            raise ValidationError({"near": "Enter a postcode or a crime number"})
        middle = around.found(data["near"], self.scope)
        if middle is None:
            raise ValidationError(
                {"near": "No crime you may see has that postcode or number. Try one nearby"}
            )
        return Around(
            middle=middle,
            km=data["km"] or "1",
            near=data["near"],
            category=data["category"],
            period=_period(data),
        )


def _period(data: dict[str, Any]) -> str:
    return data["period"] if data["period"] in PERIODS else USUAL_PERIOD
