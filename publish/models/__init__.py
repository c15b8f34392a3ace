from publish.models.checks import ConnectionCheck, Drift, HandOver
from publish.models.corrections import Correction, CorrectionStep, Deletion
from publish.models.finding import SearchVariant, SearchWord
from publish.models.overdue import OverdueCopy
from publish.models.planning import ChannelSettings, ExternalPush, Preview, PreviewReader, PushSlot, QuietDate
from publish.models.publications import Publication, Withdrawal
from publish.models.pushes import (
    AccessToken,
    Account,
    Attempt,
    CallbackEvent,
    Channel,
    Delivery,
    Heartbeat,
    Instance,
    Intent,
    JobRun,
    Leftover,
    Move,
    Outcome,
    Outgoing,
    Push,
    PushItem,
    Rung,
    Stray,
    UploadedMedia,
)
from publish.models.readers import CacheRefresh, ReaderFeedback, VisitCount
from publish.models.search import SearchEntry


__all__ = [
    "AccessToken",
    "Account",
    "Attempt",
    "CacheRefresh",
    "CallbackEvent",
    "Channel",
    "ChannelSettings",
    "ConnectionCheck",
    "Correction",
    "CorrectionStep",
    "Deletion",
    "Delivery",
    "Drift",
    "ExternalPush",
    "HandOver",
    "Heartbeat",
    "Instance",
    "Intent",
    "JobRun",
    "Leftover",
    "Move",
    "Outcome",
    "Outgoing",
    "OverdueCopy",
    "Preview",
    "PreviewReader",
    "Publication",
    "Push",
    "PushItem",
    "PushSlot",
    "QuietDate",
    "ReaderFeedback",
    "Rung",
    "SearchEntry",
    "SearchVariant",
    "SearchWord",
    "Stray",
    "UploadedMedia",
    "VisitCount",
    "Withdrawal",
]
