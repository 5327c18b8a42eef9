"""The domain in Django's administration: the catalog to edit, what was decided and done to read."""

from __future__ import annotations

from shares.admin import accounts, catalog, incidents, moves, policies, rebindings, requests, runs, shares

__all__ = ["accounts", "catalog", "incidents", "moves", "policies", "rebindings", "requests", "runs", "shares"]
