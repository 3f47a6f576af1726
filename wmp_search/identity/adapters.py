"""What allauth may do here: nothing by mail, nobody signs themselves up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from the identity provider or the command line, never from a form."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def send_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """The product sends no mail."""

    def send_notification_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """The product sends no mail."""

    def is_reauthentication_required(self, **_kwargs: Any) -> bool:
        """Every view that needs it stands behind `access.decorators.step_up_required`."""
        return False
