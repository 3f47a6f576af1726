"""Signing in at a real OpenID provider: the second factor, groups, leavers, forged answers."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from audit.actions import Action
from audit.models import Event
from tests.identity.provider import SUBJECT, IdentityProvider, asked, serving, text, use
from tests.officers import PASSWORD, accept_notice, officer
from wmp_search.access.models import Officer, Role, RoleAssignment
from wmp_search.access.scope import scope_of
from wmp_search.identity import provider_views

pytestmark = pytest.mark.django_db
MAPPING = """
[roles]
"WMP Search officers" = ["officer"]
"WMP Search analysts" = ["analyst", "officer"]
[units]
"BCU Central" = "Central neighbourhood team"
"""


@pytest.fixture(scope="module")
def server() -> Iterator[IdentityProvider]:
    with serving() as made:
        yield made


@pytest.fixture
def provider(server: IdentityProvider, settings: Any, tmp_path: Path) -> IdentityProvider:
    use(server, settings, MAPPING, tmp_path)
    return server


def roles(username: str = "n.rahman") -> tuple[str, ...]:
    return scope_of(Officer.objects.get(username=username)).roles


def refusal(answer: Any) -> str:
    """Nobody was signed in; the reason that stands in the trail."""
    assert answer["Location"] in ("/sign-in", "/confirm-who-you-are")
    assert not Event.objects.filter(action=Action.SIGNED_IN).exists()
    return str(Event.objects.get(action=Action.SIGN_IN_FAILED).detail["why"])


def test_the_sign_in_page_offers_the_force_and_no_password(
    provider: IdentityProvider, settings: Any
) -> None:
    settings.LOCAL_ACCOUNTS = False
    page = text(Client().get("/sign-in?next=/gangs"))
    assert "Sign in with West Midlands Police" in page
    assert "/sign-in/provider?next=%2Fgangs" in page
    assert "Only with the sealed envelope" in page
    settings.LOCAL_ACCOUNTS = True
    assert "sealed envelope" not in text(Client().get("/sign-in"))


def test_the_browser_is_sent_with_pkce_state_and_nonce(provider: IdentityProvider) -> None:
    sent = asked(provider.send(Client()))
    assert sent["response_type"] == "code"
    assert sent["code_challenge_method"] == "S256"
    assert min(len(sent[name]) for name in ("code_challenge", "state", "nonce")) >= 16
    assert sent["redirect_uri"] == "http://testserver/sign-in/provider/return"


def test_a_first_sign_in_makes_the_account_with_what_the_mapping_says(
    provider: IdentityProvider,
) -> None:
    client = Client()
    answer = provider.sign_in(client, start="/sign-in/provider?next=/gangs")
    assert answer["Location"] == "/gangs"
    assert accept_notice(client).get("/purpose").status_code == 200
    made = Officer.objects.get()
    assert (made.username, str(made), made.collar_number) == (
        "n.rahman",
        "Nadia Rahman",
        "WM1440",
    )
    assert str(made.unit) == "Central neighbourhood team"
    assert not made.has_usable_password()
    assert (made.is_staff, made.is_superuser) == (False, False)
    assert roles() == ("officer",)
    assert made.assignments.get().by_group == "WMP Search officers"
    row = Event.objects.get(action=Action.SIGNED_IN)
    assert (row.officer_id, row.roles, row.detail["method"]) == (
        made.pk,
        ["officer"],
        "provider",
    )
    given = Event.objects.get(action=Action.ROLE_GRANTED)
    assert (given.officer, given.detail["roles"]) == ("identity provider", ["officer"])
    assert SocialAccount.objects.get().extra_data == {}


@pytest.mark.parametrize("amr", [None, [], ["pwd"], "pwd"])
def test_a_token_without_a_second_factor_is_refused(provider: IdentityProvider, amr: Any) -> None:
    provider.claims(amr=amr)
    client = Client()
    assert refusal(provider.sign_in(client)) == "no second factor"
    assert "Signing in did not work" in text(client.get("/sign-in"))
    assert not Officer.objects.exists()


def test_another_claim_may_say_that_a_second_factor_was_used(
    provider: IdentityProvider, settings: Any
) -> None:
    settings.OIDC_MFA_AMR, settings.OIDC_MFA_ACR = ["otp"], ["urn:force:strong"]
    provider.claims(amr=["mfa"], acr="urn:force:strong")
    assert provider.sign_in(Client())["Location"] == "/"
    assert asked(provider.send(Client()))["acr_values"] == "urn:force:strong"


def test_who_is_in_no_known_group_does_not_get_in(provider: IdentityProvider) -> None:
    provider.claims(groups=["Car park"])
    assert refusal(provider.sign_in(Client())) == "no group that this system knows"
    assert not Officer.objects.exists()


def test_roles_follow_the_groups_at_the_next_sign_in(provider: IdentityProvider) -> None:
    provider.sign_in(Client())
    provider.claims(groups=["WMP Search analysts"])
    provider.sign_in(Client())
    assert roles() == ("analyst", "officer")
    provider.claims(groups=["WMP Search officers"])
    provider.sign_in(Client())
    assert roles() == ("officer",)
    taken = Event.objects.get(action=Action.ROLE_REVOKED)
    assert taken.detail["roles"] == ["analyst"]
    assert taken.detail["before"] != taken.detail["after"]


def test_who_has_lost_every_group_loses_the_roles_and_does_not_get_in(
    provider: IdentityProvider,
) -> None:
    provider.sign_in(Client())
    provider.claims(groups=[])
    answer = provider.sign_in(Client())
    assert answer["Location"] == "/sign-in"
    assert roles() == ()


def test_a_role_that_an_administrator_gave_stays(provider: IdentityProvider) -> None:
    provider.sign_in(Client())
    who, extra = Officer.objects.get(), Role.objects.get(slug="ethics")
    RoleAssignment.objects.create(officer=who, role=extra, starts_on="2026-01-01")
    provider.claims(groups=[])
    assert provider.sign_in(Client())["Location"] == "/"
    assert roles() == ("ethics",)


def test_a_closed_account_stays_closed(provider: IdentityProvider) -> None:
    provider.sign_in(Client())
    Officer.objects.update(is_active=False)
    assert provider.sign_in(Client())["Location"] == "/sign-in"
    row = Event.objects.get(action=Action.SIGN_IN_FAILED)
    assert (row.detail["why"], row.officer) == ("the account is closed", "n.rahman")


def test_a_token_does_not_open_a_local_account_of_the_same_name(
    provider: IdentityProvider,
) -> None:
    officer("administrator", username="n.rahman")
    assert refusal(provider.sign_in(Client())) == "a local account has this user name"


def test_a_second_subject_does_not_get_the_account_of_the_first(
    provider: IdentityProvider,
) -> None:
    provider.sign_in(Client())
    provider.claims("another-subject")
    assert provider.sign_in(Client(), "another-subject")["Location"] == "/sign-in"
    row = Event.objects.get(action=Action.SIGN_IN_FAILED)
    assert row.detail["why"] == "another subject has this user name"


def test_an_answer_for_another_browser_is_refused(provider: IdentityProvider) -> None:
    returned = provider.authorise(provider.send(Client()))
    assert refusal(Client().get(returned)).startswith("the exchange failed")


def test_an_answer_is_good_once(provider: IdentityProvider) -> None:
    client = Client()
    returned = provider.authorise(provider.send(client))
    assert client.get(returned)["Location"] == "/"
    client.post("/sign-out")
    assert client.get(returned)["Location"] == "/sign-in"
    assert client.get("/purpose").status_code == 302


def test_a_token_made_for_another_nonce_is_refused(provider: IdentityProvider) -> None:
    client = Client()
    address = provider.send(client)
    other = address.replace(asked(address)["nonce"], "n" * 32)
    assert refusal(client.get(provider.authorise(other))) == "the nonce does not fit"


def test_a_cancelled_sign_in_leads_back(provider: IdentityProvider) -> None:
    client = Client()
    state = asked(provider.send(client))["state"]
    answer = client.get(f"/sign-in/provider/return?error=access_denied&state={state}")
    assert refusal(answer).startswith("the exchange failed")


def test_a_provider_that_is_away_is_said_plainly(
    provider: IdentityProvider, settings: Any
) -> None:
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    client = Client()
    assert refusal(client.get("/sign-in/provider")).startswith("the exchange failed")
    assert "Signing in did not work" in text(client.get("/sign-in"))


def test_without_a_provider_there_is_no_way_to_it() -> None:
    for address in ("/sign-in/provider", "/sign-in/provider/return"):
        assert Client().get(address).status_code == 404
    assert Client().post("/sign-in/provider/logged-out").status_code == 404


def test_step_up_goes_to_the_provider_and_wants_a_fresh_proof(
    provider: IdentityProvider,
) -> None:
    client = Client()
    provider.sign_in(client)
    accept_notice(client)
    page = text(client.get("/confirm-who-you-are?next=/gangs"))
    assert "Confirm with West Midlands Police" in page
    start = "/confirm-who-you-are/provider?next=/gangs"
    sent = asked(provider.send(client, start))
    assert (sent["prompt"], sent["max_age"]) == ("login", "0")
    provider.claims(auth_time=int(time.time()) - 600)
    stale = provider.sign_in(client, start=start)
    assert stale["Location"] == "/confirm-who-you-are"
    assert not Event.objects.filter(action=Action.STEPPED_UP).exists()
    provider.claims(auth_time=int(time.time()))
    assert provider.sign_in(client, start=start)["Location"] == "/gangs"
    assert Event.objects.get(action=Action.STEPPED_UP).detail["method"] == "provider"


def test_a_colleague_cannot_step_up_for_the_officer(provider: IdentityProvider) -> None:
    client = Client()
    provider.sign_in(client)
    provider.claims("colleague", preferred_username="j.f", auth_time=int(time.time()))
    provider.sign_in(Client(), "colleague")
    answer = provider.sign_in(client, "colleague", "/confirm-who-you-are/provider")
    assert answer["Location"] == "/confirm-who-you-are"
    assert not Event.objects.filter(action=Action.STEPPED_UP).exists()


def logout_token(provider: IdentityProvider, key: Any = None, **changed: Any) -> str:
    """A logout token as the provider would sign it; `key` stands for the provider's own."""
    claims = {
        "iss": provider.issuer,
        "aud": "wmp-search",
        "iat": int(time.time()),
        "exp": int(time.time()) + 60,
        "jti": str(time.time_ns()),
        "events": {provider_views.LOGOUT: {}},
        "sub": SUBJECT,
        **changed,
    }
    return jwt.encode(
        {k: v for k, v in claims.items() if v is not None}, key, "RS256", headers={"kid": "k"}
    )


