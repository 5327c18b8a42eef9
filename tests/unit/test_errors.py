"""The policy table, row by row."""

from __future__ import annotations

import pytest

from shares.snowflake.errors import POLICIES, TEXTS, WORDS, Policy, SnowflakeError

ROWS: list[tuple[int, str, Policy]] = [
    (4, "service unavailable after retries", Policy.RETRY),
    (250001, "failed to connect", Policy.RETRY),
    (250003, "failed to execute request", Policy.RETRY),
    (6, "unreadable answer", Policy.REOBSERVE),
    (14, "query timeout", Policy.REOBSERVE),
    (603, "internal error", Policy.REOBSERVE),
    (625, "too many waiters for a lock", Policy.REOBSERVE),
    (604, "canceled", Policy.REOBSERVE),
    (630, "statement timeout", Policy.REOBSERVE),
    (2002, "already exists", Policy.REOBSERVE),
    (390104, "session token gone", Policy.RELOGIN),
    (390111, "session gone", Policy.RELOGIN),
    (390112, "session expired", Policy.RELOGIN),
    (390114, "authentication token expired", Policy.RELOGIN),
    (390113, "authentication token invalid", Policy.RELOGIN),
    (608, "resource monitor exhausted", Policy.STOP_ACCOUNT),
    (
        90073,
        "Warehouse 'X' cannot be resumed because resource monitor 'Y' has exceeded its quota.",
        Policy.STOP_ACCOUNT,
    ),
    (390913, "Your free trial has ended and all of your virtual warehouses have been suspended.", Policy.STOP_ACCOUNT),
    (390103, "password expired", Policy.STOP_ACCOUNT),
    (390110, "token expired", Policy.RELOGIN),
    (390115, "master token invalid", Policy.RELOGIN),
    (390195, "ID token invalid", Policy.STOP_ACCOUNT),
    (394302, "token not valid yet", Policy.STOP_ACCOUNT),
    (394304, "token of another key", Policy.STOP_ACCOUNT),
    (390101, "user disabled", Policy.STOP_ACCOUNT),
    (390102, "user locked", Policy.STOP_ACCOUNT),
    (390201, "database of the connection is gone", Policy.STOP_ACCOUNT),
    (390422, "address not allowed", Policy.STOP_ACCOUNT),
    (606, "no active warehouse", Policy.STOP_ACCOUNT),
    (3001, "insufficient privileges", Policy.STOP_ACCOUNT),
    (390100, "wrong password", Policy.STOP_ACCOUNT),
    (390144, "bad token", Policy.STOP_ACCOUNT),
    (390189, "role not granted", Policy.STOP_ACCOUNT),
    (390303, "invalid OAuth access token", Policy.STOP_ACCOUNT),
    (390318, "OAuth access token expired", Policy.STOP_ACCOUNT),
    (251008, "bad key", Policy.STOP_ACCOUNT),
    (904, "invalid identifier", Policy.BLOCK_SHARE),
    (2003, "does not exist or not authorized", Policy.BLOCK_SHARE),
    (2037, "failure during expansion of view", Policy.BLOCK_SHARE),
    (2043, "does not exist", Policy.BLOCK_SHARE),
    (2057, "view declares another number of columns", Policy.BLOCK_SHARE),
    (3033, "does not belong to the database that is being shared", Policy.BLOCK_SHARE),
    (90838, "non-secure object", Policy.BLOCK_SHARE),
    (500130, "grant USAGE first", Policy.BLOCK_SHARE),
    (1003, "syntax error", Policy.BUG),
    (3517, "more than 10 accounts", Policy.BUG),
    (0, "no number at all", Policy.BUG),
    (999999, "never heard of", Policy.BUG),
    # by their text, whatever the number
    (0, "Following accounts cannot be added to this share: A, B.", Policy.BLOCK_SHARE),
    (3516, "FOLLOWING ACCOUNTS CANNOT BE ADDED TO THIS SHARE: A", Policy.BLOCK_SHARE),
    (0, "Sharing is not allowed from an account on BUSINESS CRITICAL edition to …", Policy.BLOCK_SHARE),
    (3032, "A view or function being shared cannot reference objects from other databases.", Policy.BLOCK_SHARE),
    (250001, "Failed to connect to DB: X. Incorrect username or password was specified.", Policy.STOP_ACCOUNT),
    (250001, "Failed to connect to DB: X. JWT token is invalid. [1-2]", Policy.STOP_ACCOUNT),
    (250001, "Failed to connect to DB: X. User temporarily locked. Try again later.", Policy.STOP_ACCOUNT),
    (0, "cannot connect to host", Policy.RETRY),
]


@pytest.mark.parametrize(("code", "message", "policy"), ROWS)
def test_an_error_has_its_policy(code: int, message: str, policy: Policy) -> None:
    assert SnowflakeError(code, message).policy is policy


def test_every_row_of_the_table_is_tested() -> None:
    assert set(POLICIES) <= {code for code, _, _ in ROWS}
    assert all(any(text in message.lower() for _, message, _ in ROWS) for text, _ in TEXTS)


@pytest.mark.parametrize("policy", list(Policy))
def test_every_policy_has_words_for_customers(policy: Policy) -> None:
    assert WORDS[policy].endswith(".")
    code = next(code for code, message, found in ROWS if found is policy and "ccounts" not in message)
    assert SnowflakeError(code, "raw secret detail").for_customers == WORDS[policy]


@pytest.mark.parametrize(
    ("policy", "unknown"),
    [
        (Policy.RETRY, True),
        (Policy.REOBSERVE, True),
        (Policy.RELOGIN, True),
        (Policy.STOP_ACCOUNT, False),
        (Policy.BLOCK_SHARE, False),
        (Policy.BUG, False),
    ],
)
def test_a_refusal_is_certain_and_a_lost_answer_is_not(policy: Policy, unknown: bool) -> None:
    code = next(code for code, known in POLICIES.items() if known is policy)
    assert SnowflakeError(code, "").outcome_unknown is unknown


def test_a_refused_account_is_explained_to_the_customer() -> None:
    words = SnowflakeError(0, "Following accounts cannot be added to this share: EVIL.CORP.").for_customers
    assert "typing mistake" in words
    assert "region" in words
    assert "EVIL" not in words


def test_a_refused_edition_is_explained_to_the_customer() -> None:
    words = SnowflakeError(0, "Sharing is not allowed from an account on BUSINESS CRITICAL edition").for_customers
    assert "edition" in words
    assert words != WORDS[Policy.BLOCK_SHARE]


def test_an_error_carries_what_the_staff_need() -> None:
    error = SnowflakeError(2003, "gone", sqlstate="02000", query_id="q-1")
    assert (error.code, error.message, error.sqlstate, error.query_id, str(error)) == (
        2003,
        "gone",
        "02000",
        "q-1",
        "gone",
    )
    bare = SnowflakeError(1, "x")
    assert (bare.sqlstate, bare.query_id) == ("", "")
