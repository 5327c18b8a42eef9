"""celery, run in its own environment: as its worker's application, and PORT COUNT to put so many tasks into the queue.

The task leaves one byte in a file, which is how anybody sees that it was carried out.
"""

from __future__ import annotations

import os
import sys

from celery import Celery

app = Celery("bench", broker=os.environ.get("BENCH_BROKER", ""))
app.conf.task_ignore_result = True


@app.task(name="nothing")  # type: ignore[untyped-decorator]
def nothing() -> None:
    with open(os.environ["BENCH_DONE"], "ab", buffering=0) as file:
        file.write(b".")


if __name__ == "__main__":
    for _ in range(int(sys.argv[1])):
        nothing.delay()
