"""What a run removes: its own objects, all of them, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.contract import reach, spec
from tests.live.place import Place, is_live, left_by_others, sandbox, sign_in

pytestmark = pytest.mark.skipif(is_live(), reason="makes objects without the mark: for the sandbox only")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Place]:
    """A place of its own, in a sandbox of its own."""
    with sandbox(tmp_path) as file:
        provider, consumer = sign_in(file, "provider"), sign_in(file, "consumer")
        yield Place(provider, consumer)
        provider.client.close()
        consumer.client.close()


def names(place: Place, kind: str) -> set[str]:
    return {str(row["name"]) for row in place.provider.client.run(f"SHOW {kind} LIKE 'FIRN_LIVE%'").rows}


def test_everything_of_the_run_goes(own: Place) -> None:
    own.prepare()
    wanted = spec(own)
    reach(own, wanted)
    assert own.consumer is not None
    mount = own.name("M")
    own.consumer.client.run(f"CREATE DATABASE {mount} FROM SHARE ACME.DATA.{wanted.share}")
    assert names(own, "SHARES") == {wanted.share}
    assert own.clean() == []
    assert (names(own, "SHARES"), names(own, "DATABASES")) == (set(), set())
    assert own.consumer.client.run(f"SHOW DATABASES LIKE '{mount}'").rows == ()


def test_what_lacks_the_mark_or_the_prefix_stays(own: Place) -> None:
    run = own.provider.client.run
    run(f"CREATE DATABASE {own.prefix}THEIRS COMMENT = 'theirs'")
    run(f"CREATE SHARE {own.prefix}THEIRS")
    run(f"CREATE DATABASE FIRN_LIVE_OTHERS COMMENT = '{own.mark}'")
    # LIKE takes `_` for any character: this one matches the pattern and has not the prefix.
    run(f"CREATE DATABASE FIRNXLIVEX{own.unique}_X COMMENT = '{own.mark}'")
    assert own.clean() == []
    assert names(own, "DATABASES") == {f"{own.prefix}THEIRS", "FIRN_LIVE_OTHERS", f"FIRNXLIVEX{own.unique}_X"}
    assert names(own, "SHARES") == {f"{own.prefix}THEIRS"}


def test_what_cannot_be_dropped_is_told(own: Place) -> None:
    own.prepare()
    run = own.provider.client.run
    run("CREATE SHARE KEEPER")
    run(f"GRANT USAGE ON DATABASE {own.lake} TO SHARE KEEPER")
    (left,) = own.clean()
    assert left.startswith(f"DATABASE {own.lake} in ACME.DATA: 3037 ")
    assert names(own, "DATABASES") == {own.lake}


def test_what_a_killed_run_left_is_found(own: Place) -> None:
    own.prepare()
    own.provider.client.run("CREATE DATABASE FIRN_LIVE_THEIRS COMMENT = 'theirs'")
    assert left_by_others(own.provider.client) == [own.lake, own.out]
