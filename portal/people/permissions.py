"""Who may do what: the one table that every guard asks, and that docs/permissions.md is printed from.

`python -m portal.people.permissions` prints it. What somebody may see is decided before that, by the querysets that
pages start from: an act on what one does not see is "not found", an act that the role lacks is "forbidden".
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

EVERY_CUSTOMER = ("owner", "member", "viewer")
ASKERS = ("owner", "member")
OWNERS = ("owner",)
EVERY_PROVIDER = ("approver", "operator", "auditor", "admin")
STAFF = ("operator", "auditor", "admin")
OPERATORS = ("operator", "admin")
ADMINS = ("admin",)


class Act(StrEnum):
    """Everything that is guarded by a role."""

    CATALOG_READ = "catalog.read"
    CATALOG_EDIT = "catalog.edit"
    REQUEST_READ = "request.read"
    REQUEST_MAKE = "request.make"
    REQUEST_WITHDRAW = "request.withdraw"
    REQUEST_DECIDE = "request.decide"
    REQUEST_TALK = "request.talk"
    SHARE_READ = "share.read"
    SHARE_CHANGE = "share.change"
    SHARE_TAKE_OUT = "share.take-out"
    SHARE_MOVE = "share.move"
    SHARE_END = "share.end"
    SHARE_OPERATE = "share.operate"
    NOTICE_ACKNOWLEDGE = "notice.acknowledge"
    ACCOUNT_PROVE = "account.prove"
    ACCOUNT_VOUCH = "account.vouch"
    ACCOUNT_REBIND = "account.rebind"
    ACCOUNT_KEEP = "account.keep"
    ACCESS_READ = "access.read"
    ACCESS_KEEP = "access.keep"
    AUDIT_READ = "audit.read"
    PEOPLE_READ = "people.read"
    PEOPLE_INVITE = "people.invite"
    PEOPLE_CHANGE = "people.change"
    PEOPLE_DOMAINS = "people.domains"
    PEOPLE_ERASE = "people.erase"
    PEOPLE_LEAVE = "people.leave"
    CUSTOMER_SEE = "customer.see"
    ORGANIZATION_CREATE = "organization.create"
    OPERATIONS_READ = "operations.read"
    ADMINISTRATION_READ = "administration.read"
    SETUP_EDIT = "setup.edit"
    MAIL_SEND_AGAIN = "mail.send-again"
    STYLE_READ = "styleguide.read"


class Rule(NamedTuple):
    """Which roles of the organization concerned, and which of the provider's side, may do it."""

    words: str
    customer: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()


