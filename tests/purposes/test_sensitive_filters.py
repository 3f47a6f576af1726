"""Nobody can search by ethnicity, health, religion or sexuality (policing.md B10, s.35(8)).

There is no such filter, so there is no tick for it. Whoever adds one finds this test first, and
ADR 0012, which says what has to come with it.
"""

from collections.abc import Iterator
from dataclasses import fields

import pytest
from django import forms
from rest_framework import serializers

from crime.api import CrimeSearchIn
from crime.forms import CrimeSearchForm
from crime.search import CrimeCriteria
from gangs.forms import GangSearchForm
from people.criteria import PersonCriteria
from people.forms import PersonSearchForm
from people.serializers import PersonSearchIn
from wmp_search.search.index import specs

SENSITIVE = (
    *("ethnic", "race", "racial", "nationality", "religio", "belief", "faith", "health"),
    *("disab", "medical", "mental", "sexual", "orientation", "biometric", "genetic", "political"),
    "union",
)


def asked_for() -> Iterator[str]:
    """The name of everything that can be searched by, in pages, API, criteria and indexes."""
    for form in (PersonSearchForm, CrimeSearchForm, GangSearchForm):
        assert issubclass(form, forms.Form)
        yield from (f"{form.__name__}.{name}" for name in form.base_fields)
    for body in (PersonSearchIn, CrimeSearchIn):
        assert issubclass(body, serializers.Serializer)
        yield from (f"{body.__name__}.{name}" for name in body().fields)
    for criteria in (PersonCriteria, CrimeCriteria):
        yield from (f"{criteria.__name__}.{f.name}" for f in fields(criteria))
    for spec in specs():
        yield from (f"{spec.alias}.{name}" for name in spec.mapping["properties"])


def test_there_is_something_to_look_at() -> None:
    assert len(list(asked_for())) > 30


@pytest.mark.parametrize("word", SENSITIVE)
def test_nothing_sensitive_can_be_searched_by(word: str) -> None:
    assert [name for name in asked_for() if word in name.lower()] == []
