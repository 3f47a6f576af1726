"""Commands that open doors: API tokens and the demonstration's accounts."""

import json
import stat
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.test import Client
from knox.models import AuthToken

from audit import keys
from audit.actions import Action
from audit.models import Event
from audit.record import AuditUnavailable
from ingest.models import SourceRecord
from tests.officers import officer
from wmp_search import demonstration
from wmp_search.access.models import Officer, RoleAssignment

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def demo(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR, settings.FEEDS_DIR = tmp_path, tmp_path / "feeds"
    return tmp_path / "demo-accounts.json"


def test_a_token_opens_the_api_for_its_officer_and_is_audited() -> None:
    who = officer("officer")
    out = StringIO()
    call_command("create_token", who.username, "--hours=2", stdout=out)
    row = Event.objects.get(action=Action.TOKEN_CREATED)
    assert (row.subject_ids, row.detail["hours"]) == ([str(who.pk)], 2)
    token = out.getvalue().strip()
    assert token not in repr(row.__dict__)
    assert AuthToken.objects.get().user == who


@pytest.mark.parametrize("username", ["closed", "nobody"])
def test_no_token_for_a_closed_or_unknown_account(username: str) -> None:
    officer("officer", username="closed", is_active=False)
    with pytest.raises(CommandError, match="no open account"):
        call_command("create_token", username)
    assert not AuthToken.objects.exists()


@pytest.mark.parametrize("hours", [0, 100_000])
def test_a_token_lives_for_a_stated_and_limited_time(hours: int) -> None:
    with pytest.raises(CommandError, match="from 1 to 720"):
        call_command("create_token", officer("officer").username, f"--hours={hours}")


def test_no_token_without_an_audit_row() -> None:
    who = officer("officer")
    with (
        patch("audit.record.event", side_effect=AuditUnavailable),
        pytest.raises(CommandError, match="audit trail"),
    ):
        call_command("create_token", who.username)
    assert not AuthToken.objects.exists()


def test_the_demonstration_has_an_account_for_every_role(demo: Path) -> None:
    passwords = demonstration.make_accounts()
    assert stat.S_IMODE(demo.stat().st_mode) == 0o600
    assert json.loads(demo.read_text()) == passwords
    assert set(passwords) == {
        *("officer", "sergeant", "constable", "analyst"),
        *(
            "admin",
            "admin2",
            "auditor",
            "standards",
            "ethics",
            "engineer",
            "engineer2",
            "disclosure",
            "product",
            "trainee",
            *("gangs", "gangs2", "safeguarding"),
            "records",
            "records2",
            "scientist",
            "intelligence",
        ),
    }
    assert len(set(passwords.values())) == len(passwords)
    for username, password in passwords.items():
        answer = Client().post("/sign-in", {"username": username, "password": password})
        assert answer.status_code == 302, username
    held = dict(RoleAssignment.objects.values_list("officer__username", "role__slug"))
    assert held == {
        "trainee": "trainee",
        "gangs": "gangs-officer",
        "gangs2": "gangs-supervisor",
        "safeguarding": "safeguarding",
        "records": "records-manager",
        "records2": "records-manager",
        "scientist": "data-scientist",
        "intelligence": "intelligence-analyst",
        "product": "product",
        "officer": "officer",
        "sergeant": "supervisor",
        "analyst": "analyst",
        "admin": "administrator",
        "admin2": "administrator",
        "standards": "professional-standards",
        "auditor": "auditor",
        "ethics": "ethics",
        "engineer": "data-engineer",
        "engineer2": "data-engineer",
        "disclosure": "disclosure",
    }
    assert Event.objects.filter(action=Action.ROLE_GRANTED).count() == len(held)
    units = dict(Officer.objects.values_list("username", "unit"))
    assert units["officer"] == units["sergeant"] != units["auditor"]


def test_making_the_accounts_again_changes_nothing(demo: Path) -> None:
    first = demonstration.make_accounts()
    RoleAssignment.objects.filter(officer__username="officer").delete()
    assert demonstration.make_accounts() == first
    assert not RoleAssignment.objects.filter(officer__username="officer").exists()


def test_a_lost_password_file_is_replaced_by_new_passwords(demo: Path) -> None:
    first = demonstration.make_accounts()
    demo.unlink()
    second = demonstration.make_accounts()
    assert not set(first.values()) & set(second.values())
    assert Officer.objects.get(username="officer").check_password(second["officer"])


def test_a_filled_database_gets_no_feeds(demo: Path) -> None:
    said: list[str] = []
    with (
        patch.object(SourceRecord.objects, "exists", return_value=True),
        patch("wmp_search.demonstration.call_command") as called,
    ):
        demonstration.load(people=10, seed=1, say=said.append)
    called.assert_not_called()
    assert "no feeds were made" in said[-1]


def test_other_settings_refuse_the_demonstration(settings: Any, demo: Path) -> None:
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="demonstration accounts are refused"):
        call_command("load_demonstration")
    assert not demo.exists()
    assert not Officer.objects.exists()


def test_production_settings_refuse_the_demonstration(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The real command under the real settings, as an operator would call it."""
    key = tmp_path_factory.mktemp("keys") / "key.pem"
    keys.generate(key)
    names = ("DATABASE_URL", "AUDIT_DATABASE_URL")
    urls = dict.fromkeys(names, "postgres://nobody@127.0.0.1:1/none")
    environment = {
        **urls,
        "PATH": "/usr/bin:/bin",
        "DJANGO_SETTINGS_MODULE": "wmp_search.settings.base",
        "SECRET_KEY": django_settings.SECRET_KEY,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "OPENSEARCH_URL": "http://127.0.0.1:1",
        "WMP_VAR": str(tmp_path),
        "AUDIT_SIGNING_KEY_FILE": str(key),
        "AUDIT_CHECKPOINTS": f"file://{tmp_path_factory.mktemp('seals')}",
    }
    command = [sys.executable, "manage.py", "load_demonstration"]
    ended = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode != 0
    assert "demonstration accounts are refused" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not list(tmp_path.iterdir())