RULES: dict[Act, Rule] = {
    Act.CATALOG_READ: Rule("Read the catalog", EVERY_CUSTOMER, EVERY_PROVIDER),
    Act.CATALOG_EDIT: Rule("Edit and publish datasets", provider=OPERATORS),
    Act.REQUEST_READ: Rule("Read requests and their story", EVERY_CUSTOMER, STAFF),
    Act.REQUEST_MAKE: Rule("Ask for a share, for a change or for more time", ASKERS),
    Act.REQUEST_WITHDRAW: Rule("Withdraw a request", ASKERS),
    Act.REQUEST_TALK: Rule("Ask and answer about a request", ASKERS, ("approver", *OPERATORS)),
    Act.REQUEST_DECIDE: Rule("Approve or decline what one was asked", provider=("approver",)),
    Act.SHARE_READ: Rule("Read shares, their proofs and their SQL", EVERY_CUSTOMER, STAFF),
    Act.SHARE_CHANGE: Rule("Ask to put something into a share", ASKERS),
    Act.SHARE_TAKE_OUT: Rule("Take something out of a share", OWNERS),
    Act.SHARE_MOVE: Rule("Move a share to another account, and call that off", OWNERS),
    Act.SHARE_END: Rule("End a share, and undo that", OWNERS),
    Act.SHARE_OPERATE: Rule("Suspend, resume, end or repair shares", provider=OPERATORS),
    Act.NOTICE_ACKNOWLEDGE: Rule("Take a breaking change before its notice is over", OWNERS),
    Act.ACCOUNT_PROVE: Rule("Prove that an account is the customer's", ASKERS),
    Act.ACCOUNT_VOUCH: Rule("Vouch for an account by name", provider=("approver", "operator", "admin")),
    Act.ACCOUNT_REBIND: Rule("Connect an account to another customer, and call that off", provider=OPERATORS),
    Act.ACCOUNT_KEEP: Rule("Call off that one's account is connected to another customer", OWNERS),
    Act.ACCESS_READ: Rule("Read who has what", EVERY_CUSTOMER, STAFF),
    Act.ACCESS_KEEP: Rule("Answer the quarterly review", OWNERS),
    Act.AUDIT_READ: Rule("Read the audit log (customers: of their own organization)", OWNERS, STAFF),
    Act.PEOPLE_READ: Rule("See who belongs to the organization", EVERY_CUSTOMER),
    Act.PEOPLE_INVITE: Rule("Invite people, resend and revoke invitations", OWNERS),
    Act.PEOPLE_CHANGE: Rule("Change roles and remove people", OWNERS, ADMINS),
    Act.PEOPLE_DOMAINS: Rule("Prove email domains of the organization", OWNERS, ADMINS),
    Act.PEOPLE_LEAVE: Rule("Leave the organization", EVERY_CUSTOMER),
    Act.PEOPLE_ERASE: Rule("Erase the account of somebody who asked for it", provider=ADMINS),
    Act.CUSTOMER_SEE: Rule("See a customer's pages as its viewers do", provider=STAFF),
    Act.ORGANIZATION_CREATE: Rule("Create organizations and name staff", provider=ADMINS),
    Act.OPERATIONS_READ: Rule("Read the pages of operations, runs and statements", provider=STAFF),
    Act.ADMINISTRATION_READ: Rule("Read the administration", provider=STAFF),
    Act.SETUP_EDIT: Rule("Set up provider accounts and workspaces", provider=OPERATORS),
    Act.MAIL_SEND_AGAIN: Rule("Send mail again that was given up", provider=OPERATORS),
    Act.STYLE_READ: Rule("Read the style guide", provider=STAFF),
}


def allows(act: Act, *, customer: str | None = None, provider: str | None = None) -> bool:
    """Whether one of these roles suffices."""
    rule = RULES[act]
    return customer in rule.customer or provider in rule.provider


# Tables of the administration about people and about what nobody edits: for these it takes an administrator.
GUARDED_APPS = frozenset(
    {"people", "account", "mfa", "usersessions", "socialaccount", "auth", "audit", "django_q", "admin", "sessions"}
)
_OF_TABLE = {
    **dict.fromkeys(("policy", "policystage", "policyrule", "approvergroup"), Act.CATALOG_EDIT),
    **dict.fromkeys(("dataset", "datasetobject", "datasetcolumn", "datasetversion"), Act.CATALOG_EDIT),
    **dict.fromkeys(("share", "incident", "grant", "run"), Act.SHARE_OPERATE),
    "outgoing": Act.MAIL_SEND_AGAIN,
}


def act_of_table(app: str, verb: str, table: str = "") -> Act:
    """The act behind viewing, adding, changing or deleting rows of a table in the administration."""
    if verb == "view":
        return Act.ADMINISTRATION_READ
    if app in GUARDED_APPS:
        return Act.ORGANIZATION_CREATE
    return _OF_TABLE.get(table, Act.SETUP_EDIT)


def markdown() -> str:
    """The table as docs/permissions.md shows it."""
    heads = (*EVERY_CUSTOMER, *EVERY_PROVIDER)
    lines = [f"| act | what | {' | '.join(heads)} |", "|---|---|" + "---|" * len(heads)]
    for act, rule in RULES.items():
        ticks = ["yes" if head in (*rule.customer, *rule.provider) else "–" for head in heads]
        lines.append(f"| `{act}` | {rule.words} | {' | '.join(ticks)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(markdown())
