"""What went wrong, and the one table of what to do about it.

Codes: docs.snowflake.com/en/user-guide/python-connector-api (errors), observed behaviour of connectors 4.8 and 5.2.
"""

from __future__ import annotations

from enum import StrEnum

from shares.core.said import Said


class Policy(StrEnum):
    """What a run does after an error."""

    RETRY = "retry"  # nothing was sent, or it surely did not happen: wait, try again
    REOBSERVE = "reobserve"  # the outcome is unknown: look again, then plan again
    RELOGIN = "relogin"  # the session is gone: sign in once more, then look again
    STOP_ACCOUNT = "stop account"  # sign-in or privileges: nothing will work until a person acts
    BLOCK_SHARE = "block share"  # this share cannot be finished until a person acts
    BUG = "bug"  # Firn sent something wrong: stop, alert, keep the statement


# From what mends itself to what no second look can mend.
GRAVITY = (
    Policy.REOBSERVE,
    Policy.RETRY,
    Policy.RELOGIN,
    Policy.BLOCK_SHARE,
    Policy.BUG,
    Policy.STOP_ACCOUNT,
)

POLICIES: dict[int, Policy] = {
    # network and service, after the connector's own retries
    4: Policy.RETRY,
    250001: Policy.RETRY,
    250003: Policy.RETRY,
    # answered with something unreadable, timed out, cancelled: it may have happened
    6: Policy.REOBSERVE,
    14: Policy.REOBSERVE,
    603: Policy.REOBSERVE,
    604: Policy.REOBSERVE,
    625: Policy.REOBSERVE,
    630: Policy.REOBSERVE,
    # made or changed by somebody else between our look and our act
    2002: Policy.REOBSERVE,
    390104: Policy.RELOGIN,
    390110: Policy.RELOGIN,
    390111: Policy.RELOGIN,
    390112: Policy.RELOGIN,
    390113: Policy.RELOGIN,
    390114: Policy.RELOGIN,
    390115: Policy.RELOGIN,
    606: Policy.STOP_ACCOUNT,
    608: Policy.STOP_ACCOUNT,
    3001: Policy.STOP_ACCOUNT,
    # the warehouse's resource monitor has nothing left; the account's trial has ended
    90073: Policy.STOP_ACCOUNT,
    390913: Policy.STOP_ACCOUNT,
    390100: Policy.STOP_ACCOUNT,
    390101: Policy.STOP_ACCOUNT,
    390102: Policy.STOP_ACCOUNT,
    390103: Policy.STOP_ACCOUNT,
    390144: Policy.STOP_ACCOUNT,
    390189: Policy.STOP_ACCOUNT,
    390195: Policy.STOP_ACCOUNT,
    390201: Policy.STOP_ACCOUNT,
    251008: Policy.STOP_ACCOUNT,
    390303: Policy.STOP_ACCOUNT,
    390318: Policy.STOP_ACCOUNT,
    390422: Policy.STOP_ACCOUNT,
    394302: Policy.STOP_ACCOUNT,
    394304: Policy.STOP_ACCOUNT,
    904: Policy.BLOCK_SHARE,
    2003: Policy.BLOCK_SHARE,
    2037: Policy.BLOCK_SHARE,
    2043: Policy.BLOCK_SHARE,
    2057: Policy.BLOCK_SHARE,
    3033: Policy.BLOCK_SHARE,
    90838: Policy.BLOCK_SHARE,
    500130: Policy.BLOCK_SHARE,
    1003: Policy.BUG,
    3517: Policy.BUG,
}

# A source is itself a view over a further database, which the share may not refer to yet
# (docs.snowflake.com/en/user-guide/data-sharing-multiple-db).
OTHER_DATABASES = "cannot reference objects from other databases"
# Refusals whose number no source confirms, or whose number (250001) means too much, are known by their text.
TEXTS: tuple[tuple[str, Policy], ...] = (
    ("accounts cannot be added to this share", Policy.BLOCK_SHARE),
    ("sharing is not allowed from an account on", Policy.BLOCK_SHARE),
    (OTHER_DATABASES, Policy.BLOCK_SHARE),
    ("incorrect username or password", Policy.STOP_ACCOUNT),
    ("jwt token is invalid", Policy.STOP_ACCOUNT),
    ("user temporarily locked", Policy.STOP_ACCOUNT),
    ("cannot connect", Policy.RETRY),
)


# The statement took longer than the session or the warehouse lets one take (630), or than the driver waits (14).
TIMED_OUT = frozenset({14, 630})


class SnowflakeError(Exception):
    """A refused or failed statement: `code` is Snowflake's number (0 unknown), `query_id` may be ""."""

    def __init__(self, code: int, message: str, *, sqlstate: str = "", query_id: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.sqlstate = sqlstate
        self.query_id = query_id

    @property
    def policy(self) -> Policy:
        """What to do. Unknown numbers are bugs: they stop this share and call a person."""
        lowered = self.message.lower()
        for text, policy in TEXTS:
            if text in lowered:
                return policy
        return POLICIES.get(self.code, Policy.BUG)

    @property
    def outcome_unknown(self) -> bool:
        """Whether the statement may have been carried out although we got no answer."""
        return self.policy in (Policy.REOBSERVE, Policy.RETRY, Policy.RELOGIN)

    @property
    def for_customers(self) -> Said:
        """The trouble in words that help the customer; the raw text is for the provider's staff."""
        lowered = self.message.lower()
        if "accounts cannot be added to this share" in lowered:
            return Said(
                "Snowflake refused to add the account. Most often the name has a typing mistake, or the account is in "
                "another region than the data. Check it with the query on the request page."
            )
        if "sharing is not allowed from an account on" in lowered:
            return Said("Snowflake does not allow sharing to this account's edition. The data owner has been told.")
        return WORDS[self.policy]


WORDS: dict[Policy, Said] = {
    Policy.RETRY: Said("Snowflake could not be reached. Firn tries again by itself."),
    Policy.REOBSERVE: Said("Snowflake's answer did not arrive. Firn looks again and goes on."),
    Policy.RELOGIN: Said("The session with Snowflake ended. Firn signs in again and goes on."),
    Policy.STOP_ACCOUNT: Said("The data provider's Snowflake account needs attention. Their staff have been told."),
    Policy.BLOCK_SHARE: Said("Something that this share needs is missing. The data provider's staff have been told."),
    Policy.BUG: Said("Firn stopped to be safe. The data provider's staff have been told."),
}
