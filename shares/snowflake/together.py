"""Several statements of one session side by side: each keeps its own answer, its own error and its own query id."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from shares.snowflake.client import Client, Result
from shares.snowflake.errors import Policy, SnowflakeError

# Of one run. A session may run several statements at once; more than this only queue up in a small warehouse.
AT_ONCE = 8
# Before each further try of what may be sent twice; and how long all tries may take, far from a lease's length.
PAUSES = (0.1, 0.3, 0.6, 1.0, 1.5)
PATIENCE = 20.0


def run_together(client: Client, texts: Sequence[str], at_once: int = AT_ONCE) -> Iterator[Result | SnowflakeError]:
    """The answers in the order of `texts`; a refused statement stands in its place as its error.

    All have been answered when this returns its last; an error of another kind is raised then. Nothing but the
    network is touched by other threads: rows are written by the caller.
    """
    if len(texts) == 1:
        yield _answer(client, texts[0])
        return
    with ThreadPoolExecutor(min(at_once, len(texts)), thread_name_prefix="statement") as pool:
        yield from pool.map(_answer, [client] * len(texts), texts)


def run_repeatably(client: Client, texts: Sequence[str], at_once: int = AT_ONCE) -> list[Result | SnowflakeError]:
    """Like run_together, for what may be sent twice without harm: whatever got no answer is asked again, a few times.

    A look is seven statements: where three in ten fail, hardly one look in twelve would come through whole.
    """
    began = time.monotonic()
    answers = list(run_together(client, texts, at_once))
    for pause in PAUSES:
        lost = [place for place, answer in enumerate(answers) if _is_lost(answer)]
        if not lost or time.monotonic() - began > PATIENCE:
            break
        time.sleep(pause)
        again = run_together(client, [texts[place] for place in lost], at_once)
        for place, answer in zip(lost, again, strict=True):
            answers[place] = answer
    return answers


def _is_lost(answer: Result | SnowflakeError) -> bool:
    """The driver itself tries again after what its own policy calls RETRY; the others are final."""
    return isinstance(answer, SnowflakeError) and answer.policy is Policy.REOBSERVE


class Ahead:
    """A client that has sent `texts` side by side already: each keeps its answer for whoever asks it first. Anything
    else, and the same text again, goes to Snowflake."""

    def __init__(self, client: Client, texts: Sequence[str]) -> None:
        self._client = client
        self._answers = dict(zip(texts, run_together(client, texts), strict=True)) if texts else {}

    def run(self, sql: str) -> Result:
        answer = self._answers.pop(sql, None)
        if answer is None:
            return self._client.run(sql)
        if isinstance(answer, SnowflakeError):
            raise answer
        return answer

    def close(self) -> None:
        self._client.close()

    def discard(self) -> None:
        self._client.discard()


def _answer(client: Client, text: str) -> Result | SnowflakeError:
    try:
        return client.run(text)
    except SnowflakeError as error:
        return error
