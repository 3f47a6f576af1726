"""Health, readiness, metrics, dead letters, JSON logs: for machines, without personal data."""

import json
import logging
import re
from typing import Any

import pytest
from celery.signals import task_failure
from django.core.management import call_command
from django.db import connections
from django.test import Client

from tests.relay import Relay
from wmp_search.celery import app
from wmp_search.operations import dead_letters
from wmp_search.operations.logs import JsonFormatter
from wmp_search.operations.models import DeadLetter
from wmp_search.search import tasks

pytestmark = pytest.mark.django_db


def test_health_and_readiness_need_no_sign_in() -> None:
    assert Client().get("/health").content == b"alive\n"
    answer = Client().get("/ready")
    assert answer.status_code == 200
    assert set(answer.json()) == {"ready", "database", "audit", "index", "broker"}


def test_without_the_index_or_the_broker_it_is_ready_and_says_so(
    opensearch_relay: Relay, redis_relay: Relay
) -> None:
    opensearch_relay.cut()
    redis_relay.cut()
    answer = Client().get("/ready")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True, "database": True, "audit": True, "index": False, "broker": False,
    }  # fmt: skip


def test_metrics_tell_counts_and_which_part_is_away(redis_relay: Relay) -> None:
    text = Client().get("/metrics").content.decode()
    assert 'wmp_up{part="feeds"} 1' in text
    assert "wmp_outbox_entries 0" in text
    assert 'wmp_queue_tasks{queue="refresh"} 0' in text
    assert 'wmp_feed_problem{system="custody"} 0' in text
    redis_relay.cut()
    text = Client().get("/metrics").content.decode()
    assert 'wmp_up{part="broker"} 0' in text
    assert 'wmp_up{part="audit"} 1' in text


def test_connections_of_every_role_are_counted() -> None:
    with connections["audit"].cursor() as audit, connections["default"].cursor() as cursor:
        audit.execute("SELECT 1")
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE usename LIKE 'wmp\\_a%'")
        (expected,) = cursor.fetchone()
        text = Client().get("/metrics").content.decode()
    counted = re.search(r"^wmp_database_connections (\d+)$", text, re.MULTILINE)
    assert counted
    assert int(counted[1]) >= expected >= 2


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"REMOTE_ADDR": "10.0.0.7"}, 403),
        ({"HTTP_X_FORWARDED_FOR": "10.0.0.7"}, 403),
        ({"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": "Bearer wrong"}, 403),
        ({"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": "Bearer right"}, 200),
    ],
)
def test_metrics_open_to_loopback_and_to_the_token(
    settings: Any, headers: dict[str, str], status: int
) -> None:
    settings.METRICS_TOKEN = "right"
    assert Client().get("/metrics", **headers).status_code == status  # type: ignore[arg-type]


def test_a_task_that_failed_for_good_is_kept_and_replayed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(app, "send_task", lambda name, args: sent.append((name, args)))
    task_failure.send(sender=tasks.drain_outbox, exception=ValueError("Robert Smith"), args=())
    letter = DeadLetter.objects.get()
    assert (letter.task, letter.error) == ("search.drain_outbox", "ValueError")
    assert dead_letters.waiting() == 1
    call_command("dead_letters")
    assert "ValueError" in capsys.readouterr().out
    call_command("dead_letters", replay_all=True)
    assert sent == [("search.drain_outbox", [])]
    assert dead_letters.waiting() == 0


def test_json_logs_hold_no_text_of_an_exception() -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        int("Robert Smith")
    kind = (ValueError, caught.value, caught.value.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "Batch %s failed", (7,), kind)
    line = JsonFormatter().format(record)
    assert json.loads(line)["message"] == "Batch 7 failed"
    assert json.loads(line)["error"] == "ValueError"
    assert "Robert" not in line
