"""A real SMTP server, a provider's API and the usual people, for the tests of mails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from portal import env_services
from tests.mail.esp import TOKEN, Postmark
from tests.portal.conftest import mailbox
from tests.services.rows import Scene

__all__ = ["mailbox"]


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()


HOOK = "firn:a-secret-of-the-webhook-0123"


def use_mail(settings: Settings) -> None:
    """As settings are made of EMAIL_URL at the start."""
    for name, value in env_services.email().items():
        setattr(settings, "FIRN_MAIL_PROVIDER" if name == "PROVIDER" else name, value)


@pytest.fixture
def postmark(settings: Settings) -> Iterator[Postmark]:
    """Mail goes through a provider's API, which may call back."""
    provider = Postmark()
    url = f"anymail://postmark?server_token={TOKEN}&api_url={provider.url}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMAIL_URL", url)
        use_mail(settings)
    settings.FIRN_MAIL_HOOK_SECRET = HOOK
    yield provider
    provider.close()
