"""What became of an object of an import, and what to do about it, in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shares.services import coded

WORDS: dict[str, Promise] = {
    "column": _("1 column."),
    "columns": _("%(value)s columns."),
    "function": _("A function, with its arguments and its body."),
    "tenant": _("Tenant column %(value)s."),
    "no-tenant": _("It has no column %(value)s."),
    "tags-hidden": _("Its tags may not be read, so no column is marked as about persons."),
    "tagged": _("About persons by their tags: %(value)s."),
    "sounds": _("Sounds like persons, and has no tag: %(value)s."),
    "language": _("It is written in %(value)s."),
    "body-hidden": _("Its body is not shown to Firn’s role."),
    "no-right": _("%(value)s may not edit the catalog any more."),
    "no-sign-in": _("Firn cannot sign in: %(value)s"),
    "own-error": _("Firn stopped at an error of its own: %(value)s."),
}
NEXT: dict[str, Promise] = {
    "right": _("Somebody who may has to import it."),
    "sign-in": _("See that “Test connection” is content with the account, then try again."),
    "log": _("See the log, then try again."),
    "again": _("Nothing is wrong with the object: try again."),
    "grant": _(
        "It is gone, or Firn’s role may not read it: grant it SELECT (docs/snowflake-setup.sql), then try again."
    ),
    "mend": _("Mend in Snowflake what it says, then try again."),
    "sql": _("Firn shares functions in SQL: write it as one."),
    "by-hand": _("It is secure: enter the function by hand, or import a plain one."),
}


def told(words: str) -> str:
    return coded.told(words, WORDS)


def next_step(code: str) -> str:
    """Rows of before have the words themselves."""
    return str(NEXT.get(code, code))
