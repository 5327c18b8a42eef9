"""A passkey in a real browser, whose authenticator is simulated: added on the page, then enough to sign in."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Browser, expect

from tests.browser.conftest import PATIENCE_MS
from tests.looks.place import Place

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_added_and_signs_in(browser: Browser, place: Place) -> None:
    # Pages come from the very name that passkeys are made for.
    base = f"http://localhost:{urlsplit(place.base).port}"
    context = browser.new_context(base_url=base, reduced_motion="reduce")
    context.add_cookies([{"name": "sessionid", "value": place.sessions["viewer"], "url": base}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(lambda url: "/webauthn/add/" not in url, timeout=PATIENCE_MS)
    page.goto("/accounts/2fa/")
    expect(page.get_by_text("1 passkey or security key")).to_be_visible()

    context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("navigation", name="Sections")).to_be_visible(timeout=PATIENCE_MS)
    assert complaints == []
    context.close()
