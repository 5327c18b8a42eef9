"""Several statements of one session side by side: each keeps its own answer, its own error and its own query id."""

from __future__ import annotations

import contextvars
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from shares.snowflake.client import Client, Result
from shares.snowflake.errors import Policy, SnowflakeError

T = TypeVar("T")
Answer = Result | SnowflakeError

# Of one run. A session may run several statements at once; more than this only queue up in a small warehouse.
AT_ONCE = 8
# Before each further try of what may be sent twice; and how long all tries may take, far from a lease's length.
PAUSES = (0.1, 0.3, 0.6, 1.0, 1.5)
PATIENCE = 20.0
# Of one process, over all its runs. Threads are kept: to start one costs as much as to send a statement.
_THREADS = 128

_pool: ThreadPoolExecutor | None = None
_lock = threading.Lock()


def in_background(work: Callable[..., T], *arguments: object) -> Future[T]:
    """Have it done by another thread, which may touch nothing but the network: rows are the caller's."""
    global _pool
    with _lock:
        if _pool is None:
            _pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="statement")
        # A context of its own: what the driver leaves in one of a kept thread must not meet the next statement.
        return _pool.submit(contextvars.Context().run, work, *arguments)


def send(client: Client, texts: Sequence[str]) -> list[Future[Answer]]:
    """Send them all side by side and do not wait."""
    return [in_background(_answer, client, text) for text in texts]


def answers_to(sent: Sequence[Future[Answer]]) -> list[Answer]:
    """What came back, when all of it has: a refused statement stands in its place as its error."""
    wait(sent)
    return [future.result() for future in sent]


def run_together(client: Client, texts: Sequence[str], at_once: int = AT_ONCE) -> list[Answer]:
    """The answers in the order of `texts`; a refused statement stands in its place as its error.

    All have been answered when this returns; an error of another kind is raised then.
    """
    if len(texts) == 1:
        return [_answer(client, texts[0])]
    if len(texts) <= at_once:
        return answers_to(send(client, texts))
    with ThreadPoolExecutor(at_once, thread_name_prefix="statement") as pool:
        return list(pool.map(_answer, [client] * len(texts), texts))


def run_repeatably(client: Client, texts: Sequence[str], at_once: int = AT_ONCE) -> list[Answer]:
    """Like run_together, for what may be sent twice without harm."""
    return until_answered(client, texts, run_together(client, texts, at_once), at_once)


def until_answered(client: Client, texts: Sequence[str], answers: list[Answer], at_once: int = AT_ONCE) -> list[Answer]:
    """Ask again, a few times, what got no answer in the first round, whose answers are given.

    A look is seven statements: where three in ten fail, hardly one look in twelve would come through whole.
    """
    began = time.monotonic()
    answers = list(answers)
    for pause in PAUSES:
        lost = [place for place, answer in enumerate(answers) if _is_lost(answer)]
        if not lost or time.monotonic() - began > PATIENCE:
            break
        time.sleep(pause)
        again = run_together(client, [texts[place] for place in lost], at_once)
        for place, answer in zip(lost, again, strict=True):
            answers[place] = answer
    return answers


def _is_lost(answer: Answer) -> bool:
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


def _answer(client: Client, text: str) -> Answer:
    try:
        return client.run(text)
    except SnowflakeError as error:
        return error


def _forget_threads() -> None:
    """A fork takes no thread along."""
    global _pool, _lock
    _pool, _lock = None, threading.Lock()


os.register_at_fork(after_in_child=_forget_threads)
