"""Login, token renewal, heartbeat, logout."""

from __future__ import annotations

import time
from collections import ChainMap
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sandbox import regions
from sandbox.auth import AccessToken, LoginRefused, log_in
from sandbox.catalog import find_account
from sandbox.context import Context
from sandbox.engine import Sandbox
from sandbox.errors import SandboxError
from sandbox.http.wire import Answer, body_of, parameters, refusal, respond, success
from sandbox.rights import closure
from sandbox.sessions import Session
from sandbox.statements.parameters import user_parameters
from sandbox.statements.session import PARAMETERS, checked, use_database, use_schema, use_warehouse
from sandbox.store import Thing
from sandbox.translate.calls import VERSION

GONE, EXPIRED, MASTER_GONE, MASTER_EXPIRED = 390104, 390112, 390113, 390114


def token_in(request: Request) -> str:
    """The token of `Authorization: Snowflake Token="…"`."""
    header = request.headers.get("authorization", "")
    _, _, rest = header.partition('Token="')
    return rest.partition('"')[0]


def session_of(sandbox: Sandbox, request: Request) -> Session | Answer:
    """The session of a request, or the refusal to send."""
    session = sandbox.sessions.by_token(token_in(request))
    if session is None:
        return refusal(GONE, "Session no longer exists. New login required to access the service.")
    if time.time() > session.token_until:
        return refusal(EXPIRED, "Your session has expired.")
    return session


async def login(request: Request) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    data = (await body_of(request)).get("data")
    if not isinstance(data, dict):
        return respond(refusal(390400, "Bad request."))
    return await run_in_threadpool(_login, sandbox, data, dict(request.query_params), request.url.hostname or "")


def _login(sandbox: Sandbox, data: dict[str, Any], query: dict[str, str], host: str) -> Response:
    # Of an unknown account Snowflake's front door knows no host name: it answers 404 before any login is looked at.
    account = _account(sandbox, str(data.get("ACCOUNT_NAME") or ""), query.get("region", ""), host)
    if account is None:
        return respond(refusal(390404, "The requested account was not found."), 404)
    try:
        user, token = log_in(sandbox.store, account, data)
        session = _open(sandbox, account, user, token, data, query)
    except LoginRefused as error:
        return respond(refusal(error.code, error.text, {"nextAction": "RETRY_LOGIN"}))
    except SandboxError as error:
        return respond(refusal(error.code, error.text))
    return respond(success(_opened(sandbox, session, account, user)))


def _account(sandbox: Sandbox, name: str, region: str, host: str) -> Thing | None:
    """By `org-account` or locator. A locator of several regions needs its region: behind a dot, in `region`, or in the
    host name `locator.region.cloud.snowflakecomputing.com`; without one it is nobody's, and never guessed.
    """
    first, _, rest = name.upper().partition(".")
    if not first:
        return None
    found = find_account(sandbox.store, name) or find_account(sandbox.store, first)
    located = [a for a in sandbox.store.accounts_called(first) if a.props["locator"] == first]
    for hint in (rest, region, _region_in(host, first)):
        if hint and located:
            there = [a for a in located if regions.named(regions.of(a), hint)]
            return there[0] if len(there) == 1 else None
    return found


def _region_in(host: str, locator: str) -> str:
    label, _, rest = host.upper().partition(".")
    return rest.partition(".SNOWFLAKECOMPUTING")[0] if label == locator and ".SNOWFLAKECOMPUTING" in rest else ""


def _open(
    sandbox: Sandbox,
    account: Thing,
    user: Thing,
    token: AccessToken | None,
    data: dict[str, Any],
    query: dict[str, str],
) -> Session:
    role = _role(sandbox, account, user, query.get("roleName"), token)
    session = sandbox.new_session(account.id, user.id, role.id)
    session.by_access_token = token is not None
    session.restricted = role.id if token and token.role else None
    session.parameters = ChainMap({}, user_parameters(user))
    session.secondary = "" if session.restricted else str(user.props.get("default_secondary_roles") or "")
    ctx = Context(sandbox.store, sandbox.lake, session, "")
    warehouse = query.get("warehouse") or user.props.get("default_warehouse")
    _quietly(use_warehouse, ctx, warehouse.upper() if warehouse else None)
    database, schema = query.get("databaseName"), query.get("schemaName")
    _quietly(use_database, ctx, database.upper() if database else None)
    if session.database and schema:
        _quietly(use_schema, ctx, [session.database, schema.upper()])
    for name, value in (data.get("SESSION_PARAMETERS") or {}).items():
        if str(name).upper() in PARAMETERS:
            session.parameters[str(name).upper()] = checked(str(name).upper(), value)
    session.parameters["CLIENT_APP"] = str(data.get("CLIENT_APP_ID") or "")
    for gone in sandbox.sessions.expired():
        sandbox.end_session(gone)
    sandbox.sessions.renew(session)
    return session


