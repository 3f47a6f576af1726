"""Signing in at the force's identity provider: OpenID Connect, code flow with PKCE, state, nonce.

The protocol is allauth's; here stand what it leaves open: the signature of the ID token is always
checked, the nonce, the second factor, and for step-up how fresh the proof is.
"""

import secrets
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from requests import RequestException

from wmp_search.identity.arrival import PROVIDER

ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"}
DISCOVERY_LIVES_SECONDS = 600
CLOCKS_DIFFER_SECONDS = 60


class Protocol(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The exchange with the provider."""

    def get_provider(self) -> "Provider":
        return Provider(self.request, app=application())

    @property
    def openid_config(self) -> dict[str, Any]:
        return discovered(self.get_provider().server_url)

    def get_callback_url(self, request: HttpRequest, _app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("provider-return"))

    def complete_login(
        self, request: HttpRequest, _app: SocialApp, token: Any, **kwargs: Any
    ) -> Any:
        """What the token proves; names and groups may come from the userinfo address."""
        id_token = kwargs["response"].get("id_token")
        if not id_token:
            raise OAuth2Error("no ID token")
        proven = verified(id_token, self.openid_config)
        told = self._fetch_user_info(token.token) if settings.OIDC_USERINFO else {}
        if told and told.get("sub") != proven["sub"]:
            raise OAuth2Error("the userinfo is somebody else's")
        login = self.get_provider().sociallogin_from_response(request, {"id_token": proven})
        login.claims, login.proven = {**told, **proven}, proven
        return login


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    """Keeps nothing of the claims with the account."""

    oauth2_adapter_class = Protocol

    def extract_extra_data(self, _data: Any) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, _data: Any) -> list[Any]:
        return []


def application() -> SocialApp:
    """The client that the provider knows us as. Raises Http404 where none is configured."""
    if not settings.OIDC_ISSUER:
        raise Http404
    return SocialApp(
        provider="openid_connect",
        provider_id=PROVIDER,
        name=settings.OIDC_NAME,
        client_id=settings.OIDC_CLIENT_ID,
        secret=settings.OIDC_CLIENT_SECRET,
        settings={
            "server_url": settings.OIDC_ISSUER,
            "oauth_pkce_enabled": True,
            "scope": settings.OIDC_SCOPES,
        },
    )


def leave(request: HttpRequest, going_to: str, *, step_up: bool = False) -> HttpResponse:
    """Send the browser to the provider; for step-up it must ask for proof anew."""
    provider = Provider(request, app=application())
    nonce = secrets.token_urlsafe(24)
    wanted = {"nonce": nonce}
    if step_up:
        wanted |= {"prompt": "login", "max_age": "0"}
    if settings.OIDC_MFA_ACR:
        wanted["acr_values"] = " ".join(settings.OIDC_MFA_ACR)
    try:
        answer: HttpResponse = provider.redirect(
            request, AuthProcess.LOGIN, going_to, auth_params=wanted, nonce=nonce, step_up=step_up
        )
    except RequestException as error:
        get_adapter().on_authentication_error(request, provider, exception=error)
        raise
    return answer


def come_back(request: HttpRequest) -> HttpResponse:
    """Exchange the code; `adapters.ProviderAdapter` decides what becomes of it."""
    application()
    answer: HttpResponse = OAuth2CallbackView.adapter_view(Protocol(request, PROVIDER))(request)
    return answer


def discovered(address: str) -> dict[str, Any]:
    """The provider's description of itself, asked for at most every ten minutes."""
    return _discovered(address, int(time.time() // DISCOVERY_LIVES_SECONDS))


@lru_cache(maxsize=4)
def _discovered(address: str, _period: int) -> dict[str, Any]:
    with get_adapter().get_requests_session() as session:
        answer = session.get(address)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
    return found


def verified(token: str, provider: Mapping[str, Any], *, subject: bool = True) -> dict[str, Any]:
    """The claims of a token that the provider signed for us and that is in time.

    Raises OAuth2Error, and RequestException where the provider's keys cannot be had.
    """
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise OAuth2Error("the token's algorithm is not accepted")
        claims: dict[str, Any] = jwt.decode(
            token,
            key=_key(header.get("kid"), provider["jwks_uri"]),
            algorithms=[header["alg"]],
            audience=settings.OIDC_CLIENT_ID,
            issuer=provider["issuer"],
            leeway=CLOCKS_DIFFER_SECONDS,
            options={"require": ["iss", "aud", "exp", "iat", *(["sub"] if subject else [])]},
        )
    except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
        raise OAuth2Error("the token cannot be verified") from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if several and claims.get("azp") != settings.OIDC_CLIENT_ID:
        raise OAuth2Error("the token was made for another client")
    return claims


def _key(name: str | None, address: str) -> Any:
    """The provider's key of this name; a token without a name needs a set of one key."""
    with get_adapter().get_requests_session() as session:
        answer = session.get(address)
        answer.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(answer.json()).keys
    usable = [k for k in keys if k.public_key_use in (None, "sig") and name in (None, k.key_id)]
    if len(usable) != 1:
        raise OAuth2Error("no key for this token")
    return usable[0].key


def has_second_factor(claims: Mapping[str, Any]) -> bool:
    """Whether the token says that a second factor was used (RFC 8176 `amr`, or `acr`)."""
    used = claims.get("amr") or []
    methods = {used} if isinstance(used, str) else {str(m) for m in used}
    return bool(methods & {*settings.OIDC_MFA_AMR}) or claims.get("acr") in settings.OIDC_MFA_ACR
