"""The Celery application: its queues' and reliability settings live in `settings/base.py`."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_process_init, worker_process_shutdown

from wmp_search import tracing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.dev")

app = Celery("wmp_search")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def _trace(**_signal: Any) -> None:
    tracing.start()


def _send_traces(**_signal: Any) -> None:
    tracing.stop()


worker_process_init.connect(_trace)  # each process of the pool, after the fork
beat_init.connect(_trace)
worker_process_shutdown.connect(_send_traces)
