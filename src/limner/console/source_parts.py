"""Parts of the pages of sources: how it flows, the health in a sentence, keys, lines that connect."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import UTC, datetime

from nicegui import ui

from limner.app.flow import Flow, flow, version
from limner.app.live import LiveStatus
from limner.console import charts_live
from limner.console.charts import Look
from limner.console.doing import copy_button
from limner.console.form_parts import action
from limner.console.parts import Figure, box, card, say_note, text
from limner.console.snippets import TABLE, snippet
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import live as live_words
from limner.console.words import sources as words


def flow_of(view: View) -> Flow:
    """How events flow in now."""
    return flow(view.limner, datetime.now(UTC))


def flow_version(view: View) -> Hashable:
    """Changes when something arrived, and every few seconds, since lag grows by itself."""
    return version(view.limner), int(datetime.now(UTC).timestamp()) // 4


def duration(view: View, seconds: float | None) -> str:
    """A stretch of time in the unit that suits it; short ones to a tenth of a second."""
    if seconds is None:
        return "–"
    if seconds < 90:
        return view.say(words.SECONDS, count=view.numbers.decimal(seconds))
    if seconds < 5400:
        return view.say(words.MINUTES, count=view.numbers.decimal(seconds / 60, 0))
    return view.say(words.HOURS, count=view.numbers.decimal(seconds / 3600))


def health(view: View, flow: Flow) -> str:
    """How the worker is doing, in one sentence."""
    status, write = flow.status, view.numbers.count
    if not status.is_working:
        return view.say(words.ANSWER_STOPPED, count=write(status.lag_events))
    if status.fault:
        return view.say(words.ANSWER_HINDERED, count=write(status.lag_events))
    if status.lag_events:
        lag = duration(view, status.lag_seconds)
        return view.say(words.ANSWER_BEHIND, count=write(status.lag_events), lag=lag)
    return view.say(words.ANSWER_QUIET)


def say_stopped(view: View, flow: Flow) -> None:
    """A note with what to do where the worker does not run, or what it waits for."""
    status = flow.status
    if status.fault:
        title = words.FAULT if status.is_working else words.ENDED
        say_note(view.say(title), _fault(view, status), "lm-bad")
    elif flow.sources and not status.is_working:
        say_note(view.say(live_words.ANSWER_STOPPED), view.say(words.STOPPED_L), "lm-bad")


def _fault(view: View, status: LiveStatus) -> str:
    """What the worker waits for or ended by: what to do, then what was seen."""
    known = words.FAULTS.get(status.fault_code)
    return f"{view.say(known)} {status.fault}" if known else status.fault


def kind_name(view: View, kind: str) -> str:
    """The short name of a kind of source."""
    return view.say(words.SHORT_KINDS[kind]) if kind in words.SHORT_KINDS else kind


def flow_figures(view: View, flow: Flow) -> list[Figure]:
    """The few numbers over all sources."""
    write, status = view.numbers, flow.status
    came = list(flow.came.values())
    newest = max((one.last_at for one in came if one.last_at), default=None)
    return [
        Figure(words.PER_MINUTE, write.count(sum(one.last_minute for one in came)), words.PER_MINUTE_M),
        Figure(words.PER_DAY, write.count(sum(one.last_day for one in came)), words.PER_DAY_M),
        Figure(words.WAITING, write.count(status.lag_events), words.WAITING_M),
        Figure(words.LAG, duration(view, status.lag_seconds if status.lag_events else 0.0), words.LAG_M),
        Figure(words.LAST, write.clock(newest) if newest else "–", words.LAST_M,
               write.day(newest.date()) if newest else ""),
    ]  # fmt: skip


class FlowChart:
    """Events a minute over the last hour, of all sources or of one.

    The picture is put up once and then only given new figures: taking it away while the browser
    still makes it is an error there, and drawing it anew would flicker.
    """

    def __init__(self, view: View, source: str | None = None, classes: str = "lm-short") -> None:
        self.view, self.source, self.classes = view, source, classes
        self.place = box()
        self.chart: ui.echart | None = None

    def show(self, flow: Flow) -> None:
        """Show how it flows now."""
        drawn = {n: c for n, c in flow.per_minute.items() if self.source in (None, n)}
        view, per_second = self.view, flow.status.events_per_second
        rate = sum(one for name, one in per_second.items() if self.source in (None, name))
        told = view.say(words.CHART_L, rate=view.numbers.decimal(rate, 2))
        options = charts_live.per_minute(
            [view.numbers.clock(at) for at in flow.minutes], drawn, Look(view.language),
            view.say(live_words.OTHERS),
        )  # fmt: skip
        if self.chart is None:
            with self.place, card(view, words.CHART):
                self.told = text(told, "lm-card-lede")
                self.chart = ui.echart(options, renderer="svg").classes(f"lm-chart {self.classes}")
                self.chart.props["role"] = "img"
                self.chart.props["aria-label"] = view.say(words.CHART)
            return
        self.told.set_text(told)
        self.chart.options.clear()
        self.chart.options.update(options)
        self.chart.update()


def shown_key(view: View, name: str, write_key: str, then: str) -> None:
    """A dialog with a new write key and the lines that use it."""
    with ui.dialog().props("persistent") as dialog, box("lm-card lm-dialog").style("width: 680px"):
        text(view.say(words.KEY_NEW, name=name), "lm-card-title", tag="h2")
        text(view.say(words.KEYS_L), "lm-card-lede", tag="p")
        key_line(view, write_key)
        snippets(view, write_key)
        with box("lm-row lm-end"):
            action(view.say(words.GO_ON), lambda: ui.navigate.to(then), is_primary=True)
    dialog.open()


def key_line(view: View, write_key: str) -> None:
    """A write key with its copy button."""
    with box("lm-row").style("margin: 4px 0 12px"):
        text(write_key, "lm-code lm-code-block lm-key")
        copy_button(write_key, view.say(frame_words.COPY), view.say(frame_words.COPIED))


def snippets(view: View, write_key: str) -> None:
    """The lines that connect a client, one tab a tool; host and key are filled in."""
    host = address_of_server()
    names = {tool: view.say(words.TOOLS[tool]) for tool in TABLE}
    with ui.tabs().props("dense no-caps align=left active-color=primary inline-label") as tabs:
        for tool, name in names.items():
            ui.tab(tool, name)
    with ui.tab_panels(tabs, value=next(iter(names))).classes("lm-panels"):
        for tool in names:
            lines = snippet(tool, host, write_key)
            with ui.tab_panel(tool):
                text(lines, "lm-code lm-code-block lm-lines").props("tabindex=0")
                with box("lm-row lm-end"):
                    copy_button(lines, view.say(frame_words.COPY), view.say(frame_words.COPIED))


def address_of_server() -> str:
    """The address under which whoever looks at this page reached the server, without a path.

    A proxy in front says by `X-Forwarded-Proto` and `X-Forwarded-Host` how it was asked itself.
    """
    request = ui.context.client.request
    scheme = request.headers.get("x-forwarded-proto", request.url.scheme).split(",")[0].strip()
    host = request.headers.get("x-forwarded-host", request.headers.get("host", request.url.netloc))
    return f"{'https' if scheme in ('https', 'wss') else 'http'}://{host.split(',')[0].strip()}"
