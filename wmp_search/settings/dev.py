"""One machine: reads the addresses and secrets that the launcher wrote to `$WMP_VAR/run.env`."""

import os
from pathlib import Path

import environ

_root = Path(__file__).resolve().parents[2]
_run_env = Path(os.environ.get("WMP_VAR", _root / "var")) / "run.env"
if _run_env.exists():
    environ.Env.read_env(_run_env)

_audit = Path(os.environ.get("WMP_VAR", _root / "var")).resolve() / "audit"
os.environ.setdefault("AUDIT_SIGNING_KEY_FILE", str(_audit / "signing-key.pem"))
os.environ.setdefault("AUDIT_CHECKPOINTS", f"file://{_audit / 'checkpoints'}")

from wmp_search.settings.base import *  # noqa: E402, F403

DEMONSTRATION = LOCAL_ACCOUNTS = True
PRACTICE_DIR = BASE_DIR / "samples" / "practice"  # noqa: F405
SOURCES_DIRS = [*SOURCES_DIRS, PRACTICE_DIR]  # noqa: F405
SECOND_FACTOR_REQUIRED = False  # newcomers try at once
AUDIT_SIGNING_KEY_MADE_HERE = True
WIDE_SEARCHES_PER_HOUR = 100_000  # evaluations ask thousands of single names
WHITENOISE_USE_FINDERS = True  # static files from where they are: nothing to collect and compress
ALLOWED_HOSTS = ["*"]  # reached by the machine's own name or address on a trusted network
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "session", "csrf"
