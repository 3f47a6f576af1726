"""A real OpenID provider on this machine, and a browser that walks through its pages."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from django.test import Client

SUBJECT = "00a1-subject"
CLAIMS: dict[str, Any] = {
    "preferred_username": "n.rahman",
    "given_name": "Nadia",
    "family_name": "Rahman",
    "collar_number": "WM1440",
    "unit": "BCU Central",
    "groups": ["WMP Search officers", "Car park"],
    "amr": ["pwd", "mfa"],
    "sid": "session-1",
}


@dataclass
class IdentityProvider:
    """`claims(...)` says what the next token holds."""

    issuer: str

    def claims(self, subject: str = SUBJECT, **changed: Any) -> None:
        told = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not None}
        answer = requests.put(f"{self.issuer}/users/{subject}", json=told, timeout=10)
        answer.raise_for_status()

    def send(self, client: Client, start: str = "/sign-in/provider") -> str:
        """Where the browser is sent, on our side: the address of the provider."""
        return str(client.get(start)["Location"])

    def authorise(self, address: str, subject: str = SUBJECT) -> str:
        """Sign in at the provider; our own address with the code, without the host."""
        answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=10)
        parts = urlsplit(answer.headers["Location"])
        return f"{parts.path}?{parts.query}"

    def sign_in(
        self, client: Client, subject: str = SUBJECT, start: str = "/sign-in/provider"
    ) -> Any:
        """The whole way there and back: our answer to the return."""
        return client.get(self.authorise(self.send(client, start), subject))


def asked(address: str) -> dict[str, str]:
    """What an address of the provider asks for."""
    return dict(parse_qsl(urlsplit(address).query))


@contextmanager
def serving() -> Iterator[IdentityProvider]:
    """The provider as a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ["-W", "ignore", "-m", "oidc_provider_mock", "--require-nonce", "--port", str(port)]
    environment = {**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"}
    process = subprocess.Popen([sys.executable, *words], env=environment)
    provider = IdentityProvider(f"http://127.0.0.1:{port}")
    try:
        _wait(provider)
        yield provider
    finally:
        process.terminate()
        process.wait(30)


def _wait(provider: IdentityProvider) -> None:
    end = time.monotonic() + 120
    while True:
        try:
            requests.get(provider.issuer, timeout=10)
        except requests.ConnectionError:
            assert time.monotonic() < end
            time.sleep(0.2)
        else:
            return


def use(provider: IdentityProvider, settings: Any, mapping: str, folder: Path) -> None:
    """Our settings for the provider; `mapping` is the text of the file."""
    file = folder / "mapping.toml"
    file.write_text(mapping)
    settings.OIDC_ISSUER = provider.issuer
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "wmp-search", "secret"
    settings.OIDC_NAME, settings.OIDC_MAPPING = "West Midlands Police", str(file)
    provider.claims()


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())
