"""The judges' own tests run in the judges' environments only: here just the file that starts them is collected."""

from __future__ import annotations

from pathlib import Path

collect_ignore = [path.name for path in Path(__file__).parent.iterdir() if path.is_dir()]
