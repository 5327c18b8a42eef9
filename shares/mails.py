"""One function per mail about requests and shares. Each is posted once per event and recipient."""

from __future__ import annotations
