"""The pieces pages are put together from: the answer, figures, cards, tables, notes, states.

Text goes into labels and attributes only, never into markup, so data cannot become a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from nicegui import ui
from nicegui.element import Element

from limner.console.view import View
from limner.console.words import frame as words
from limner.core.words import Words


def box(classes: str = "", tag: str = "div") -> Element:
    """A plain element with classes."""
    return ui.element(tag).classes(classes)


def text(content: str, classes: str = "", tag: str = "div") -> Element:
    """A piece of text; whatever it holds is shown as it is written."""
    return ui.label(content).classes(classes) if tag == "div" else _tagged(content, classes, tag)


def _tagged(content: str, classes: str, tag: str) -> Element:
    element = ui.label(content).classes(classes)
    element.tag = tag
    return element


def link(content: str, href: str, classes: str = "", icon: str = "") -> Element:
    """A link inside the console."""
    element = ui.element("a").classes(classes)
    element.props["href"] = href
    with element:
        if icon:
            ui.icon(icon).props("aria-hidden=true")
        text(content, tag="span")
    return element


def answer(view: View, title: Words, sentence: str) -> None:
    """The page's title and its answer in one sentence."""
    text(view.say(title), "lm-title")
    text(sentence, "lm-answer", tag="h1")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that explains itself: `meaning` says what it counts and by which rule."""

    label: Words
    value: str
    meaning: Words
    note: str = ""


def figures(view: View, shown: Sequence[Figure]) -> None:
    """The few numbers below the answer."""
    with box("lm-figures"):
        for figure in shown:
            with box("lm-figure"):
                with box("lm-figure-label"):
                    text(view.say(figure.label))
                    explain(view, view.say(figure.label), view.say(figure.meaning))
                text(figure.value, "lm-figure-value")
                if figure.note:
                    text(figure.note, "lm-figure-note")


def explain(view: View, label: str, meaning: str) -> None:
    """A small button that says what a figure is, by pointer, finger and keyboard."""
    if view.as_of:
        meaning = f"{meaning}\n{view.say(words.TODAY, day=view.numbers.day(view.as_of))}"
    button = (
        ui.button(icon="o_info").props("flat round dense no-caps color=grey-7").classes("lm-info")
    )
    button.props["aria-label"] = view.say(words.EXPLAIN, label=label)
    with button, ui.menu().props("auto-close no-parent-event=false"):
        text(meaning, "lm-hint")


@contextmanager
def card(view: View, title: Words | str = "", lede: Words | str = "", meaning: Words | None = None,
         classes: str = "") -> Iterator[None]:  # fmt: skip
    """A card with a title, a sentence below it, and what it means behind a small button."""
    with box("lm-card " + classes, tag="section"):
        if title:
            shown = title if isinstance(title, str) else view.say(title)
            with box("lm-figure-label"):
                text(shown, "lm-card-title", tag="h2").style("color: var(--ink)")
                if meaning:
                    explain(view, shown, view.say(meaning))
        if lede:
            text(lede if isinstance(lede, str) else view.say(lede), "lm-card-lede")
        yield


def chart(view: View, options: dict[str, Any], label: str, classes: str = "") -> Element:
    """A picture; `label` says in words what it shows."""
    element = ui.echart(options, renderer="svg").classes("lm-chart " + classes)
    element.props["role"] = "img"
    element.props["aria-label"] = label
    return element


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: `field` is the rows' key; `meaning` explains its head.

    A row may carry `{field}__href` (a link), `{field}__bar` (0..1, a bar), `{field}__sort` and
    `{field}__acts`: pairs of a name and a label, shown as buttons that call the table's `on_act`.
    """

    field: str
    label: str
    is_number: bool = False
    is_wrapped: bool = False
    sort_href: str = ""
    sorted_by: str = ""  # "asc" | "desc" | ""
    meaning: str = ""


_CELL = """
<q-td :props="props" :class="props.col.classes">
  <a v-if="props.row[props.col.name + '__href']" :href="props.row[props.col.name + '__href']"
     class="lm-clip">{{ props.value }}</a>
  <span v-else-if="props.value" class="lm-clip">{{ props.value }}</span>
  <button v-for="act in props.row[props.col.name + '__acts'] || []" type="button"
     class="lm-button lm-small" @click="$parent.$emit('act', [props.row.id, act[0]])">{{ act[1] }}</button>
  <span v-if="props.row[props.col.name + '__bar'] != null" class="lm-bar" aria-hidden="true"
    ><i :style="{width: Math.min(100, 100 * props.row[props.col.name + '__bar']) + '%'}"></i></span>
</q-td>
"""
_HEAD = """
<q-th :props="props">
  <a v-if="props.col.sort_href" :href="props.col.sort_href" :aria-description="props.col.meaning || null"
     :aria-current="props.col.sorted_by ? 'true' : null">{{ props.col.label }}
    <span v-if="props.col.sorted_by" aria-hidden="true">{{ props.col.sorted_by == 'desc' ? '↓' : '↑' }}</span></a>
  <template v-else>{{ props.col.label }}</template>
  <q-tooltip v-if="props.col.meaning">{{ props.col.meaning }}</q-tooltip>
</q-th>
"""
_BY_VALUE = (
    "(a, b, x, y) => (x['%s__sort'] ?? x['%s'] ?? '') < (y['%s__sort'] ?? y['%s'] ?? '') ? -1 : 1"
)


