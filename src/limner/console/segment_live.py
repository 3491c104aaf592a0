"""A segment as it lives: who entered and who left it, kept up to date while somebody looks."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa

from limner.app import identity
from limner.app.live_members import LiveSegment, live_segment, live_version
from limner.console import charts_live as charts
from limner.console.charts import Look
from limner.console.fresh import keep_fresh
from limner.console.identity_names import customer_href, customer_name
from limner.console.parts import Figure, box, card, chart, figures, link, text
from limner.console.takeaway import takeaway
from limner.console.view import View
from limner.console.words import segment_live as words

SEES = "reports.read"
MOST_EXPORTED = 1_000_000  # moves in a file


def read(view: View, code: str) -> LiveSegment:
    """What happened lately in the segment of a code."""
    return live_segment(view.limner, code, datetime.now(UTC))


def draw(view: View, code: str, first: LiveSegment) -> None:
    """The card of a segment as it lives."""
    keep_fresh(
        view, SEES, lambda by: live_version(by.limner, code, datetime.now(UTC)),
        lambda by: read(by, code), lambda by, found: _draw(by, code, found), first,
    )  # fmt: skip


def moves(view: View, code: str) -> pa.Table:
    """Who entered and who left the segment in the days that the card tells of, newest first."""
    limner = view.limner
    told = live_segment(limner, code, datetime.now(UTC), most=MOST_EXPORTED).changes
    today = identity.resolve_texts(limner, {one.customer_id for one in told})
    names = {who: known[1] if known else who for who, known in today.items()}
    return pa.table({
        "at": pa.array([one.at for one in told], pa.timestamp("us", "UTC")),
        "customer_id": pa.array(
            [customer_name(view, names[one.customer_id]) for one in told], pa.string()
        ),
        "deed": pa.array(["entered" if one.is_entered else "left" for one in told], pa.string()),
        "segment": pa.array([one.segment for one in told], pa.string()),
        "name_en": pa.array([one.name for one in told], pa.string()),
        "name_zh": pa.array([one.name_zh for one in told], pa.string()),
        "version": pa.array([one.version for one in told], pa.int64()),
    })  # fmt: skip


def _draw(view: View, code: str, found: LiveSegment) -> None:
    write = view.numbers
    nobody = view.say(words.NOBODY, days=write.count(len(found.days)))
    told = view.say(words.LIVE_L, day=write.day(found.today))
    with card(view, words.LIVE, told, classes="lm-segment-live"):
        if not found.changes and not found.kept:
            text(nobody, "lm-quiet")
            return
        _, entered, left = found.days[-1]
        figures(view, [
            Figure(words.ENTERED_TODAY, write.count(entered), words.ENTERED_TODAY_M),
            Figure(words.LEFT_TODAY, write.count(left), words.LEFT_TODAY_M),
            Figure(words.KEPT, write.count(found.kept), words.KEPT_M),
        ])  # fmt: skip
        if not found.changes:
            text(nobody, "lm-quiet")
            return
        if any(came or went for _, came, went in found.days):
            series = {
                view.say(words.ENTERED): [came for _, came, _ in found.days],
                view.say(words.LEFT): [went for _, _, went in found.days],
            }
            days = [write.day(day) for day, _, _ in found.days]
            look = Look(view.language, write.currency)
            label = view.say(words.PICTURE, days=write.count(len(days)))
            chart(view, charts.per_minute(days, series, look, ""), label, "lm-short")
        text(view.say(words.NEWEST), "lm-group-title", tag="h3")
        takeaway(
            view, f"moves-{code.replace(':', '-')}-{found.today}", code, lambda: moves(view, code)
        )
        with box("lm-timeline"):
            for one in found.changes:
                who = identity.resolve_text(view.limner, one.customer_id) or one.customer_id
                with box("lm-moment"):
                    text("→" if one.is_entered else "←").props("aria-hidden=true")
                    with box("lm-break"):
                        link(customer_name(view, who), customer_href(view, who))
                        said = words.CAME if one.is_entered else words.WENT
                        text(" " + view.say(said), tag="span")
                    text(write.second(one.at), "lm-when")
