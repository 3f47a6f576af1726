"""The API's half of the access rule: the scope of a token, and declared permissions."""

from typing import Any, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from wmp_search.access.decorators import record_refusal
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer
from wmp_search.access.scope import scope_of


class HasPermission(BasePermission):
    """The view declares `permissions = (Permission.X, ...)`; any of them opens it.

    Sets `request.scope` for an officer who came with a token. A view without a declaration raises
    AttributeError: it opens to nobody.
    """

    message = "Your roles do not include this."

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, Officer):
            return False
        # DRF has no other way to hand a value down to Django's request
        inner = cast("AccessRequest", request._request)  # noqa: SLF001
        if inner.scope.officer_id != request.user.pk:
            inner.scope = scope_of(request.user)
        if any(inner.scope.may(p) for p in view.permissions):
            return True
        record_refusal(inner, view.permissions)
        return False
