"""The duty roster and personnel data from files: what they replace, what they refuse."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from audit.oversight.models import HrHash, Shift
from tests.officers import officer
from tests.oversight.trail import judge, searched

pytestmark = pytest.mark.django_db
HEAD = "officer,starts_at,ends_at"


def load(folder: Path, *lines: str) -> None:
    path = folder / "shifts.csv"
    path.write_text("\n".join((HEAD, *lines)))
    call_command("load_shifts", path, verbosity=0)


def test_the_file_replaces_its_own_days_and_no_others(tmp_path: Path) -> None:
    officer("officer", username="jones")
    load(
        tmp_path, *(f"jones,2026-10-0{d}T07:00+01:00,2026-10-0{d}T17:00+01:00" for d in (1, 2, 3))
    )
    load(
        tmp_path,
        "jones,2026-10-02T14:00+01:00,2026-10-02T23:00+01:00",
        "nobody,2026-10-02T14:00+01:00,2026-10-02T23:00+01:00",
    )
    hours = Shift.objects.order_by("starts_at").values_list("starts_at__day", "starts_at__hour")
    assert list(hours) == [(1, 7), (2, 14), (3, 7)]


def test_a_shift_that_was_swapped_and_loaded_is_no_alert(tmp_path: Path) -> None:
    constable = officer("officer", username="jones")
    load(tmp_path, "jones,2026-10-05T20:00+01:00,2026-10-06T05:00+01:00")
    for _ in range(3):
        searched(constable)
    load(
        tmp_path,
        "jones,2026-10-05T20:00+01:00,2026-10-05T20:30+01:00",
        "jones,2026-10-06T07:00+01:00,2026-10-06T17:00+01:00",
    )
    assert judge("off_duty") == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("jones,yesterday,today", "Line 2: starts_at and ends_at must be ISO 8601"),
        ("jones,2026-10-02T14:00,2026-10-02T23:00", "Line 2: a time needs its offset"),
        ("jones,2026-10-02T14:00+01:00,2026-10-02T13:00+01:00", "must end after it starts"),
    ],
)
def test_a_line_that_makes_no_sense_changes_nothing(tmp_path: Path, line: str, words: str) -> None:
    officer("officer", username="jones")
    load(tmp_path, "jones,2026-10-02T07:00+01:00,2026-10-02T17:00+01:00")
    with pytest.raises(CommandError, match=words):
        load(tmp_path, line)
    assert Shift.objects.count() == 1


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "shifts.csv"
    path.write_text("who,when\n")
    with pytest.raises(CommandError, match="missing: ends_at, officer, starts_at"):
        call_command("load_shifts", path)


def test_a_relation_that_nobody_knows_changes_nothing(tmp_path: Path) -> None:
    officer("officer", username="jones")
    path = tmp_path / "staff.csv"
    path.write_text("officer,relation,phone\njones,Associate,07700900123\njones,,07700900124\n")
    call_command("load_staff_hashes", path, verbosity=0)
    path.write_text("officer,relation,phone\njones,self,07700900123\njones,friend,07700900124\n")
    with pytest.raises(CommandError, match="Line 3: relation must be one of self, household"):
        call_command("load_staff_hashes", path)
    kept = HrHash.objects.order_by("relation").values_list("relation", flat=True)
    assert list(kept) == ["associate", "self"]
