"""The sign-in page: a plain form, which password managers and keyboards know."""

from __future__ import annotations

from fastapi import Request
from nicegui import ui

from limner.console.frame import brand, dress, language_switch
from limner.console.parts import box, text
from limner.console.view import address
from limner.console.words import frame as frame_words
from limner.console.words import sign_in as words
from limner.core.words import LANGUAGES, Words


def draw_sign_in(request: Request) -> None:
    """The form, the reason when it was refused, and what Limner is."""
    language = request.state.language
    params = {k: v for k, v in request.query_params.items() if k != "lang"}
    refusal = _refusal(params.get("error", ""))
    dress(language, f"{words.TITLE.in_(language)} · {frame_words.BRAND.in_(language)}")
    with box("lm-door"):
        with box("lm-door-side"):
            brand(frame_words.BRAND.in_(language), address("/sign-in", lang=language))
            text(words.SAY.in_(language), "lm-door-say")
            with box("lm-loop"):
                for index, step in enumerate(words.LOOP):
                    text(("→ " if index else "") + step.in_(language))
        with box("lm-door-main", tag="main"):
            with box("lm-row").style("justify-content: flex-end"):
                language_switch(
                    language,
                    {one: address("/sign-in", **params, lang=one) for one in LANGUAGES},
                    words.LANGUAGE.in_(language),
                )
            with ui.element("form").classes("lm-door-form").props("method=post action=/sign-in"):
                text(words.TITLE.in_(language), tag="h1")
                if refusal:
                    with box("lm-note lm-bad").style("margin: 0").props("role=alert"):
                        text(refusal.in_(language))
                _hidden("next", params.get("next", ""))
                _hidden("lang", language)
                _field(
                    "name",
                    words.NAME.in_(language),
                    params.get("name", ""),
                    "username",
                    not refusal,
                )
                _field(
                    "password", words.PASSWORD.in_(language), "", "current-password", bool(refusal)
                )
                with box("lm-button lm-primary", tag="button").props("type=submit"):
                    text(words.SUBMIT.in_(language), tag="span")
                text(words.HELP.in_(language), "lm-quiet")


def _refusal(code: str) -> Words | None:
    if not code:
        return None
    return words.LOCKED if "lock" in code else words.WRONG


def _field(name: str, label: str, value: str, autocomplete: str, has_focus: bool) -> None:
    with box("lm-field", tag="label"):
        text(label, tag="span")
        field = box("lm-input", tag="input").props("required")
        field.props["name"] = name
        field.props["value"] = value
        field.props["type"] = "password" if name == "password" else "text"
        field.props["autocomplete"] = autocomplete
        field.props["autocapitalize"] = "none"
        if has_focus:
            field.props("autofocus")


def _hidden(name: str, value: str) -> None:
    field = ui.element("input").props("type=hidden")
    field.props["name"] = name
    field.props["value"] = value
