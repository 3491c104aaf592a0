"""An event just as it was received, as long as the log still has it."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from limner.app.limner import Limner
from limner.collect.log import EventLog, open_log
from limner.core.errors import LimnerError


def received(limner: Limner, position: int) -> Any:
    """The JSON of the event at a position of the log; None when the log has let go of it."""
    try:
        batches = _log(limner.settings.log_url).read(position - 1, 1)
    except LimnerError:
        return None
    for batch in batches:
        place = position - batch.first
        if 0 <= place < batch.count:
            try:
                return json.loads(batch.body)[place]
            except (ValueError, IndexError):
                return None
    return None


@lru_cache(maxsize=4)
def _log(url: str) -> EventLog:
    return open_log(url)
