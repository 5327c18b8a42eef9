"""The portal's own settings with two addresses more, for bench.web: everything else is what an installation has."""

from __future__ import annotations

import os
from pathlib import Path

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "bench.web_urls"
STATIC_ROOT = Path(os.environ["BENCH_STATIC"])
