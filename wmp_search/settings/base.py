"""Settings that are safe for production; every read of the environment is in this file.

A missing secret refuses to start (ImproperlyConfigured); `dev` and `test` fill the environment.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(env.str("WMP_VAR", default=str(BASE_DIR / "var")))

# --- secrets and addresses -------------------------------------------------------------------
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DEBUG = False

# after `reconnect_timeout` a failed connection is given up and the next request tries anew; the
# default (300 s, twice the pause each time) would prolong an outage by as long as it had lasted
POOL = {
    "pool": {"min_size": 1, "max_size": 8, "timeout": 5, "reconnect_timeout": 1},
    "connect_timeout": 5,
}
DATABASES = {
    # wmp_app: reads and writes everything but the audit tables, on which it has no right at all
    "default": {
        **env.db("DATABASE_URL", engine="django.db.backends.postgresql"),
        # a statement is prepared where it asks for it (the access check of a search), never by
        # being frequent, and then planned once
        "OPTIONS": {
            **POOL,
            "prepare_threshold": 10**9,
            "options": "-c plan_cache_mode=force_generic_plan",
        },
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # after an outage the pool hands out no dead connection
    },
    # wmp_audit: the same database, INSERT and SELECT on the audit tables only
    "audit": {
        **env.db("AUDIT_DATABASE_URL", engine="django.db.backends.postgresql"),
        "OPTIONS": POOL,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # after an outage the pool hands out no dead connection
    },
}
CACHES = {
    # in the database: a code is spent on every web server, and Redis may be away (identity)
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
}
# wmp_owner: backup and restore alone (the same variable as migrations')
OWNER_DATABASE_URL = env.str("OWNER_DATABASE_URL", default="")
POSTGRES_PROGRAMS = env.str("POSTGRES_PROGRAMS", default="")  # "": those of the embedded server
BACKUP_KEY_FILE = env.str("BACKUP_KEY_FILE", default="")  # 64 hex digits; "": no encryption
DATABASE_ROUTERS = ["audit.router.AuditRouter"]
REDIS_URL = env.str("REDIS_URL")

OPENSEARCH_URL = env.str("OPENSEARCH_URL")
OPENSEARCH_PREFIX = env.str("OPENSEARCH_PREFIX", default="wmp")
OPENSEARCH_TIMEOUT_SECONDS = env.float("OPENSEARCH_TIMEOUT_SECONDS", default=3.0)
OPENSEARCH_QUERY_TIMEOUT = env.str("OPENSEARCH_QUERY_TIMEOUT", default="400ms")

# of one process; wmp_search.turns
REQUESTS_AT_ONCE = env.int("REQUESTS_AT_ONCE", default=3)
REQUEST_WAIT_SECONDS = env.float("REQUEST_WAIT_SECONDS", default=0.25)

FEEDS_DIR = Path(env.str("FEEDS_DIR", default=str(VAR_DIR / "feeds")))
SOURCES_DIRS = [
    BASE_DIR / "ingest" / "sources",
    *(Path(p) for p in env.str("SOURCES_DIRS", default="").split(":") if p),
]
# sharing agreements of gang memberships (gangs/agreements.toml says how one is written)
GANG_AGREEMENTS = env.str("GANG_AGREEMENTS", default=str(BASE_DIR / "gangs" / "agreements.toml"))
# the key of the hashes of personnel data, never stored with them (policing.md H2)
OVERSIGHT_HR_KEY = env.str("OVERSIGHT_HR_KEY", default="") or f"personnel:{SECRET_KEY}"
# the key behind the daily promise of the reviewers' sample; docs/guides/review-a-sample.md
OVERSIGHT_DRAW_KEY = env.str("OVERSIGHT_DRAW_KEY", default="") or f"draw:{SECRET_KEY}"
REVIEWS_PER_SUPERVISOR = env.int("REVIEWS_PER_SUPERVISOR", default=3)  # a day, H7
NEXT_LEVEL_UNIT = env.str("NEXT_LEVEL_UNIT", default="Headquarters")  # sees what is overdue
FRESHNESS_KEPT_SECONDS = 30  # the banner about late feeds, per process
SOURCES_KEPT_SECONDS = 30  # what was approved on the page Feeds, per process
RESOLUTION_MEMORY_LIMIT = env.str("RESOLUTION_MEMORY_LIMIT", default="8GB")
# where pairs are blocked and scored: duckdb (this machine) or spark (docs/scale.md)
RESOLUTION_BACKEND = env.str("RESOLUTION_BACKEND", default="duckdb")
if RESOLUTION_BACKEND not in ("duckdb", "spark"):
    raise ImproperlyConfigured(f"RESOLUTION_BACKEND is {RESOLUTION_BACKEND}: use duckdb or spark")
SPARK_MASTER = env.str("SPARK_MASTER", default="local[2]")
SPARK_DRIVER_MEMORY = env.str("SPARK_DRIVER_MEMORY", default="4g")
# a folder or s3://bucket/prefix that all workers reach; "": the run's own folder, for local[n]
SPARK_EXCHANGE = env.str("SPARK_EXCHANGE", default="")
DEMONSTRATION = False  # whether demonstration accounts may exist at all

# --- audit trail -----------------------------------------------------------------------------
# an Ed25519 key as a PEM file: `python -m audit.keys FILE` makes one
AUDIT_SIGNING_KEY_FILE = env.str("AUDIT_SIGNING_KEY_FILE")
AUDIT_SIGNING_KEY_MADE_HERE = False
AUDIT_FORMER_KEYS_FILE = env.str("AUDIT_FORMER_KEYS_FILE", default="")  # public keys, PEM
# outside the database: file:///folder or s3://bucket/prefix, best with object lock
AUDIT_CHECKPOINTS = env.str("AUDIT_CHECKPOINTS")
# years by class of event, the word before the dot of its action; "*": all others (policing.md A13)
AUDIT_RETENTION_YEARS = {"*": 7, **env.json("AUDIT_RETENTION_YEARS", default={})}
AUDIT_CHECKPOINTS_LOCKED_DAYS = env.int("AUDIT_CHECKPOINTS_LOCKED_DAYS", default=7 * 366)

# --- applications ----------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "guardian",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "wmp_search.access",
    "wmp_search.identity",
    "wmp_search.desk",
    "wmp_search.search",
    "wmp_search.operations",
    "wmp_search.retention",
    "wmp_search.extracts",
    "wmp_search.rights",
    "wmp_search.governance",
    "wmp_search.panel",
    "audit",
    "audit.oversight",
    "people",
    "crime",
    "gangs",
    "gangs.network",
    "ingest",
    "ingest.review",
    "wmp_search.reports",
    "wmp_search",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "wmp_search.turns.TurnsMiddleware",
    "wmp_search.errors.ServiceUnavailableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wmp_search.access.middleware.AccessMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "wmp_search.identity.middleware.IdentityMiddleware",
]
ROOT_URLCONF = "wmp_search.urls"
WSGI_APPLICATION = "wmp_search.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wmp_search.views.shell",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people who sign in ----------------------------------------------------------------------
AUTH_USER_MODEL = "access.Officer"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 14},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PURPOSE_LIFETIME = timedelta(minutes=30)  # policing.md B2
PURPOSE_ASKS_AGAIN = True  # where the risk rises: access/asking.py lists when
PURPOSE_PAGES = 3  # of one search's results, before it is asked what for
PURPOSE_BULK_VIEWS = 30  # pages about a subject within the window
PURPOSE_BULK_WINDOW = timedelta(minutes=10)
PURPOSE_VIEWS_WITHOUT_REFERENCE = 3
PURPOSE_CHALLENGE_PERCENT = 10  # of searches ask for more (B6); a purpose may say otherwise
PURPOSE_CHALLENGE_TIME = timedelta(hours=24)
WIDE_SEARCHES_PER_HOUR = env.int("WIDE_SEARCHES_PER_HOUR", default=300)  # one name, no more (B9)
SCANT_SEARCHES_PER_HOUR = 20  # one letter or two digits, by roles that may
BATCH_LINES_PER_DAY = env.int("BATCH_LINES_PER_DAY", default=100)
BATCH_LINES_PER_DAY_WIDE = env.int("BATCH_LINES_PER_DAY_WIDE", default=500)  # who may search wide
PURPOSES_KEPT_SECONDS = 2  # the force's list, per process: a change counts everywhere after it
SESSION_IDLE = {  # by class of device, K2
    "desktop": timedelta(minutes=env.int("SESSION_IDLE_MINUTES", default=10)),
    "mobile": timedelta(minutes=env.int("SESSION_IDLE_MINUTES_MOBILE", default=5)),
}
MOBILE_DEVICES = env.str("MOBILE_DEVICES", default=r"Mobi|Android|iPhone|iPad|Windows Phone")
SESSIONS_AT_ONCE = env.int("SESSIONS_AT_ONCE", default=3)  # a further one ends the oldest
STEP_UP_MAX_AGE = timedelta(minutes=env.int("STEP_UP_MINUTES", default=5))  # K2
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 60 * 60  # one shift, K2
# allauth: its rate limits are off, `access.lockout` counts every guess in the database instead
ACCOUNT_RATE_LIMITS = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SIGNUP_FIELDS = ["username*"]
ACCOUNT_ADAPTER = "wmp_search.identity.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "wmp_search.identity.adapters.ProviderAdapter"
MFA_ADAPTER = "wmp_search.identity.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "WMP Search"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_RECOVERY_CODES_SHOW_ONCE = True
# the force's identity provider; without an issuer the product offers none
OIDC_ISSUER = env.str("OIDC_ISSUER", default="")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_NAME = env.str("OIDC_NAME", default="your force account")  # "Sign in with …"
OIDC_SCOPES = env.list("OIDC_SCOPES", default=["openid", "profile"])
OIDC_USERINFO = env.bool("OIDC_USERINFO", default=False)  # names and groups come from there
OIDC_MAPPING = env.str("OIDC_MAPPING", default="")  # TOML: groups to roles, identity/mapping.py
OIDC_MFA_AMR = env.list("OIDC_MFA_AMR", default=["mfa"])  # RFC 8176; one of these, or
OIDC_MFA_ACR = env.list("OIDC_MFA_ACR", default=[])  # one of these is required
LOCAL_ACCOUNTS = False  # passwords: in the demonstration, else for the emergency account only
SECOND_FACTOR_REQUIRED = True  # of local accounts; the demonstration offers it
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # search must work without Redis

# --- headers ---------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^(health|ready|metrics)$"]  # asked inside the network
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# a map below the crimes, "https://tiles.example.org/{z}/{x}/{y}.png"; "": none, as without network
MAP_TILE_URL = env.str("MAP_TILE_URL", default="")
MAP_TILE_CREDIT = env.str("MAP_TILE_CREDIT", default="")  # as the licence of the map asks
MAP_TILE_HOST = f"{urlsplit(MAP_TILE_URL).scheme}://{urlsplit(MAP_TILE_URL).netloc}"
if MAP_TILE_URL and ("{" in MAP_TILE_HOST or not MAP_TILE_HOST.startswith("https://")):
    raise ImproperlyConfigured("MAP_TILE_URL: use https and one host without {s}")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *([MAP_TILE_HOST] if MAP_TILE_URL else [])],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "object-src": [NONE],
    }
}

# --- static files ----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}

# --- words and time --------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

# --- API -------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["wmp_search.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "wmp_search.errors.api_exception_handler",
}
REST_KNOX = {
    "TOKEN_TTL": timedelta(hours=12),
    "AUTH_HEADER_PREFIX": "Bearer",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "WMP Search API",
    "VERSION": "1",
    "SERVE_PUBLIC": True,  # the whole schema to everybody who is signed in, whatever their role
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_FAVICON_HREF": STATIC_URL + "app/icon.svg",
    "SWAGGER_UI_DIST": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- background work (ecosystem.md 1.6) ------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
# a long load must not keep a drain waiting: each queue may have workers of its own (-Q)
CELERY_TASK_DEFAULT_QUEUE = "interactive"
CELERY_TASK_ROUTES = {
    "ingest.watch_freshness": {"queue": "interactive"},
    "ingest.forget_samples": {"queue": "interactive"},
    "ingest.*": {"queue": "refresh"},
    "search.*": {"queue": "index"},
    "audit.*": {"queue": "audit"},
    "operations.*": {"queue": "audit"},
    "oversight.*": {"queue": "audit"},
    "reports.*": {"queue": "refresh"},  # a file takes seconds: no search waits for one
    "retention.*": {"queue": "refresh"},
    "extracts.*": {"queue": "refresh"},
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_TASK_TIME_LIMIT = 3 * 60 * 60
CELERY_TASK_SOFT_TIME_LIMIT = CELERY_TASK_TIME_LIMIT - 60
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 4 * 60 * 60}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "drain-outbox": {"task": "search.drain_outbox", "schedule": 5.0, "options": {"expires": 30}},
    "reconcile-counts": {"task": "search.reconcile_counts", "schedule": 600.0},
    "reconcile-documents": {
        "task": "search.reconcile",
        "schedule": crontab(hour="3", minute="20"),
    },
    "seal-audit": {"task": "audit.seal", "schedule": 60.0, "options": {"expires": 50}},
    "write-erasure-ledger": {
        "task": "operations.write_ledger",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "compute-retention": {
        "task": "retention.compute",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "compute-all-retention": {
        "task": "retention.compute_all",
        "schedule": crontab(hour="2", minute="30"),
    },
    "watch-drift": {"task": "panel.watch_drift", "schedule": 3600.0},
    "make-extracts": {
        "task": "extracts.make_waiting",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "destroy-extracts": {"task": "extracts.destroy_expired", "schedule": 600.0},
    "make-audit-months": {"task": "audit.make_months", "schedule": 24 * 3600.0},
    "expire-warnings": {
        "task": "people.expire_warnings",
        "schedule": crontab(hour="0", minute="15"),
    },
    "forget-searches": {"task": "people.forget_searches", "schedule": 3600.0},
    "run-batches": {"task": "people.run_batches", "schedule": 30.0, "options": {"expires": 30}},
    "check-watches": {
        "task": "people.check_watches",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "collect-oversight": {
        "task": "oversight.collect",
        "schedule": 30.0,  # a canary is reported within a minute (policing.md H10)
        "options": {"expires": 60},
    },
    "judge-day": {"task": "oversight.judge_day", "schedule": 3600.0},
    "draw-sample": {"task": "oversight.draw_sample", "schedule": crontab(hour="4", minute="10")},
    "settle-decisions": {"task": "review.settle", "schedule": 60.0, "options": {"expires": 50}},
    # the sources' own schedules are read from their files by ingest.tasks
    "refresh-due-sources": {"task": "ingest.refresh_due", "schedule": 300.0},
    "look-for-deliveries": {
        "task": "ingest.look_for_deliveries",
        "schedule": 120.0,
        "options": {"expires": 100},
    },
    "expire-memberships": {
        "task": "gangs.expire_memberships",
        "schedule": crontab(hour="0", minute="5"),
    },
    "report-proportions": {
        "task": "gangs.report_proportions",
        "schedule": crontab(hour="2", minute="40"),
    },
    "forget-samples": {"task": "ingest.forget_samples", "schedule": 3600.0},
    "watch-freshness": {"task": "ingest.watch_freshness", "schedule": 300.0},
    "make-report-files": {
        "task": "reports.make_files",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "deliver-reports": {"task": "reports.deliver", "schedule": 600.0, "options": {"expires": 500}},
    "forget-reports": {"task": "reports.forget", "schedule": 3600.0},
}

LOG_FORMAT = env.str("LOG_FORMAT", default="plain")  # or json, for a collector
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # without one: from loopback only
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "wmp_search.operations.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "opensearch": {"level": "ERROR"},
        "botocore": {"level": "WARNING"},
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},  # else a line for every step of every file
        "opensearchpy.trace": {"level": "CRITICAL"},  # would print queries, names and all
        "django.request": {"level": "ERROR"},
    },
}
