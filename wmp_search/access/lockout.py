"""Lock-out against guessing: five wrong passwords in a quarter of an hour close a user name.

Counted in the database, so that it holds on every web server and without Redis. The row of a name
stays locked while its password is checked: guesses sent at once are counted one after another.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from wmp_search.access.models import Officer, SignInLock

Proof = TypeVar("Proof")
FAILURES = 5
WINDOW = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=15)
FORGET_AFTER = timedelta(days=1)


class LockedOutError(Exception):
    """The name is closed for now, whatever the password."""


def checked(request: HttpRequest | None, username: str, password: str) -> Officer | None:
    """The active officer with this name and password, or None. Raises LockedOutError."""

    def proof() -> Officer | None:
        officer = authenticate(request, username=username, password=password)
        return officer if isinstance(officer, Officer) else None

    return guarded(username, proof)


def guarded(name: str, proof: Callable[[], Proof | None]) -> Proof | None:
    """What `proof` returns; None counts as a wrong guess for `name`. Raises LockedOutError."""
    now = timezone.now()
    SignInLock.objects.filter(first_failed_at__lt=now - FORGET_AFTER).delete()
    with transaction.atomic():
        lock = _row(name)
        if lock.locked_until and lock.locked_until > now:
            raise LockedOutError
        proven = proof()
        if proven is not None:
            lock.delete()
            return proven
        if lock.locked_until or now - lock.first_failed_at > WINDOW:
            lock.failures, lock.first_failed_at, lock.locked_until = 0, now, None
        lock.failures += 1
        if lock.failures >= FAILURES:
            lock.locked_until = now + LOCKED_FOR
        lock.save()
    return None


def _row(username: str) -> SignInLock:
    key = salted_hmac("sign-in", username.casefold(), algorithm="sha256").hexdigest()
    SignInLock.objects.get_or_create(name_hash=key, defaults={"first_failed_at": timezone.now()})
    return SignInLock.objects.select_for_update().get(name_hash=key)
