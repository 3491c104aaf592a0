"""One row of the live view: what happened, to whom, from where, and what the worker found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui

from limner.console.happenings import icon_of, sentence
from limner.console.identity_names import kind_name, shown_value
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import live as words

Document = dict[str, Any]
_CELL = """
<q-td :props="props" :class="props.col.classes">
  <template v-if="props.col.name == 'what'">
    <button type="button" class="lm-plain" @click="$parent.$emit('see', props.row.id)"
      ><i class="q-icon material-icons-outlined" aria-hidden="true">{{ props.row.icon }}</i
      ><span>{{ props.value }}</span></button>
  </template>
  <span v-else-if="props.col.name == 'verdict'" class="lm-verdict" :class="'lm-is-' + props.row.code"
    >{{ props.value }}</span>
  <span v-else class="lm-clip">{{ props.value }}</span>
</q-td>
"""


def declared(view: View, on_open: Callable[[int], None]) -> ui.table:
    """An empty table of arriving events; pressing what happened opens its details."""
    names = (
        ("at", words.WHEN), ("what", words.WHAT), ("who", words.WHO), ("source", words.SOURCE),
        ("verdict", words.VERDICT),
    )  # fmt: skip
    columns = [
        {"name": code, "label": view.say(name), "field": code, "align": "left",
         "classes": "lm-wrap" if code == "what" else ""}
        for code, name in names
    ]  # fmt: skip
    shown = ui.table(columns=columns, rows=[], row_key="id")
    shown.classes("lm-table lm-live").props(
        f'flat dense hide-bottom no-data-label="{view.say(frame_words.NO_ROWS)}"'
    )
    shown.add_slot("body-cell", _CELL)
    shown.on("see", lambda event: on_open(int(_first(event.args))))
    return shown


def _first(args: Any) -> Any:
    while isinstance(args, list):
        args = args[0]
    return args


def cells(view: View, found: Document) -> Document:
    """The texts of a row."""
    code = str(found["verdict"])
    return {
        "id": int(found["position"]),
        "at": view.numbers.second(found["received_at"]),
        "what": sentence(view, told_of(found)),
        "icon": icon_of(told_of(found)).removeprefix("o_"),
        "who": anchor_of(view, found),
        "source": found["source"],
        "verdict": view.say(words.VERDICTS[code]) if code in words.VERDICTS else code,
        "code": code if code in words.VERDICTS else "ok",
    }


def told_of(found: Document) -> Document:
    """The event as a row of the lake; of one that could not be read, at least its type and name."""
    row = found.get("row") or {}
    return {
        **row,
        "type": row.get("type") or found["type"],
        "event": row.get("event") or found["event"],
    }


def anchor_of(view: View, found: Document) -> str:
    """The surest identifier on an event, with its kind."""
    kind, _, value = str(found["anchor"] or "").partition(":")
    if not value:
        return "–"
    return f"{kind_name(view, kind)} {shown_value(view, kind, value)}"


def is_told(found: Document, needle: str) -> bool:
    """Whether an event's type or name has a text in it."""
    return needle.casefold() in f"{found['type'] or ''} {found['event'] or ''}".casefold()
