"""The quality page: numbers for the ethics panel and analysts, nothing about one person."""

from typing import Any

import pytest
from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from ingest.models import Batch, Rejection, ResolutionRun
from tests.officers import officer, signed_in

pytestmark = pytest.mark.django_db


def batch(system: str = "custody", **fields: Any) -> Batch:
    values = {"state": Batch.State.LOADED, "finished_at": timezone.now(), **fields}
    return Batch.objects.create(
        system=system, stream="detainees", file_name="x", checksum="0", spec_version="1", **values
    )


def page(role: str = "ethics") -> str:
    answer = signed_in(officer(role)).get("/quality")
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_the_first_delivery_the_page_says_so() -> None:
    shown = page()
    assert "Matching has not finished yet" in shown
    assert "Nothing has been delivered yet" in shown


def test_the_last_finished_run_is_shown() -> None:
    for records, state in ((4_321, "done"), (9_999, "failed"), (8_888, "running")):
        ResolutionRun.objects.create(
            records=records,
            people=1_234,
            state=state,
            model_version="0001",
            cluster_sizes={"2 to 3": 77},
            stages={"score": {"wall": 1.25, "cpu": 1.0}},
            finished_at=timezone.now(),
        )
    shown = page("analyst")
    for words in ("4,321", "1,234", "2 to 3", "77", "1.3"):
        assert words in shown, words
    assert "9,999" not in shown
    assert "8,888" not in shown


def test_only_the_last_delivery_of_a_stream_counts() -> None:
    old, new = batch(read=111_111), batch(read=222_222)
    Rejection.objects.create(batch=old, line=1, column="DOB", reason="an old reason", raw={})
    Rejection.objects.create(batch=new, line=1, column="DOB", reason="a new reason", raw={})
    shown = page()
    assert "222,222" in shown
    assert "111,111" not in shown
    assert "a new reason" in shown
    assert "an old reason" not in shown


def test_reasons_are_counted_and_quote_nothing_from_the_rows() -> None:
    delivered = batch(state=Batch.State.FAILED, error="line 3: Featherstone")
    for line, met in enumerate(("Featherstone", "Kowalska")):
        Rejection.objects.create(
            batch=delivered,
            line=line,
            column="SEX",
            reason=f"code {met} is not in `values`",
            raw={"SURNAME": "Featherstone"},
        )
    shown = page()
    assert "code is not in `values`" in shown
    assert ">2</td>" in shown
    assert "Failed" in shown
    assert "Featherstone" not in shown
    assert "Kowalska" not in shown


def test_looking_is_recorded() -> None:
    delivered = batch()
    page()
    row = Event.objects.get(action=Action.QUALITY_VIEWED)
    assert row.shown == [{"run": None, "batches": [delivered.pk]}]


def test_the_number_of_queries_does_not_grow(django_assert_max_num_queries: Any) -> None:
    for number in range(20):
        Rejection.objects.create(batch=batch(f"system{number}"), line=1, reason="r", raw={})
    client = signed_in(officer("ethics"))
    client.get("/quality")
    with django_assert_max_num_queries(7):
        client.get("/quality")
