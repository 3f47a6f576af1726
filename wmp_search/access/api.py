"""The API's half of the access rule: the scope of a token, narrowed by the purpose it states."""

from collections.abc import Mapping
from typing import Any, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from wmp_search.access import purposes
from wmp_search.access.decorators import record_refusal
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer
from wmp_search.access.purposes import Purpose, PurposeError
from wmp_search.access.scope import scope_of


class HasPermission(BasePermission):
    """The view declares `permissions = (Permission.X, ...)`; any of them opens it.

    Sets `request.scope` for an officer who came with a token or states another purpose than the
    session's: the purpose narrows what the roles open. A view without a declaration raises
    AttributeError: it opens to nobody.
    """

    message = "Your roles and your purpose do not include this."

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, Officer):
            return False
        # DRF has no other way to hand a value down to Django's request
        inner = cast("AccessRequest", request._request)  # noqa: SLF001
        stated = stated_purpose(request)
        if inner.scope.officer_id != request.user.pk or (stated and stated != inner.purpose):
            inner.scope = scope_of(request.user, stated)
            inner.purpose = stated
        if _may_give(stated, inner) and any(inner.scope.may(p) for p in view.permissions):
            return True
        record_refusal(inner, view.permissions)
        return False


def _may_give(stated: Purpose | None, inner: AccessRequest) -> bool:
    return stated is None or purposes.may_give(stated.code, inner.scope.held)


def stated_purpose(request: Request) -> Purpose | None:
    """The purpose in the headers, else in the body; None if there is none or it is not good.

    The view says what is wrong with it, and answers nothing before it is right.
    """
    code = request.headers.get("X-Purpose-Code")
    reference = request.headers.get("X-Purpose-Reference", "")
    if code is None and isinstance(request.data, Mapping):
        given = request.data.get("purpose")
        if isinstance(given, Mapping):
            code, reference = given.get("code"), given.get("reference", "")
    if not isinstance(code, str) or not isinstance(reference, str):
        return None
    try:
        return purposes.parse(code, reference)
    except PurposeError:
        return None
