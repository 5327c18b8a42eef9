"""A sandbox for judges that are not written in Python: `python -m tests.clients.serve` until standard input ends.

Prints one line of JSON: port, folder (of svc.pem and other.pem), password.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.sandbox.serving import PASSWORD, serving, write_world


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="judge-") as folder, serving(write_world(Path(folder))) as server:
        print(json.dumps({"port": server.port, "folder": folder, "password": PASSWORD}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
