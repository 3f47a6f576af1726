"""Tests: the real servers of the launcher, tasks run where they are called."""

import os

# type checking and makemigrations --check need no server: harmless addresses where none is given
os.environ.setdefault("SECRET_KEY", "only-for-tests")
for _name, _role in (("DATABASE_URL", "wmp_app"), ("AUDIT_DATABASE_URL", "wmp_audit")):
    os.environ.setdefault(_name, f"postgres://{_role}@127.0.0.1:1/none")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")
os.environ.setdefault("OPENSEARCH_URL", "http://127.0.0.1:1")

from wmp_search.settings.dev import *  # noqa: E402, F403

CELERY_TASK_ALWAYS_EAGER = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
