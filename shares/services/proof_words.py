"""What an isolation test found, in the reader's language."""

from __future__ import annotations

from shares.core import verdicts
from shares.models import Proof
from shares.services.translated import translated


def told(proof: Proof) -> str:
    """Rows of before keep their English; what most of them say is known by its number."""
    isolated = verdicts.isolated(proof.rows)
    return translated(isolated if proof.words == isolated else proof.words)
