"""The columns that what is shared is made of: whatever searches all tables for a word leaves them as they are."""

from __future__ import annotations

from shares.models import Adoption, DatasetColumn, DatasetObject, DatasetVersion, Share, Workspace

# A model and the names of its fields.
LIVE = (
    (Workspace, "tenant_key"),
    (DatasetObject, "shared_name", "source_database", "source_schema", "source_name"),
    (DatasetObject, "tenant_column", "freshness_column", "arguments", "returns", "body"),
    (DatasetColumn, "name", "data_type"),
    (DatasetVersion, "content"),
    (Share, "adopted_name", "adopted_database"),
    (Adoption, "found", "kept"),
)
