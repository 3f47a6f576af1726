"""What every API view shares: the access rule, and the purpose in the body or the headers."""

from collections.abc import Mapping
from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.views import APIView

from wmp_search.access import purposes
from wmp_search.access.api import HasPermission
from wmp_search.access.decorators import record_refusal
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer
from wmp_search.access.permissions import Permission
from wmp_search.access.purposes import Purpose, PurposeError, Requester
from wmp_search.access.scope import Scope, scope_of

PURPOSE_HEADERS = [
    OpenApiParameter(
        "X-Purpose-Code",
        str,
        OpenApiParameter.HEADER,
        description="Why you are looking: a code of the force's list of purposes, for example "
        "CRIME-INV. Not needed while the session has a living purpose.",
    ),
    OpenApiParameter(
        "X-Purpose-Reference",
        str,
        OpenApiParameter.HEADER,
        description="Crime, incident or task number, or a reason of at least 15 characters.",
    ),
]


class ScopedView(APIView):
    """A view behind the one access rule; `permissions` names what opens it."""

    permission_classes = (IsAuthenticated, HasPermission)
    permissions: tuple[Permission, ...]

    @property
    def inner(self) -> AccessRequest:
        """Django's request, which holds the scope, the purpose and the session."""
        return cast("AccessRequest", self.request._request)  # noqa: SLF001

    def under(self, purpose: Purpose) -> Scope:
        """The caller's scope under the purpose that this very request gives (policing.md B8).

        Raises PermissionDenied, audited, where the purpose takes this view away.
        """
        scope = scope_of(cast("Officer", self.request.user), purpose)
        if not any(scope.may(p) for p in self.permissions):
            record_refusal(self.inner, self.permissions)
            raise PermissionDenied(HasPermission.message)
        self.inner.scope = scope
        return scope


class RequesterIn(serializers.Serializer[Requester]):
    """The officer who asked an operator to look (policing.md B4)."""

    name = serializers.CharField(max_length=80)
    collar_number = serializers.RegexField(r"^[A-Za-z0-9]{1,10}$")
    force = serializers.CharField(max_length=60)
    station = serializers.CharField(max_length=60)


class PurposeIn(serializers.Serializer[Purpose]):
    """Why the caller looks, in a request's body; validated to a `Purpose`."""

    code = serializers.CharField(
        max_length=20, help_text="A code of the force's list of purposes, for example CRIME-INV"
    )
    reference = serializers.CharField(max_length=200)
    requester = RequesterIn(required=False, help_text="Somebody else for whom you look")

    def validate(self, attrs: Mapping[str, Any]) -> Purpose:
        who = attrs.get("requester")
        requester = Requester(**who) if who else None
        try:
            return purposes.parse(attrs["code"], attrs["reference"], requester=requester)
        except PurposeError as error:
            raise ValidationError({error.field: str(error)}) from error


def header_purpose(request: AccessRequest) -> Purpose:
    """The purpose from the headers, else the session's; 400 in plain words without one."""
    code = request.headers.get("X-Purpose-Code")
    if code is None and request.purpose is not None:
        return request.purpose
    try:
        return purposes.parse(code or "", request.headers.get("X-Purpose-Reference", ""))
    except PurposeError as error:
        raise ValidationError({"purpose": str(error)}) from error
