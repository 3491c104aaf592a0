"""kill -9 in the middle of sending: one file for each contact, none doubled, none lost."""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import select

from limner.act.campaign import CampaignPlan, Template
from limner.app import Limner
from limner.app.campaigns import draft_campaign, plan_campaign, send_campaign
from limner.govern.consent import ConsentChange, import_consents
from limner.store.models import Delivery

pytestmark = pytest.mark.faults

NOON = datetime(2017, 12, 1, 12, tzinfo=UTC)
PEOPLE = 500
SENDER = """
import sys
from datetime import datetime
from pathlib import Path
from limner.app import Limner
from limner.act import send
from limner.app.campaigns import send_campaign
send.BATCH = 23  # many borders between batches for the kill to fall upon
limner = Limner.open(Path(sys.argv[1]))
print("ready", flush=True)
send_campaign(limner, "W", datetime.fromisoformat(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A home with a campaign that is ready to go, and how many it contacts."""
    home = tmp_path_factory.mktemp("planned") / "home"
    limner = Limner.open(home)
    ids = [f"c{n:03}" for n in range(PEOPLE)]
    limner.lake.replace(
        "profiles",
        pa.table({"customer_id": ids, "name": ids, "email": [f"{c}@shop.example" for c in ids]}),
    )
    import_consents(
        limner.store, [ConsentChange(c, "marketing", "email", True, NOON, "form") for c in ids]
    )
    plan = CampaignPlan(
        name="W", offer="5 off", policy="everyone", control_share=0.2,
        starts_at=NOON, ends_at=NOON + timedelta(days=30),
        templates={"en": Template("Hi {{ customer.name }}", "{{ offer.text }}\n" * 50)},
    )  # fmt: skip
    draft_campaign(limner, plan, "ann", NOON)
    contacts = plan_campaign(limner, "W", NOON)["contact"]
    limner.store.close()
    return home, contacts


def start(home: Path) -> subprocess.Popen[str]:
    run = subprocess.Popen(
        [sys.executable, "-c", SENDER, str(home), NOON.isoformat()],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert run.stdout is not None
    assert run.stdout.readline() == "ready\n", run.communicate()
    return run


def delivered(home: Path) -> list[Path]:
    return list(home.glob("outbox/*/*.eml"))


def kill_at(home: Path, files: int, pause: float) -> bool:
    """Kill a run once so many files are there and a pause has passed; whether it was still going."""
    run = start(home)
    while run.poll() is None and len(delivered(home)) < files:
        time.sleep(0.004)
    time.sleep(pause)
    was_going = run.poll() is None
    run.send_signal(signal.SIGKILL)
    run.communicate()
    return was_going


def check(home: Path, contacts: int) -> None:
    limner = Limner.open(home)
    mails = [message_from_bytes(file.read_bytes()) for file in delivered(home)]
    assert Counter(mail["To"] for mail in mails).most_common(1)[0][1] == 1
    assert len(mails) == contacts
    assert all(mail.get_payload().count("5 off") == 50 for mail in mails)  # none cut short
    assert list(home.glob("outbox/*/.*")) == []
    with limner.store.session() as session:
        states = Counter(session.scalars(select(Delivery.status)).all())
    assert states == {"sent": contacts}
    messages = limner.lake.fetch(limner.lake.table("messages"))
    assert messages.num_rows == len(set(messages["message_id"].to_pylist())) == contacts
    arms = Counter(limner.lake.fetch(limner.lake.table("exposures"))["arm"].to_pylist())
    assert arms == {"treated": contacts, "control": PEOPLE - contacts}
    limner.store.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_killed_again_and_again_then_run_to_the_end(
    planned: tuple[Path, int], tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    source, contacts = planned
    home = tmp_path / "home"
    shutil.copytree(source, home)
    points = sorted(rng.sample(range(1, contacts), 2))
    killed = [kill_at(home, point, rng.uniform(0, 0.01)) for point in points]
    # the last files are there: this one falls into noting outcomes and writing the lake
    killed.append(kill_at(home, contacts, rng.uniform(0, 0.3)))
    assert sum(killed) >= 2  # else nothing was tested
    last = send_campaign(Limner.open(home), "W", NOON)
    assert (last["status"], last["sent"], last["waiting"]) == ("sent", contacts, 0)
    check(home, contacts)


def test_killed_between_the_file_and_its_note(planned: tuple[Path, int], tmp_path: Path) -> None:
    """The worst moment, made by hand: claimed, the file there, the outcome not noted."""
    source, contacts = planned
    home = tmp_path / "home"
    shutil.copytree(source, home)
    limner = Limner.open(home)
    send_campaign(limner, "W", NOON)
    files = sorted(delivered(home))
    there, lost = files[0], files[1]
    kept = there.read_bytes()
    lost.unlink()
    (lost.parent / f".{lost.stem}.x1.part").write_bytes(b"half a mess")
    from limner.store.models import Campaign

    with limner.store.session() as session:
        for file in (there, lost):
            session.get_one(Delivery, file.stem).status = "claimed"
        session.scalars(select(Campaign)).one().status = "sending"
    assert send_campaign(limner, "W", NOON)["sent"] == contacts
    limner.store.close()
    assert there.read_bytes() == kept
    check(home, contacts)