def _quietly(use: Any, ctx: Context, name: Any) -> None:
    """A database, schema or warehouse that cannot be used does not stop a login; the session simply has none."""
    if name:
        try:
            use(ctx, name)
        except SandboxError:
            return


def _role(sandbox: Sandbox, account: Thing, user: Thing, wanted: str | None, token: AccessToken | None) -> Thing:
    """The role asked for, else the user's default role, else PUBLIC; one that is not granted is refused (390189).

    A token that is restricted to a role gives that role and no other; it is worth nothing once the user lost the role.
    """
    store = sandbox.store
    if token is not None and token.role:
        role = store.find(account.id, "ROLE", token.role)
        if role is None or role.id not in store.roles_of(user.id) or (wanted or token.role).upper() != token.role:
            raise LoginRefused(394400, "Programmatic access token is invalid.")
        return role
    name = (wanted or user.props.get("default_role") or "PUBLIC").upper()
    role = store.find(account.id, "ROLE", name)
    granted = {r for direct in store.roles_of(user.id) for r in closure(store, direct, account.id)}
    if role is not None and (role.id in granted or name == "PUBLIC"):
        return role
    if wanted:
        raise LoginRefused(
            390189,
            f"Role '{name}' specified in the connect string does not exist or not authorized. "
            "Contact your local system administrator, or attempt to login with another role.",
        )
    public = store.find(account.id, "ROLE", "PUBLIC")
    if public is None:
        raise LoginRefused(390189, "The account has no role PUBLIC.")
    return public


def _opened(sandbox: Sandbox, session: Session, account: Thing, user: Thing) -> dict[str, Any]:
    return {
        "token": session.token,
        "masterToken": session.master,
        "validityInSeconds": int(sandbox.sessions.token_seconds),
        "masterValidityInSeconds": int(sandbox.sessions.master_seconds),
        "displayUserName": user.name,
        "serverVersion": VERSION,
        "firstLogin": False,
        "remMeToken": None,
        "remMeValidityInSeconds": 0,
        "healthCheckInterval": 45,
        "newClientForUpgrade": None,
        "sessionId": session.id,
        "parameters": parameters(session),
        "idToken": None,
        "idTokenValidityInSeconds": 0,
        "responseData": None,
        "mfaToken": None,
        "mfaTokenValidityInSeconds": 0,
        "sessionInfo": {
            "databaseName": session.database,
            "schemaName": session.schema,
            "warehouseName": session.warehouse,
            "roleName": sandbox.store.at(session.role).name,
        },
    }


async def renew(request: Request) -> Response:
    """A new token for an old one, by the master token."""
    sandbox: Sandbox = request.app.state.sandbox
    await body_of(request)
    session = sandbox.sessions.by_master(token_in(request))
    if session is None:
        return respond(refusal(MASTER_GONE, "Master token not found. Must login again."))
    if time.time() > session.master_until:
        return respond(refusal(MASTER_EXPIRED, "Authentication token has expired. The user must authenticate again."))
    sandbox.sessions.renew(session)
    return respond(
        success(
            {
                "sessionToken": session.token,
                "validityInSecondsST": int(sandbox.sessions.token_seconds),
                "masterToken": session.master,
                "validityInSecondsMT": int(sandbox.sessions.master_seconds),
                "sessionId": session.id,
            }
        )
    )


async def heartbeat(request: Request) -> Response:
    found = session_of(request.app.state.sandbox, request)
    return respond(success() if isinstance(found, Session) else found)


async def session(request: Request) -> Response:
    """`POST /session?delete=true`: the end of a session."""
    sandbox: Sandbox = request.app.state.sandbox
    found = session_of(sandbox, request)
    if not isinstance(found, Session):
        return respond(found)
    if request.query_params.get("delete") == "true":
        await run_in_threadpool(sandbox.end_session, found)
    return respond(success())
