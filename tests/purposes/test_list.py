"""The force's list of purposes: what each opens, its versions, and when a change counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from tests.officers import officer, signed_in, with_purpose
from wmp_search.access import purposes
from wmp_search.access.models import Role
from wmp_search.access.permissions import Permission
from wmp_search.access.purpose_models import PurposeVersion
from wmp_search.access.scope import Tier, scope_of

pytestmark = pytest.mark.django_db

FIRST = {
    *("STOP", "ARREST", "CRIME-INV", "INTEL-DEV", "SAFEGUARD", "MISSING", "DOMESTIC"),
    *("OFFICER-SAFETY", "TRAFFIC", "WARRANT", "LICENSING", "DISCLOSURE", "DATA-QUALITY"),
    "TRAINING",
}
SPECIAL = {"SAR", "AUDIT", "BREAK-GLASS"}
VICTIMS = {
    *("CRIME-INV", "SAFEGUARD", "MISSING", "DOMESTIC", "OFFICER-SAFETY", "DISCLOSURE"),
    *("DATA-QUALITY", "SAR", "AUDIT", "BREAK-GLASS"),
}
NARROW = {"TRAFFIC", "LICENSING", "TRAINING"}


def test_the_first_list_is_the_whole_one() -> None:
    assert {v.code for v in purposes.everything()} == FIRST | SPECIAL


@pytest.mark.parametrize("code", sorted(FIRST | SPECIAL))
def test_only_purposes_that_need_them_find_people_who_were_only_ever_victims(code: str) -> None:
    assert purposes.covers_victims(code) == (code in VICTIMS)


@pytest.mark.parametrize("code", sorted(FIRST | SPECIAL))
@pytest.mark.parametrize(
    "role",
    ["officer", "supervisor", "analyst", "disclosure", "administrator", "auditor", "ethics"],
)
def test_a_purpose_takes_away_and_never_adds(role: str, code: str) -> None:
    held = frozenset(Role.objects.get(slug=role).permissions)
    left = purposes.narrow(held, code)
    taken = {"person.view_restricted", "record.view_raw", "gang.view"} & (held - left)
    assert left <= held
    if code in NARROW:
        assert not {"person.view_restricted", "record.view_raw", "gang.view"} & left
    elif code in ("CRIME-INV", "SAFEGUARD", "DISCLOSURE", *SPECIAL):
        assert left == held
    else:
        assert "gang.view" not in taken
    assert left >= held & {"audit.view_all", "role.manage", "person.search", "person.view"}


def test_without_a_purpose_nothing_is_taken_and_under_an_unknown_one_all_data_is() -> None:
    held = frozenset(Permission.values)
    assert purposes.narrow(held, "") == held
    left = purposes.narrow(held, "NOSY")
    assert not left & {"person.search", "person.view", "crime.view", "gang.view"}
    assert "role.manage" in left
    assert not purposes.covers_victims("NOSY")
    assert not purposes.covers_victims("")


def test_the_scope_of_a_request_is_narrowed() -> None:
    who = officer("analyst")
    wide = scope_of(who, purposes.Purpose("CRIME-INV", "20/123456/26"))
    narrow = scope_of(who, purposes.Purpose("TRAFFIC", "20/123456/26"))
    assert (wide.max_tier, narrow.max_tier) == (Tier.MASKED, Tier.OPEN)
    assert wide.held == narrow.held


def test_a_page_that_the_purpose_does_not_open_asks_for_another_and_leads_back() -> None:
    client = with_purpose(signed_in(officer("officer")), "TRAFFIC")
    answer = client.get("/gangs")
    assert answer["Location"] == "/purpose?next=%2Fgangs"
    assert "does not open this page" in client.get(answer["Location"]).content.decode()
    given = {"code": "CRIME-INV", "reference": "20/123456/26", "next": "/gangs"}
    assert client.post("/purpose", given)["Location"] == "/gangs"
    assert client.get("/gangs").status_code == 200


def test_the_api_is_narrowed_by_the_purpose_that_each_call_states() -> None:
    client = signed_in(officer("officer"))
    headers = {"X-Purpose-Code": "TRAFFIC", "X-Purpose-Reference": "20/123456/26"}
    assert client.get("/api/v1/gangs", headers=headers).status_code == 403
    headers["X-Purpose-Code"] = "CRIME-INV"
    assert client.get("/api/v1/gangs", headers=headers).status_code == 200


def test_a_special_purpose_needs_its_own_permission() -> None:
    given = {"code": "SAR", "reference": "SAR/2026/17"}
    plain, special = signed_in(officer("officer")), signed_in(officer("disclosure"))
    assert "Subject access" not in plain.get("/purpose").content.decode()
    assert "Select a valid choice" in plain.post("/purpose", given).content.decode()
    assert "Subject access" in special.get("/purpose").content.decode()
    assert special.post("/purpose", given).status_code == 302
    headers = {"X-Purpose-Code": "SAR", "X-Purpose-Reference": "SAR/2026/17"}
    assert plain.get("/api/v1/gangs", headers=headers).status_code == 403
    assert special.get("/api/v1/gangs", headers=headers).status_code == 200


def test_nobody_chooses_break_glass_from_the_list() -> None:
    with pytest.raises(purposes.PurposeError):
        purposes.parse("BREAK-GLASS", "20/123456/26", permissions=Permission.values)


def test_an_event_keeps_the_label_of_its_time() -> None:
    changed = timezone.now()
    old = PurposeVersion.objects.get(code="STOP")
    PurposeVersion.objects.filter(pk=old.pk).update(until_at=changed)
    old.pk, old.version, old.label = None, 2, "Stop and search"
    old.from_at, old.until_at = changed, changed + timedelta(days=1)
    old.save()
    purposes.forget()
    assert purposes.label("STOP", datetime(2020, 1, 1, tzinfo=UTC)) == "Person or vehicle stopped"
    assert purposes.label("STOP", changed) == "Stop and search"
    assert purposes.label("STOP", changed + timedelta(days=2)) == "Stop and search"
    assert purposes.label("NEVER-WAS") == "NEVER-WAS"


def test_a_retired_purpose_ends_for_sessions_that_have_it() -> None:
    client = with_purpose(signed_in(officer("officer")), "MISSING")
    assert client.get("/gangs").status_code == 200
    PurposeVersion.objects.filter(code="MISSING").update(until_at=timezone.now())
    purposes.forget()
    assert client.get("/gangs")["Location"].startswith("/purpose")


def test_the_list_is_read_once_and_again_after_its_seconds(
    django_assert_num_queries: Any, settings: Any
) -> None:
    with django_assert_num_queries(1):
        for _ in range(5):
            purposes.covers_victims("STOP")
    settings.PURPOSES_KEPT_SECONDS = 0.000001
    with django_assert_num_queries(1):
        purposes.covers_victims("STOP")


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "STOP", "version": 2, "from_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"code": "lower", "version": 1, "from_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"code": "ODD", "version": 1, "from_at": timezone.now(), "challenge_percent": 101},
    ],
)
def test_the_database_refuses_a_second_open_version_and_nonsense(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        PurposeVersion.objects.create(label="Any", **fields)
