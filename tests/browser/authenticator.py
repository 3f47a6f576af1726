"""A passkey that needs no hand."""

from playwright.sync_api import Page


def authenticator(page: Page) -> None:
    """Chromium's own virtual authenticator: it holds keys and says that the user was verified."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
