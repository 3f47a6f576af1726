"""rules.toml: what it must say, and what is refused."""

import pytest

from wmp_search.retention import rules

TEXT = rules.FILE.read_text(encoding="utf-8")


def test_the_file_holds_four_groups_a_last_rule_and_the_questions() -> None:
    found = rules.parse(TEXT)
    assert sorted(found.groups) == [1, 2, 3, 4]
    assert found.groups[1].until_age == 100
    assert found.rules[-1].id == rules.SOURCE_CLASS
    assert len(found.questions) == 7
    assert not set(found.resets) & {"victim", "witness", "missing"}


def test_nobody_is_said_to_have_confirmed_the_periods_who_did_not() -> None:
    assert not rules.parse(TEXT).is_confirmed
    named = TEXT.replace('confirmed_by = ""', 'confirmed_by = "A Person"')
    assert not rules.parse(named).is_confirmed
    dated = named.replace('confirmed_on = ""', 'confirmed_on = "1 May 2027"')
    assert rules.parse(dated).is_confirmed


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[group.4]", "[group.5]", "groups 1 to 4"),
        ('"stopped"', '"walking"', "no such role: walking"),
        ("mopi_1 = 1", "mopi_1 = 9", "a group that is not there"),
        ("other = 1", "others = 1", "an `other`"),
        ("clear_years = 10", "clear_year = 10", "TypeError"),
        ('confirmed_by = ""', "", "KeyError"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(old: str, new: str, said: str) -> None:
    with pytest.raises(rules.RulesError, match=said):
        rules.parse(TEXT.replace(old, new, 1))
