"""Doing something for whoever looks at a page: asked again whether they may, off the event loop."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import structlog
from nicegui import background_tasks, run

from limner.console.view import View, Viewer
from limner.core.errors import Broken, Forbidden, LimnerError
from limner.core.progress import Progress
from limner.govern.roles import demand

T = TypeVar("T")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does it, and when."""

    name: str
    at: datetime


def permitted(view: View, permission: str) -> Viewer:
    """Whoever looks, as the store knows them now, if they may.

    Raises: `Forbidden` when the session has ended or the role may not.
    """
    viewer = view.renew()
    if viewer is None:
        raise Forbidden("not-signed-in", "your session has ended; sign in again")
    demand(viewer.role, permission)
    return viewer


async def do(view: View, permission: str, deed: Callable[[Doer], T]) -> T | LimnerError:
    """What the deed gives, or why it could not be done."""
    return await run.io_bound(_attempt, view, permission, deed)


def _attempt(view: View, permission: str, deed: Callable[[Doer], T]) -> T | LimnerError:
    try:
        viewer = permitted(view, permission)
        return deed(Doer(viewer.name, datetime.now(UTC)))
    except LimnerError as error:
        return error
    except Exception as error:
        return _broken(view, error)


def _broken(view: View, error: Exception) -> Broken:
    code = secrets.token_hex(4)
    log.error("deed-broken", code=code, path=view.path, exc_info=error)
    return Broken("deed-broken", f"something went wrong; it was written to the log under {code}")


@dataclass(slots=True)
class Job:
    """Long work that goes on whether or not somebody watches; `error` is why it stopped."""

    kind: str
    fraction: float = 0.0
    is_done: bool = False
    error: LimnerError | None = None


# One process serves one installation, so what it is at is known here, by campaign.
JOBS: dict[str, Job] = {}


def start(
    view: View, permission: str, key: str, kind: str, work: Callable[[Doer, Progress], object]
) -> Job:
    """Begin long work on `key`, or watch what is at work on it already."""
    found = JOBS.get(key)
    if found is not None and not found.is_done:
        return found
    job = JOBS[key] = Job(kind)

    def note(_step: str, fraction: float) -> None:
        job.fraction = fraction

    async def run_it() -> None:
        outcome = await do(view, permission, lambda doer: work(doer, note))
        job.error = outcome if isinstance(outcome, LimnerError) else None
        job.is_done = True

    background_tasks.create(run_it(), name=f"{kind} {key}")
    return job
