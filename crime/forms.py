"""The crime search box, with why the officer looks."""

from people.forms import TextSearchForm


class CrimeSearchForm(TextSearchForm):
    missing = "Enter a crime number, an offence, a street or a postcode"
