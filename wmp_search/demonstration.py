"""The demonstration: two units, an account for every role, and eleven made-up feeds.

Only where `settings.DEMONSTRATION` says so. Everything here may be done again: what exists stays.
"""

import io
import json
import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from audit import record as door
from audit.actions import Action
from ingest.models import SourceRecord
from wmp_search import demonstration_tasks
from wmp_search.access.models import Officer, Role, RoleAssignment, Unit
from wmp_search.retention import compute as retention

Progress = Callable[[str], None]


class NotADemonstrationError(Exception):
    """These settings are for real work: no demonstration account may exist."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who signs in to try the product; `role` is a slug, empty: none yet."""

    username: str
    role: str
    first_name: str
    last_name: str
    collar_number: str
    unit: str


CENTRAL, HEADQUARTERS = "Central neighbourhood team", "Headquarters"
GANGS = "Gangs unit"
ACCOUNTS = [
    Account("officer", "officer", "Sam", "Bartlett", "WM2101", CENTRAL),
    Account("sergeant", "supervisor", "Nadia", "Rahman", "WM1440", CENTRAL),
    Account("constable", "", "Joe", "Fielding", "WM2377", CENTRAL),
    Account("analyst", "analyst", "Priya", "Nair", "WM6012", HEADQUARTERS),
    Account("admin", "administrator", "Owen", "Hughes", "WM7003", HEADQUARTERS),
    Account("admin2", "administrator", "Leah", "Okafor", "WM7004", HEADQUARTERS),
    Account("standards", "professional-standards", "Ruth", "Lindqvist", "WM7301", HEADQUARTERS),
    Account("auditor", "auditor", "Grace", "Adeyemi", "WM7010", HEADQUARTERS),
    Account("engineer", "data-engineer", "Dev", "Kapoor", "WM7402", HEADQUARTERS),
    Account("engineer2", "data-engineer", "Nia", "Lloyd", "WM7403", HEADQUARTERS),
    Account("ethics", "ethics", "Helen", "Marsh", "", HEADQUARTERS),
    Account("product", "product", "Mia", "Castellano", "", HEADQUARTERS),
    Account("trainee", "trainee", "Alex", "Moreton", "WM2990", CENTRAL),
    Account("gangs", "gangs-officer", "Aisha", "Begum", "WM5210", GANGS),
    Account("gangs2", "gangs-supervisor", "Colin", "Farrell", "WM5201", GANGS),
    Account("safeguarding", "safeguarding", "Ellen", "Price", "WM5330", HEADQUARTERS),
    Account("intelligence", "intelligence-analyst", "Farah", "Malik", "WM6031", HEADQUARTERS),
    Account("records", "records-manager", "Alice", "Whitmore", "WM7160", HEADQUARTERS),
    Account("records2", "records-manager", "Ben", "Achebe", "WM7161", HEADQUARTERS),
    Account("scientist", "data-scientist", "Noor", "Haddad", "WM7170", HEADQUARTERS),
    Account("disclosure", "disclosure", "Tomasz", "Zielinski", "WM7155", HEADQUARTERS),
]

MEASURED = 1_000  # made-up people: enough to show the page, too few to judge the model


def accounts_file() -> Path:
    """Where the passwords stand: {user name: password}, readable by the owner only."""
    return Path(settings.VAR_DIR) / "demo-accounts.json"


def make_accounts() -> dict[str, str]:
    """Make the accounts that are missing; return user name -> password of all.

    A password in the file stays; without one the account gets a new one. Roles are given once,
    with the account: what an administrator withdraws later stays withdrawn.
    """
    if not settings.DEMONSTRATION:
        raise NotADemonstrationError
    known = _read(accounts_file())
    passwords = {a.username: known.get(a.username) or secrets.token_urlsafe(12) for a in ACCOUNTS}
    _write(accounts_file(), passwords)
    for account in ACCOUNTS:
        _ensure(account, passwords[account.username])
    demonstration_tasks.load_tasks()
    return passwords


def load(*, people: int, seed: int, say: Progress) -> None:
    """Accounts, then feeds and a refresh if the database holds no source record yet."""
    passwords = make_accounts()
    say(f"{len(passwords)} accounts; their passwords: {accounts_file()}")
    if SourceRecord.objects.exists():
        say("The database holds records already: no feeds were made")
        return
    say(f"Making the feeds of {people:,} people")
    call_command("make_feeds", people=people, seed=seed, out=settings.FEEDS_DIR)
    _make_practice()
    call_command(
        "load_boundaries",
        settings.BASE_DIR / "samples" / "boundaries" / "wards.geojson",
        kind="ward",
        code_field="code",
        name_field="name",
        edition="Made-up wards of the demonstration",
        source="Contains OS, ONS and Royal Mail data © Crown copyright and database right",
    )
    say("Loading, matching and indexing them")
    call_command("refresh")
    retention.compute()  # else it is done within ten minutes
    call_command("measure_fairness", people=MEASURED, stdout=io.StringIO())  # for the panel's page


def _make_practice() -> None:
    """The made-up people of the training purpose, as a delivery of their own system."""
    folder = Path(settings.FEEDS_DIR) / "practice"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(settings.PRACTICE_DIR / "practice.csv", folder)


def _ensure(account: Account, password: str) -> None:
    with transaction.atomic():
        unit, _ = Unit.objects.get_or_create(name=account.unit)
        officer, is_new = Officer.objects.get_or_create(
            username=account.username,
            defaults={
                "first_name": account.first_name,
                "last_name": account.last_name,
                "collar_number": account.collar_number,
                "unit": unit,
            },
        )
        if not officer.check_password(password):
            officer.set_password(password)
            officer.save(update_fields=["password"])
        if is_new and account.role:
            _give(officer, account.role)


def _give(officer: Officer, slug: str) -> None:
    role = Role.objects.get(slug=slug)
    RoleAssignment.objects.create(officer=officer, role=role, starts_on=timezone.localdate())
    entry = door.Entry(
        action=Action.ROLE_GRANTED,
        actor=door.SYSTEM,
        subject_kind="officer",
        subject_ids=[str(officer.pk)],
        detail={"username": officer.get_username(), "role": slug, "by": "demonstration"},
    )
    door.event(entry)


def _read(path: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    return found


def _write(path: Path, passwords: dict[str, str]) -> None:
    """In one step, and never readable by others, not even for a moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(passwords, file, indent=1)
    new.replace(path)
