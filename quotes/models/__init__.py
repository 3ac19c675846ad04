"""The tables of quotes: what was promised and what happened; no arithmetic."""

from __future__ import annotations

from .actuals import Baseline, Project, RefusedRow, RoleRate, SourceFile, WorkRecord
from .changes import ChangeOrder, Delay, DelayEnd, ReserveDraw
from .decisions import Approval, Lost, SignedOrder, SiteCapacity
from .disputes import Dispute, DisputedAgain, DisputeVerdict
from .dropping import ColumnMapping, DroppedFile
from .gates import GateBatch, GateMove, SampleDraw
from .inbox import InboxItem, InboxKind, Recipient
from .jobs import ENDED, Job, JobState
from .lifecycle import MOVES, OPEN_STATES, TRANSITIONS, State, open_moves
from .manifests import DeliveredItem
from .names import RememberedName
from .other_costs import OtherCost
from .packs import MonthPack
from .paid import ClosedPeriod, PaidFile, PaidRecord, ProjectWord
from .people import ErasedPerson
from .quotes import (
    Acceptance,
    FrozenDocument,
    FrozenPdf,
    LineChoice,
    NumberSeries,
    PersonalDetail,
    PriceDecision,
    Quote,
    QuoteEvent,
    QuoteLink,
    QuoteRevision,
    Scenario,
)
from .rollups import GateRollup, ProjectRollup
from .staging import StagedRow, Staging
from .texts import PublishedSection, PublishedTemplate, PublishedTerms, QuoteTexts
from .times import ItemTimes
from .uploads import Upload, UploadPart

__all__ = [
    "ENDED",
    "MOVES",
    "OPEN_STATES",
    "TRANSITIONS",
    "Acceptance",
    "Approval",
    "Baseline",
    "ChangeOrder",
    "ClosedPeriod",
    "ColumnMapping",
    "Delay",
    "DelayEnd",
    "DeliveredItem",
    "Dispute",
    "DisputeVerdict",
    "DisputedAgain",
    "DroppedFile",
    "ErasedPerson",
    "FrozenDocument",
    "FrozenPdf",
    "GateBatch",
    "GateMove",
    "GateRollup",
    "InboxItem",
    "InboxKind",
    "ItemTimes",
    "Job",
    "JobState",
    "LineChoice",
    "Lost",
    "MonthPack",
    "NumberSeries",
    "OtherCost",
    "PaidFile",
    "PaidRecord",
    "PersonalDetail",
    "PriceDecision",
    "Project",
    "ProjectRollup",
    "ProjectWord",
    "PublishedSection",
    "PublishedTemplate",
    "PublishedTerms",
    "Quote",
    "QuoteEvent",
    "QuoteLink",
    "QuoteRevision",
    "QuoteTexts",
    "Recipient",
    "RefusedRow",
    "RememberedName",
    "ReserveDraw",
    "RoleRate",
    "SampleDraw",
    "Scenario",
    "SignedOrder",
    "SiteCapacity",
    "SourceFile",
    "StagedRow",
    "Staging",
    "State",
    "Upload",
    "UploadPart",
    "WorkRecord",
    "open_moves",
]
