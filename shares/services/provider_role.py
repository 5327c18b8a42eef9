"""Whether Firn's role in a provider account may do what it must, and nothing that it should not."""

from __future__ import annotations

from dataclasses import dataclass

from shares.core import names
from shares.core.privileges import ADMIN_ROLES, FUTURE, Place, Privilege, excessive, missing, needed
from shares.models import DatasetObject, ProviderAccount
from shares.services import key_pairs
from shares.snowflake import setup_sql
from shares.snowflake.client import Client
from shares.snowflake.errors import SnowflakeError

# Roles that are granted to roles that are granted …: nobody nests deeper.
DEPTH = 8


@dataclass(frozen=True)
class Finding:
    """Words for an operator, and the statement that mends it where there is one. A hint is no fault."""

    words: str
    remedy: str = ""
    is_hint: bool = False


def place_of(account: ProviderAccount, role: str = "FIRN", user: str = "FIRN_SVC", warehouse: str = "FIRN_WH") -> Place:
    """The account's names: what the published and drafted objects of the catalog read there, too."""
    objects = DatasetObject.objects.filter(dataset__provider_accounts=account).exclude(source_name="")
    sources = frozenset(one.source for one in objects.order_by("pk"))
    return Place(role, user, warehouse, account.outbound_database, sources)


def check(account: ProviderAccount, client: Client, *, may_be_admin: bool = False) -> list[Finding]:
    """What is wrong, the worst first. Raises SnowflakeError where nothing can be asked."""
    session = client.run(setup_sql.SESSION).rows[0]
    role, user = str(session["role"] or ""), str(session["user"])
    if not role:
        return [Finding("The session has no role. Name one in connections.toml.")]
    if role in ADMIN_ROLES and not may_be_admin:
        words = f"Firn signs in as {role}, which may do anything there. Give it a role of its own: run the script of"
        return [Finding(f'{words} snowflake setup, and write role = "FIRN" in connections.toml.')]
    if not session["warehouse"]:
        return [Finding("The session has no warehouse, so no view can be proved. Name one in connections.toml.")]
    if role in ADMIN_ROLES:
        return [Finding(f"Firn signs in as {role}, which may do anything there.", is_hint=True)]
    roles, held = privileges(client, role)
    later = _later(client, roles)
    found = [
        Finding(f"{role} may do more than Firn needs: {what}.", setup_sql.revoke(what, role))
        for what in excessive(held)
    ]
    place = place_of(account, role, user, str(session["warehouse"]))
    if later is None:
        found.append(Finding(f"What {role} is granted on what is made later cannot be seen by it.", is_hint=True))
    for one in missing(needed(place), [*held, *(later or [])]):
        if later is None and one.privilege.kind.startswith(FUTURE):
            continue
        remedy = setup_sql.grant(one.privilege, role)
        found.append(Finding(f"{role} lacks {_words(one.privilege)}. {one.why}", remedy, one.optional))
    found.sort(key=lambda finding: finding.is_hint)
    return [*found, *_sign_in(client, user)]


def privileges(
    client: Client, role: str, through: tuple[str, ...] = ("USAGE", "OWNERSHIP")
) -> tuple[list[str], list[Privilege]]:
    """A role with those that it was granted (but administrators'), and everything that is granted to any of them.

    `through` is what of a role leads to what that role has: its owner does not inherit that, but may grant it to
    itself.
    """
    found: list[Privilege] = []
    asked, waiting = {role}, [role]
    for _ in range(DEPTH):
        below: list[str] = []
        for name in waiting:
            found += (rows := [_read(row) for row in client.run(setup_sql.show_grants_to_role(name)).rows])
            below += [one.name[-1] for one in rows if one.kind == "ROLE" and one.privilege in through]
        waiting = sorted(set(below) - asked - ADMIN_ROLES)
        asked.update(waiting)
        if not waiting:
            break
    return sorted(asked), found


def _later(client: Client, roles: list[str]) -> list[Privilege] | None:
    """What they get on objects that are made later; None where that cannot be asked."""
    try:
        rows = [row for name in roles for row in client.run(setup_sql.show_future_grants_to_role(name)).rows]
    except SnowflakeError:
        return None
    return [_read_later(row) for row in rows]


def _read_later(row: dict[str, object]) -> Privilege:
    """The kind stands in the name's place: `LAKE.NYC.<TABLE>`."""
    place = names.split_path(str(row["name"]).rpartition(".")[0])
    kind = FUTURE + str(row["grant_on"]).replace("_", " ")
    return Privilege(str(row["privilege"]), kind, place, str(row["grant_option"]).lower() == "true")


def _read(row: dict[str, object]) -> Privilege:
    kind = str(row["granted_on"])
    name = names.split_path(str(row["name"])) if kind not in ("FUNCTION", "PROCEDURE") else (str(row["name"]),)
    return Privilege(str(row["privilege"]), kind, name, str(row["grant_option"]).lower() == "true")


def _words(privilege: Privilege) -> str:
    name = ".".join(privilege.name)
    where = "the account" if privilege.kind == "ACCOUNT" else f"{privilege.kind.lower()} {name}"
    if privilege.kind.startswith(FUTURE):
        where = f"{privilege.kind.lower()}s of schema {name}"
    return f"{privilege.privilege} on {where}" + (" with the right to pass it on" if privilege.grantable else "")


def _sign_in(client: Client, user: str) -> list[Finding]:
    """How the user signs in, where its role may see that."""
    try:
        rows = client.run(setup_sql.describe_user(user)).rows
    except SnowflakeError:
        return [Finding(f"How {user} signs in cannot be seen by its role.", is_hint=True)]
    told = {str(row["property"]).upper(): str(row["value"] or "") for row in rows}
    found = []
    if told.get("TYPE", "").upper() not in ("SERVICE", ""):
        words = f"{user} is a person's user. A service user cannot sign in with a password."
        found.append(Finding(words, setup_sql.make_service(user)))
    if all(told.get(f"{slot}_FP", "").lower() in ("", "null") for slot in setup_sql.KEY_SLOTS):
        found.append(_named_keys(client, user))
    return found


def _named_keys(client: Client, user: str) -> Finding:
    """Of a user whose properties hold no key."""
    named, give = key_pairs.named(client, user), "Give it one, and take its password away."
    if named:
        names = ", ".join(sorted(named.values()))
        words = f"{user} signs in with a named key pair ({names}), which `snowflake rotate-key` does not change."
        return Finding(words, is_hint=True)
    if named is None:
        see = setup_sql.show_key_pairs(user)
        return Finding(f"{user} signs in without a key pair, unless it has a named one: {see}. {give}")
    return Finding(f"{user} signs in without a key pair, named ones included. {give}")
