"""`python -m demo.prepare database` makes tables and static files; `… catalog` needs the sandbox and adds the rest."""

from __future__ import annotations

import fcntl
import hashlib
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


def main(what: str) -> None:
    django.setup()
    if what == "database":
        call_command("migrate", interactive=False, verbosity=0)
        collect_static()
    else:
        # Models can be imported only now.
        from demo.seed import seed

        seed()


def collect_static() -> None:
    """Collect and compress the static files when they changed; two demos that start at once take turns."""
    root = Path(settings.STATIC_ROOT)
    root.mkdir(exist_ok=True)
    stamp, current = root / ".collected", _digest(settings.STATICFILES_DIRS)
    with (root / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.is_file() and stamp.read_text() == current:
            return
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(current)


def _digest(folders: list[Path]) -> str:
    """Our own files and the versions of what others bring."""
    digest = hashlib.sha256((Path(settings.BASE_DIR) / "requirements.txt").read_bytes())
    for folder in folders:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main(sys.argv[1])
