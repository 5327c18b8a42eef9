"""Logging in through ADBC."""

from __future__ import annotations

from typing import Any


def test_a_password_opens_a_session_of_the_account(admin: Any) -> None:
    with admin.cursor() as cursor:
        cursor.execute("SELECT CURRENT_ACCOUNT_NAME(), CURRENT_USER(), CURRENT_ROLE()")
        assert cursor.fetchall() == [("DATA", "ADMIN", "ACCOUNTADMIN")]
