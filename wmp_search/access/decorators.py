"""What a view declares about who may open it. A registry-wide test reads the declarations.

    @permission_required(Permission.PERSON_VIEW)
    @purpose_required
    @step_up_required  # only what is sensitive: export, unmasking, break-glass, roles
    def person(request: AccessRequest, pk: int) -> HttpResponse: ...

A class-based view is decorated as `permission_required(...)(View.as_view())`.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from audit.actions import Action
from wmp_search.access import asking, challenges, sessions, trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission

View = Callable[..., HttpResponse]


def permission_required(*permissions: Permission, hidden: bool = False) -> Callable[[View], View]:
    """The view opens to a scope that holds any of `permissions`; else 403, audited.

    Where only the purpose is in the way, the purpose page follows, and then this one again.
    The declaration stands on the view as `permissions`. `hidden`: to everybody else the page does
    not exist (404), and the audit row says only that a page was refused.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: AccessRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not any(request.scope.may(p) for p in permissions):
                if hidden:
                    trail.record(request, Action.ACCESS_DENIED, detail={"status": 404})
                    raise Http404
                record_refusal(request, permissions)
                if any(p.value in request.scope.held for p in permissions):
                    return asking.redirect_to_purpose(request, [asking.NOT_OPENED])
                raise PermissionDenied("Your roles do not include this page.")
            return view(request, *args, **kwargs)

        checked.permissions = permissions  # type: ignore[attr-defined]
        checked.is_hidden = hidden  # type: ignore[attr-defined]
        return checked

    return decorate


def purpose_required(view: View) -> View:
    """The view opens to a request with a living purpose; else the purpose page, then back here.

    So it does where the risk rises (`asking.RULES`), as far as the address tells.

    A form sent without one comes back to the start page: its content is never put into an address.
    The declaration stands on the view as `asks_purpose`.
    """

    @wraps(view)
    def checked(request: AccessRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.purpose is None:
            return asking.redirect_to_purpose(request)
        facts = asking.facts_of(request)
        asked = asking.again(request, facts) if facts else None
        return asked or view(request, *args, **kwargs)

    checked.asks_purpose = True  # type: ignore[attr-defined]
    return checked


def challenges_answered(view: View) -> View:
    """A search is taken once what the officer was asked about an earlier one, and is overdue, is
    answered (policing.md B6). Stands below `permission_required`.
    """

    @wraps(view)
    def checked(request: AccessRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        late = challenges.overdue(request.scope.officer_id)
        return redirect("challenge", pk=late.pk) if late else view(request, *args, **kwargs)

    return checked


def step_up_required(view: View) -> View:
    """The view opens to an officer who proved who they are within `settings.STEP_UP_MAX_AGE`.

    Else the page that asks again (password or second factor), then back here. A form that was sent
    too late comes back to the page it stood on: what was typed is never put into an address.
    Stands below `permission_required`. The declaration stands on the view as `asks_step_up`.
    """

    @wraps(view)
    def checked(request: AccessRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not sessions.is_fresh(request.session):
            safe = request.method in ("GET", "HEAD")
            back = request.get_full_path() if safe else _page_before(request)
            return redirect(f"{resolve_url('step-up')}?{urlencode({'next': back})}")
        return view(request, *args, **kwargs)

    checked.asks_step_up = True  # type: ignore[attr-defined]
    return checked


def before_notice(view: View) -> View:
    """The view opens before the officer has accepted the session's log-on notice.

    For ways in and out only; everything else waits for the notice (`identity.middleware`).
    """
    view.before_notice = True  # type: ignore[attr-defined]
    return view


def _page_before(request: HttpRequest) -> str:
    """The page of ours that the form stood on, else the start page."""
    return safe_address(request, request.headers.get("Referer"))


def safe_address(request: HttpRequest, address: str | None) -> str:
    """The address if it is one of ours, without host; else the start page."""
    ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if not address or not ours:
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    return urlsplit(address)._replace(scheme="", netloc="").geturl()


def record_refusal(request: HttpRequest, permissions: Sequence[Permission]) -> None:
    """Audit that a page or an API route was refused for want of any of `permissions`."""
    match = request.resolver_match
    trail.record(
        request,
        Action.ACCESS_DENIED,
        detail={
            "needed": [p.value for p in permissions],
            "route": match.view_name if match else "",
            "arguments": {k: str(v) for k, v in match.kwargs.items()} if match else {},
        },
    )


def not_found(request: HttpRequest, kind: str, subject_id: object) -> Http404:
    """The error to raise for an object that is missing or that the scope may not see.

    Both look the same and both are audited: `raise not_found(request, "person", pk)`.
    """
    trail.record(request, Action.ACCESS_DENIED, subject_kind=kind, subject_ids=[str(subject_id)])
    return Http404()
