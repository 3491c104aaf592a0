"""The customers most like one, by figures one chooses, and in what they are alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from nicegui import ui

from limner.app.alike import Likeness, likeable, lookalikes
from limner.console.customer_known import Known
from limner.console.form_parts import LOOK, action, labelled
from limner.console.names import column_name, column_value
from limner.console.parts import Column, box, card, table, text
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import one_customer as words

MOST = 12


def read(view: View, known: Known) -> tuple[Likeness | None, tuple[str, ...]]:
    """The nearest customers, and by what one can compare; None before the first build."""
    if known.portrait is None:
        return None, ()
    asked = [code for code in view.param("by").split(",") if code]
    able = likeable(view.limner)
    chosen = [code for code in asked if code in able]
    sees = view.may("personal.read")
    return lookalikes(view.limner, known.built_as, chosen, MOST, sees), able


def draw(
    view: View, known: Known, seen: tuple[Likeness | None, tuple[str, ...]],
    _again: Callable[[], Awaitable[None]],
) -> None:  # fmt: skip
    """Draw the side."""
    found, able = seen
    count = len(found.figures) if found else 0
    with card(
        view, words.ALIKE, view.say(words.ALIKE_L, count=view.numbers.count(count)) if count else ""
    ):
        if found is None or not able:
            nothing(view.say(words.NO_ALIKE), view.say(words.NO_ALIKE_WHY))
            return
        _chooser(view, found, able)
        if not found.found:
            nothing(view.say(words.NO_ALIKE), view.say(words.NO_ALIKE_WHY))
            return
        table(view, [
            Column("customer", column_name(view, "customer_id")),
            Column("likeness", view.say(words.LIKENESS), is_number=True),
            Column("because", view.say(words.ALIKE_IN), is_wrapped=True),
            Column("unlike", view.say(words.UNLIKE_IN), is_wrapped=True),
        ], [
            {
                "customer": one.name or one.shown_id,
                "customer__href": view.href("/customers/" + quote(one.shown_id, safe="")),
                "likeness": view.numbers.share(one.likeness, 0), "likeness__sort": one.likeness,
                "likeness__bar": one.likeness,
                "because": " · ".join(_told(view, code, value) for code, value in one.because),
                "unlike": _told(view, *one.unlike) if one.unlike else "–",
            }
            for one in found.found
        ])  # fmt: skip
    with card(view, words.THIS_ONE), box("lm-tags"):
        for figure in found.figures:
            with box("lm-tag-head").style("padding: 6px 0"):
                with box():
                    text(column_name(view, figure.code))
                    text(_place(view, figure.place), "lm-quiet").style("font-size: 12px")
                text(_value(view, figure.code, figure.value), tag="b")


def _chooser(view: View, found: Likeness, able: tuple[str, ...]) -> None:
    """Which figures to compare by; the choice stands in the address."""
    options = {code: column_name(view, code) for code in able}
    with box("lm-chooser"):
        with labelled(view.say(words.COMPARE_BY)):
            chosen = ui.select(options, value=list(found.features), multiple=True, with_input=True)
            chosen.props(LOOK + " use-chips options-dense").classes("lm-q")
            chosen.props["aria-label"] = view.say(words.COMPARE_BY)

        def go() -> None:
            ui.navigate.to(view.here(by=",".join(chosen.value or [])))

        action(view.say(words.COMPARE), go, icon="o_compare_arrows", is_primary=True)


def _place(view: View, place: float) -> str:
    """How many customers have less; rounding never makes it all of them, or nobody."""
    if place <= 0:
        return view.say(words.PLACE_LEAST)
    if place > 0.99:
        return view.say(words.PLACE_MOST)
    return view.say(words.PLACE, share=view.numbers.share(max(place, 0.01), 0))


def _told(view: View, code: str, value: float) -> str:
    return f"{column_name(view, code)} {_value(view, code, value)}"


def _value(view: View, code: str, value: float) -> str:
    return column_value(view, code, value, "number")
