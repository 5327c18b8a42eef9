"""System checks for operator mistakes, with stable ids."""

from __future__ import annotations