@pytest.fixture
def provider_key(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A key that the provider's key set names: the mock keeps its own to itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    get = requests.Session.request

    def answered(self: Any, method: str, url: str, **more: Any) -> Any:
        if not url.endswith("/jwks"):
            return get(self, method, url, **more)
        made = requests.Response()
        made.status_code = 200
        made._content = json.dumps({"keys": [{**public, "kid": "k", "alg": "RS256"}]}).encode()
        return made

    def trust() -> Any:
        monkeypatch.setattr(requests.Session, "request", answered)
        return key

    return trust


def say_logged_out(token: str) -> int:
    return (
        Client()
        .post(
            "/sign-in/provider/logged-out",
            urlencode({"logout_token": token}),
            content_type="application/x-www-form-urlencoded",
        )
        .status_code
    )


@pytest.mark.parametrize("named", [{"sub": SUBJECT}, {"sub": None, "sid": "session-1"}])
def test_a_logout_at_the_provider_ends_the_session_here(
    provider: IdentityProvider, provider_key: Any, named: dict[str, Any]
) -> None:
    client = Client()
    provider.sign_in(client)
    accept_notice(client)
    assert client.get("/purpose").status_code == 200
    key = provider_key()
    assert say_logged_out(logout_token(provider, key, **named)) == 200
    assert client.get("/purpose").status_code == 302


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "somebody-else"},
        {"iss": "https://example.org"},
        {"events": {}},
        {"nonce": "an ID token, not a logout token"},
        {"iat": int(time.time()) - 600},
        {"sub": None},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_logout_token_that_is_none_ends_nothing(
    provider: IdentityProvider, provider_key: Any, changed: dict[str, Any]
) -> None:
    client = Client()
    provider.sign_in(client)
    accept_notice(client)
    assert say_logged_out(logout_token(provider, provider_key(), **changed)) == 400
    assert client.get("/purpose").status_code == 200


def test_a_logout_token_signed_by_somebody_else_ends_nothing(
    provider: IdentityProvider, provider_key: Any
) -> None:
    client = Client()
    provider.sign_in(client)
    accept_notice(client)
    provider_key()
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert say_logged_out(logout_token(provider, stranger)) == 400
    assert say_logged_out(jwt.encode({"sub": SUBJECT}, "x" * 32, "HS256")) == 400
    assert say_logged_out("no token at all") == 400
    assert client.get("/purpose").status_code == 200


def test_a_password_opens_no_account_where_local_accounts_are_not_allowed(
    settings: Any,
) -> None:
    settings.LOCAL_ACCOUNTS = False
    who = officer("officer")
    page = Client().post("/sign-in", {"username": who.username, "password": PASSWORD})
    assert "The user name or the password is wrong" in text(page)
