"""ASYNC: statements of a block that run beside it, in sessions of their own."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from sandbox.context import Context, Engine
from sandbox.errors import fail
from sandbox.results import Result
from sandbox.sessions import Session, query_id

# So many run at the same time; the others wait for their turn. Snowflake runs up to 4,000.
AT_ONCE = 8
_LOOK_EVERY = 0.2


@dataclass
class Job:
    """A statement on its way; `at` is where it was started."""

    query: str
    session: Session
    at: tuple[int, int]
    future: Future[Result]
    awaited: bool = False


class Jobs:
    """The jobs of one block."""

    def __init__(self, ctx: Context, engine: Engine) -> None:
        self._ctx = ctx
        self._engine = engine
        self._pool: ThreadPoolExecutor | None = None
        self._all: list[Job] = []

    def start(self, sql: str, at: tuple[int, int]) -> Job:
        """Runs the statement as it stands in a session like that of the block, but with autocommit."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="job")
        session = self._engine.branch(self._ctx.session)
        session.parameters["AUTOCOMMIT"] = True
        query = query_id()
        future = self._pool.submit(self._run, session, sql, query)
        job = Job(query, session, at, future)
        self._all.append(job)
        return job

    def _run(self, session: Session, sql: str, query: str) -> Result:
        try:
            return self._engine.execute(session, sql, query, request=self._ctx.request)
        finally:
            self._engine.end_session(session)

    def open(self) -> list[Job]:
        """Jobs that nobody awaited yet, in the order in which they were started."""
        return [job for job in self._all if not job.awaited]

    def result(self, job: Job) -> Result:
        """Waits for the job; raises its error, or 000604 when the block itself is to stop meanwhile."""
        job.awaited = True
        while not wait([job.future], timeout=_LOOK_EVERY).done:
            if self._ctx.session.is_canceled():
                raise fail("canceled")
        return job.future.result()

    def cancel(self, job: Job) -> None:
        job.awaited = True
        job.future.cancel()
        job.session.cancel(job.query)

    def close(self) -> None:
        """Nothing outlives its block: what was not awaited is canceled."""
        waiting = {job.future for job in self._all}
        while waiting:
            for job in self._all:
                # An interrupt that comes just before the engine begins is lost, so it is sent again.
                if not job.future.done():
                    self.cancel(job)
            waiting = wait(waiting, timeout=_LOOK_EVERY).not_done
        if self._pool is not None:
            self._pool.shutdown(wait=True)
        for job in self._all:
            if job.future.cancelled():
                self._engine.end_session(job.session)
