"""The gang search box, with why the officer looks."""

from people.forms import TextSearchForm


class GangSearchForm(TextSearchForm):
    missing = "Enter a gang's name or area"
