"""What somebody else may do to a share in Snowflake by hand, with every right to."""

from __future__ import annotations

from dataclasses import replace

from shares.core.spec import Granted
from tests.unit.simulator import Share, Thing, World

STRANGER, CUSTOMER, DATABASE = "EVIL.CORP", "CARRIERUA.ANALYTICS", "FIRN_OUT"
HANDS = ("view", "share", "grant", "unsecure", "wider", "stranger", "account", "extra", "schema")


def meddle(world: World, name: str, what: str, theirs: dict[tuple[str, ...], Thing]) -> None:
    """Somebody else, with every right, does `what` to the share."""
    share, schema = world.shares.get(name), (DATABASE, name)
    extra: tuple[str, ...] = (*schema, "EXTRA")
    views = sorted(path for path in world.views if path[:2] == schema and path not in theirs)
    if what == "share":
        world.shares.pop(name, None)
    elif what == "stranger" and share and share.database:
        share.accounts.append(STRANGER)
    elif what == "account" and share:
        share.accounts.clear()
    elif what == "extra" and share and share.database and schema in world.schemas:
        world.views[extra] = theirs[extra] = Thing("SELECT * FROM LAKE.NYC.FLIGHTS", True, "theirs")
        share.grants.add(Granted("SELECT", "VIEW", extra))
    elif what == "schema" and not theirs:
        for path in views:
            del world.views[path]
            world._forget(path)
        world.schemas.pop(schema, None)
        world._forget(schema)
    elif views and what in ("view", "grant", "unsecure", "wider"):
        _one_view(world, share, views[0], what)


def _one_view(world: World, share: Share | None, path: tuple[str, ...], what: str) -> None:
    if what == "view":
        del world.views[path]
        world._forget(path)
    elif what == "grant" and share:
        share.grants.discard(Granted("SELECT", "VIEW", path))
    elif what == "unsecure":
        world.unsecure(path)
    elif what == "wider":
        world.views[path] = replace(world.views[path], definition="SELECT * FROM LAKE.NYC.FLIGHTS")