def table(
    view: View, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], size: int = 0,
    on_act: Callable[[int, str], Any] | None = None,
) -> None:  # fmt: skip
    """A table of texts; with `size`, that many rows a page. Text is escaped by the browser.

    `on_act` is told the place of a row in `rows` and the name of the button that was pressed.
    """
    declared = []
    for column in columns:
        is_sorted_here = not column.sort_href and not column.sorted_by and len(rows) > 1
        declared.append(
            {
                "name": column.field,
                "label": column.label,
                "field": column.field,
                "align": "right" if column.is_number else "left",
                "classes": "lm-wrap" if column.is_wrapped else "",
                "sortable": is_sorted_here,
                "sort_href": column.sort_href,
                "sorted_by": column.sorted_by,
                "meaning": column.meaning,
                **({":sort": _BY_VALUE.replace("%s", column.field)} if is_sorted_here else {}),
            }
        )
    numbered = [{**row, "id": index} for index, row in enumerate(rows)]
    shown = ui.table(columns=declared, rows=numbered, row_key="id",
                     pagination=size if 0 < size < len(rows) else None)  # fmt: skip
    shown.classes("lm-table").props(f'flat dense no-data-label="{view.say(words.NO_ROWS)}"')
    shown.props["rows-per-page-label"] = ""
    shown.props["rows-per-page-options"] = [size] if size else [0]
    shown.add_slot("body-cell", _CELL)
    if on_act is not None:
        shown.on("act", lambda event: on_act(*_pressed(event.args, len(rows))))
    if any(column.sort_href or column.meaning for column in columns):
        shown.add_slot("header-cell", _HEAD)


def _pressed(args: Any, rows: int) -> tuple[int, str]:
    """The row and the button of an event, as the browser tells it."""
    place, name = args[0] if isinstance(args[0], list) else args
    if not isinstance(place, int) or not 0 <= place < rows:
        raise IndexError(place)
    return place, str(name)


@contextmanager
def note(title: str, body: str = "", kind: str = "") -> Iterator[None]:
    """A note that must not be missed; `kind` is "" (a warning), `lm-good` or `lm-bad`."""
    with box(f"lm-note {kind}").props("role=note"):
        text(title, "lm-note-title")
        if body:
            text(body)
        yield


def say_note(title: str, body: str = "", kind: str = "") -> None:
    """A note of a title and a sentence."""
    with note(title, body, kind):
        pass


def pairs(shown: Sequence[tuple[str, str]]) -> None:
    """Names with their values; what has no value is left out."""
    with box("lm-pairs").style("margin-top: 8px"):
        for name, value in shown:
            if value:
                text(name)
                text(value)


def chips(view: View, name: str, options: Mapping[str, str], default: str = "") -> None:
    """Links that choose one of some options; which one is chosen stands in the address."""
    chosen = view.param(name, default)
    with box("lm-row lm-chips"):
        for code, label in options.items():
            target = view.here(**{name: "" if code == default else code, "page": ""})
            chip = link(label, target, "lm-chip")
            if code == chosen:
                chip.props("aria-current=true")


def next_steps(view: View, links: Sequence[tuple[str, str]]) -> None:
    """What one can do about it: texts and where they lead."""
    with card(view, words.NEXT, classes="lm-next"), box("lm-list"):
        for content, href in links:
            link(content, href, icon="arrow_forward")


def exports(view: View, path: str, **params: object) -> None:
    """Buttons that download a table as CSV, Excel and Parquet."""
    with box("lm-row"):
        for kind, name in (("csv", words.EXPORT_CSV), ("xlsx", words.EXPORT_EXCEL),
                           ("parquet", words.EXPORT_PARQUET)):  # fmt: skip
            button = link(
                view.say(name), view.href(f"{path}.{kind}", **params), "lm-button", "download"
            )
            button.props("download")
            button.props["aria-label"] = f"{view.say(words.EXPORT)} {view.say(name)}"


def pager(view: View, page: int, pages: int, size: int, total: int) -> None:
    """Which rows are shown, and the way to the next ones."""
    write = view.numbers.count
    with box("lm-pager"):
        first = (page - 1) * size + 1 if total else 0
        text(view.say(words.PAGE_OF, first=write(first), last=write(min(page * size, total)),
                      total=write(total)), "lm-quiet")  # fmt: skip
        with box("lm-row"):
            for name, target, is_there in (
                (words.PREVIOUS, page - 1, page > 1), (words.FOLLOWING, page + 1, page < pages),
            ):  # fmt: skip
                button = link(view.say(name), view.here(page=target), "lm-button")
                if not is_there:
                    button.props("aria-disabled=true tabindex=-1")
