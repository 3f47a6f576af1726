"""Every permission is described for the administrator who gives it."""

import pytest

from wmp_search.access import catalogue
from wmp_search.access.permissions import Permission


@pytest.mark.parametrize("permission", Permission, ids=str)
def test_every_permission_has_a_group_and_a_sentence(permission: Permission) -> None:
    found = catalogue.CATALOGUE.get(permission)
    assert found, f"describe {permission.value} in wmp_search/access/catalogue.py"
    assert found.group in catalogue.GROUPS
    assert found.sentence.endswith(".")
    assert 30 <= len(found.sentence) <= 100


def test_a_permission_that_nobody_described_counts_as_sensitive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(catalogue.CATALOGUE, Permission.CRIME_VIEW)
    assert [d.label for d in catalogue.sensitive(["crime.view"])] == [Permission.CRIME_VIEW.label]
    assert catalogue.everything()[-1] == Permission.CRIME_VIEW


def test_a_permission_that_the_product_no_longer_has_counts_for_nothing() -> None:
    assert catalogue.in_order(["person.fly", "person.view"])[0].permission == "person.view"
    assert len(catalogue.in_order(["person.fly", "person.view"])) == 1


def test_what_opens_protected_data_or_watches_officers_is_sensitive() -> None:
    assert {p.value for p in Permission} - {
        d.permission.value for d in catalogue.sensitive(Permission.values)
    } == {
        *("person.search", "person.view", "crime.view", "gang.view", "break_glass.use"),
        *("access.review", "quality.view", "person.watch", "search.certify"),
        *("feedback.answer", "practice.only", "crime.exact_place", "gang.govern"),
        *("report.view", "report.build", "report.share", "trend.manage"),
        "network.curate",
    }
