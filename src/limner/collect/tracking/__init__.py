"""The Segment and RudderStack tracking API: what a request says, without the web around it."""

from limner.collect.tracking.boot import analytics_settings, source_config
from limner.collect.tracking.credentials import write_keys
from limner.collect.tracking.report import Report, report
from limner.collect.tracking.request import Request, Sender, batch_of, read_request
from limner.collect.tracking.unpack import Unpacker

__all__ = [
    "Report",
    "Request",
    "Sender",
    "Unpacker",
    "analytics_settings",
    "batch_of",
    "read_request",
    "report",
    "source_config",
    "write_keys",
]
