"""WMP Search: composition root and shared kernel."""

from wmp_search.celery import app as celery_app

__all__ = ["celery_app"]
