"""The domain's tables: what was asked, what was decided, what should be, what was done and seen."""

from __future__ import annotations

from shares.models.accounts import ConsumerAccount, ProviderAccount, Workspace
from shares.models.adoptions import Adoption
from shares.models.catalog import Dataset, DatasetColumn, DatasetObject, Treatment
from shares.models.claims import AccountClaim
from shares.models.delegations import Delegation
from shares.models.endings import EndedGrant, Ending
from shares.models.handshakes import Handshake
from shares.models.health import Beat, Proof, ReadDay, Reading
from shares.models.imports import LakeImport, LakeImportRow
from shares.models.incidents import Incident
from shares.models.moves import Move
from shares.models.operations import Bulk, BulkRow, Look, SavedFilter
from shares.models.policies import ApproverGroup, PinnedPolicy, Policy, PolicyRule, PolicyStage, PolicyVersion
from shares.models.rebindings import Rebinding
from shares.models.remarks import Remark
from shares.models.replies import HeldReply
from shares.models.requests import Ask, RequestLine, ShareRequest, Vote
from shares.models.reviews import AccessReview
from shares.models.runs import Run, Statement
from shares.models.shares import Grant, Share
from shares.models.versions import Acknowledgement, DatasetVersion, SourcePrint

__all__ = [
    "AccessReview",
    "AccountClaim",
    "Acknowledgement",
    "Adoption",
    "ApproverGroup",
    "Ask",
    "Beat",
    "Bulk",
    "BulkRow",
    "ConsumerAccount",
    "Dataset",
    "DatasetColumn",
    "DatasetObject",
    "DatasetVersion",
    "Delegation",
    "EndedGrant",
    "Ending",
    "Grant",
    "Handshake",
    "HeldReply",
    "Incident",
    "LakeImport",
    "LakeImportRow",
    "Look",
    "Move",
    "PinnedPolicy",
    "Policy",
    "PolicyRule",
    "PolicyStage",
    "PolicyVersion",
    "Proof",
    "ProviderAccount",
    "ReadDay",
    "Reading",
    "Rebinding",
    "Remark",
    "RequestLine",
    "Run",
    "SavedFilter",
    "Share",
    "ShareRequest",
    "SourcePrint",
    "Statement",
    "Treatment",
    "Vote",
    "Workspace",
]
