"""What stops a run besides its plan (for that: shares.core.problems), in words and with what staff can do about it."""

from __future__ import annotations

from shares.core.privileges import reference
from shares.core.said import Said
from shares.core.steps import Problem
from shares.services.apply import NoReference
from shares.snowflake import setup_sql, sql
from shares.snowflake.errors import OTHER_DATABASES, SnowflakeError

RESTLESS = Problem(
    "restless",
    Said("The share changes as fast as Firn mends it."),
    Said("Somebody or something else manages the same share. See the run's statements, stop it, then reconcile."),
)


def taken(account: str) -> Problem:
    return Problem(
        "account-taken",
        Said("This locator belongs to an account that is connected to another customer. Nothing is shared with it."),
        Said(
            "It is %(account)s. Find out whose it is; merge the customers, or have the right account requested.",
            account=account,
        ),
    )


def unseen(error: SnowflakeError) -> Problem:
    return Problem(
        "unseen",
        Said("Something of the same name is in the way, and Firn may not see it."),
        Said(
            "Find out whose it is, rename or remove it, then reconcile. Snowflake said: %(answer)s",
            answer=error.message,
        ),
    )


def refused(error: SnowflakeError, share: str) -> Problem:
    return Problem(f"snowflake-{error.code}", error.for_customers, _what_to_do(error, share))


def _what_to_do(error: SnowflakeError, share: str) -> str:
    if OTHER_DATABASES not in error.message.lower():
        return error.message
    # SHOW GRANTS lists no REFERENCE_USAGE, so what a person grants of it stays when Firn compares.
    return Said(
        "A source of this share is a view that reads a further database; TABLE(GET_OBJECT_REFERENCES(…)) of that view "
        "names it. Run GRANT REFERENCE_USAGE ON DATABASE THAT_DATABASE TO SHARE %(share)s; as a role that may, for "
        "each such database, then use “Reconcile now”. Snowflake said: %(answer)s",
        share=share,
        answer=error.message,
    )


def no_reference(error: NoReference) -> Problem:
    databases = [name for grant in error.grants for name in grant.granted.path]
    return Problem(
        "no-reference",
        error.for_customers,
        Said(
            "Firn's role may not let a share show %(databases)s. Run as ACCOUNTADMIN: %(grant)s Where the account "
            "refuses that to any role, run this for the share: %(instead)s Then reconcile. Snowflake said: %(answer)s",
            databases=", ".join(databases),
            grant=" ".join(setup_sql.grant(reference(name), error.role) for name in databases),
            instead=" ".join(f"{sql.render(grant)};" for grant in error.grants),
            answer=error.message,
        ),
    )


def own_error(error: Exception) -> Problem:
    words = Said("Firn stopped at an error of its own: %(value)s.", value=f"{type(error).__name__}: {error}")
    return Problem("bug", words, Said("See the log."))
