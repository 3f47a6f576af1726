"""Tests: the real servers of the launcher (`make test`), names of its own for every worker.

Each process of a test run has one database (`wmp_test_<run>_<worker>`), one index prefix and one
Redis database; tests/conftest.py makes and removes them. Tasks run where they are called.
"""

import os
from pathlib import Path

import environ

_root = Path(__file__).resolve().parents[2]
os.environ.setdefault("WMP_VAR", str(_root / "var" / "test"))
_run_env = Path(os.environ["WMP_VAR"]) / "run.env"
if _run_env.exists():
    environ.Env.read_env(_run_env)

# type checking and makemigrations --check need no server: harmless addresses where none is given
_no_server = "DATABASE_URL" not in os.environ
os.environ.setdefault("SECRET_KEY", "only-for-tests")
for _name, _role in (("DATABASE_URL", "wmp_app"), ("AUDIT_DATABASE_URL", "wmp_audit")):
    os.environ.setdefault(_name, f"postgres://{_role}@127.0.0.1:1/none")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")
os.environ.setdefault("OPENSEARCH_URL", "http://127.0.0.1:1")

# the run is named by the process that began it: workers and commands they start inherit the name
_run = os.environ.setdefault("WMP_TEST_RUN", str(os.getpid()))
_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
os.environ["OPENSEARCH_PREFIX"] = f"wmp-test-{_run}-{_worker}"
_redis = os.environ["REDIS_URL"].rpartition("/")[0]
os.environ["REDIS_URL"] = f"{_redis}/{1 + int(_worker.removeprefix('gw')) % 15}"

from wmp_search.settings.dev import *  # noqa: E402, F403
from wmp_search.settings.dev import DATABASES, PRACTICE_DIR, SOURCES_DIRS  # noqa: E402

SOURCES_DIRS = [folder for folder in SOURCES_DIRS if folder != PRACTICE_DIR]

for _database in DATABASES.values():
    _database["NAME"] = f"wmp_test_{_run}_{_worker}"
    if _no_server:
        _database["OPTIONS"] = {}  # a pool would try for seconds and say so
CELERY_TASK_ALWAYS_EAGER = True
OPENSEARCH_QUERY_TIMEOUT = "2s"  # a busy machine is no reason to fail
# tests of their own switch these on; elsewhere pages are opened by address, and chance is no help
PURPOSE_ASKS_AGAIN = False
PURPOSE_CHALLENGE_PERCENT = 0
FRESHNESS_KEPT_SECONDS = 0
PURPOSES_KEPT_SECONDS = 3600  # a test that changes the list forgets it; queries are counted
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
