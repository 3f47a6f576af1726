"""The Celery application: its queues' and reliability settings live in `settings/base.py`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.dev")

app = Celery("wmp_search")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
