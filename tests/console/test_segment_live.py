"""Who entered and left as a file: under today's names, hidden from eyes that may not see them."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.small_shop import fill, send, work

from limner.app import Limner, person
from limner.app.drafting import save_segment
from limner.app.worker import Worker
from limner.console.customer_known import read_known
from limner.console.numbers import Numbers
from limner.console.segment_live import moves
from limner.console.view import View, Viewer

NEW = "new.face@shop.example"


def view(limner: Limner, role: str, **params: str) -> View:
    return View(limner, Viewer(1, "vi", role, "en"), "en", Numbers("en"), "/", params)


def test_moves_are_masked_and_lead_to_who_is_known_only_live(limner: Limner) -> None:
    now = datetime.now(UTC)
    fill(limner, now)
    code = save_segment(
        limner, "Lookers", "count('Product Viewed' in last 7 days) >= 2", "ann", now
    )
    seen = {"type": "track", "event": "Product Viewed", "properties": {"product_id": "p1"}}
    send(limner, "shop", [{**seen, "userId": who} for who in (NEW, NEW, "u1")], now)
    work(limner)
    worker = Worker(limner)
    while worker.send_changes() or worker.step():
        pass
    worker.close()

    whole = moves(view(limner, "owner"), code).to_pylist()
    assert {(row["customer_id"], row["deed"]) for row in whole} == {(NEW, "entered"), ("u1", "entered")}  # fmt: skip
    masked = {row["customer_id"] for row in moves(view(limner, "viewer"), code).to_pylist()}
    (shown,) = masked - {"u1"}
    assert shown.startswith("~") and NEW not in str(masked)

    known = read_known(view(limner, "viewer", customer_id=shown))
    assert (known.customer_id, known.href_id, known.portrait) == (NEW, shown, None)
    assert person.hidden(limner, "~nobody") is None
    assert person.hidden(limner, NEW) is None
