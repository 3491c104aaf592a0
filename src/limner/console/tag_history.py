"""A tag over everybody through all history: month by month, worked out while the page stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from nicegui import ui
from nicegui.element import Element

from limner.app.tag_history import MOST_MONTHS, as_rows, has_history, history_kept, tag_history
from limner.console import charts_tags as charts
from limner.console import deeds
from limner.console.charts import Look
from limner.console.form_parts import say_failure
from limner.console.names import value_name
from limner.console.parts import Column, box, card, chart, table, text
from limner.console.states import nothing
from limner.console.takeaway import takeaway
from limner.console.view import View
from limner.console.words import tags as words
from limner.understand.tags.tag import Tag

Document = dict[str, Any]
_WATCHED_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a tag's past: nothing yet, `found`, or that there is none to be known."""

    has_any: bool
    found: Document | None


def read(view: View, code: str) -> Past:
    """What was worked out since the last build."""
    if view.as_of is None or not has_history(view.limner, code):
        return Past(False, None)
    return Past(True, history_kept(view.limner, code))


def draw(view: View, tag: Tag, past: Past) -> None:
    """The card; what is not known yet is begun at once, and shown in it as soon as it is."""
    with card(view, words.MONTHS, words.MONTHS_L, words.MONTHS_M):
        place = box()
        if past.found is not None:
            _show(view, tag, past.found, place)
        elif not past.has_any:
            with place:
                why = words.MONTHS_NONE if view.as_of is not None else words.MONTHS_BUILD
                nothing(view.say(words.MONTHS_NOTHING), view.say(why))
        else:
            _work(view, tag, place)


def _work(view: View, tag: Tag, place: Element) -> None:
    key, limner = f"tag-history:{tag.code}", view.limner
    job = deeds.start(
        view, "reports.read", key, "tag.history",
        lambda _doer, progress: tag_history(limner, tag.code, progress),
    )  # fmt: skip
    with place:
        text(view.say(words.MONTHS_WORK), "lm-quiet")
        bar = ui.linear_progress(value=job.fraction, show_value=False).props("rounded size=8px")
        bar.props["aria-label"] = view.say(words.MONTHS_WORK)

    def look() -> None:
        bar.set_value(job.fraction)
        if not job.is_done:
            return
        timer.deactivate()
        if deeds.JOBS.get(key) is job:
            deeds.JOBS.pop(key)
        place.clear()
        found = None if job.error is not None else history_kept(limner, tag.code)
        if found is not None:
            _show(view, tag, found, place)
        elif job.error is not None:
            with place:
                say_failure(view, job.error, words.ERRORS)

    with place:
        timer = ui.timer(_WATCHED_SECONDS, look)


def _show(view: View, tag: Tag, found: Document, place: Element) -> None:
    months, write = found["months"], view.numbers
    with place:
        if not any(month["known"] for month in months):
            nothing(view.say(words.NO_VALUES), view.say(words.MONTHS_EMPTY))
            return
        look = Look(view.language, write.currency)
        days = [write.day(date.fromisoformat(month["day"])) for month in months]
        text(_said(view, tag, months)).style("margin-bottom: 8px")
        if months[-1]["names"]:
            picture = charts.names_by_month(days, _shares(view, tag, months), look)
        elif tag.kind == "day":
            picture = charts.coverage_by_month(days, months, look)
        else:
            picture = charts.numbers_by_month(days, months, tag.kind, look)
        chart(view, picture, view.say(words.MONTHS), "lm-tall")
        _table(view, tag, months)
        if len(months) >= MOST_MONTHS:
            text(view.say(words.MONTHS_MOST, count=MOST_MONTHS), "lm-quiet")
        takeaway(view, f"tag-{tag.code}-months", tag.code, lambda: as_rows(found))


def _said(view: View, tag: Tag, months: list[Document]) -> str:
    """The way from the first month to the last in one sentence."""
    first, last = next(month for month in months if month["known"]), months[-1]
    write = view.numbers
    said = {
        "first": write.day(date.fromisoformat(first["day"])),
        "last": write.day(date.fromisoformat(last["day"])),
        "was_known": write.count(first["known"]), "known": write.count(last["known"]),
    }  # fmt: skip
    if last["names"] or tag.kind == "day" or first is last:
        return view.say(words.MONTHS_KNOWN, **said)
    was, now = (value_name(view, tag, month["middle"]) for month in (first, last))
    return view.say(words.MONTHS_MIDDLE, was=was, now=now, **said)


def _shares(
    view: View, tag: Tag, months: list[Document]
) -> list[tuple[str, list[float | None]]]:  # fmt: skip
    """The share of customers with a value who have each of the last month's names, and any other."""
    kept = [name for name, _ in months[-1]["names"]]
    shares: list[tuple[str, list[float | None]]] = []
    for name in kept:
        counts = [dict(map(tuple, month["names"])).get(name, 0) for month in months]
        shares.append((value_name(view, tag, name), [
            count / month["known"] if month["known"] else None
            for count, month in zip(counts, months, strict=True)
        ]))  # fmt: skip
    others: list[float | None] = []
    for place, month in enumerate(months):
        told = sum(values[place] or 0.0 for _, values in shares)
        others.append(max(0.0, 1 - told) if month["known"] else None)
    if any(rest and rest > 1e-9 for rest in others):
        shares.append((view.say(words.OTHERS), others))
    return shares


def _table(view: View, tag: Tag, months: list[Document]) -> None:
    is_named = bool(months[-1]["names"])
    columns = [
        Column("day", view.say(words.MONTH_END)),
        Column("customers", view.say(words.MONTH_CUSTOMERS), is_number=True),
        Column("known", view.say(words.MONTH_KNOWN), is_number=True),
        Column("coverage", view.say(words.COVERAGE), is_number=True),
    ]
    if is_named:
        columns += [Column("top", view.say(words.COMMONEST)),
                    Column("share", view.say(words.SHARE), is_number=True)]  # fmt: skip
    else:
        if tag.kind != "day":
            columns.append(Column("mean", view.say(words.MEAN), is_number=True))
        columns += [Column(name, view.say(told), is_number=True)
                    for name, told in (("low", words.LOW), ("middle", words.MIDDLE), ("high", words.HIGH))]  # fmt: skip
    table(view, columns, [_row(view, tag, month, is_named) for month in reversed(months)], size=12)


def _row(view: View, tag: Tag, month: Document, is_named: bool) -> Document:
    write = view.numbers
    row = {
        "day": write.day(date.fromisoformat(month["day"])), "day__sort": month["day"],
        "coverage": write.share(month["coverage"], 0), "coverage__sort": month["coverage"],
    }  # fmt: skip
    for name in ("customers", "known"):
        row |= {name: write.count(month[name]), f"{name}__sort": month[name]}
    if is_named:
        name, count = (month["names"] or [[None, 0]])[0]
        share = count / month["known"] if month["known"] else 0.0
        return row | {
            "top": value_name(view, tag, name), "share": write.share(share, 0), "share__sort": share,
        }  # fmt: skip
    mean = month["mean"]
    told = write.decimal(mean) if tag.kind == "count" else value_name(view, tag, mean)
    row |= {"mean": told, "mean__sort": mean}
    for name in ("low", "middle", "high"):
        row |= {name: value_name(view, tag, _typed(tag, month[name])), f"{name}__sort": month[name]}
    return row


def _typed(tag: Tag, value: Any) -> Any:
    """A day as a day; it comes as text from where documents are kept."""
    return date.fromisoformat(value) if tag.kind == "day" and isinstance(value, str) else value
