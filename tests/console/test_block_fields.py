"""What is typed into a field and entered is an option by its name, or a new one."""

from __future__ import annotations

from typing import Any

import pytest
from nicegui import Client
from nicegui.events import GenericEventArguments
from nicegui.page import page

from limner.console.block_fields import choose, one_text, several

NAMES = {"loyal": "Loyal", "lost": "Lost", "90": "Orders in 90 days"}


def entered(field: Any, said: object) -> Any:
    """What a field holds after the browser told it this."""
    arguments = GenericEventArguments(sender=field, client=field.client, args=said)
    return field._event_args_to_value(arguments)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("Loyal", "loyal"), ("orders in", "90"), ("lo", "loyal"), ("nobody", "lost"),
     ({"value": 1, "label": "Lost"}, "lost")],
)  # fmt: skip
def test_typing_into_a_closed_field_chooses_or_leaves_it(said: object, meant: str) -> None:
    with Client(page("/fields")):
        field = choose("Value", NAMES, "lost", lambda _: None, is_searched=True)
        assert entered(field, said) == meant


@pytest.mark.parametrize(("said", "meant"), [("Loyal", "loyal"), ("new", "new"), ("lo", "lo")])
def test_an_open_field_takes_new_text_and_knows_names(said: str, meant: str) -> None:
    with Client(page("/fields")):
        assert entered(one_text("Value", NAMES, "", lambda _: None), said) == meant
        many = several("Values", NAMES, ["lost"], lambda _: None)
        held = {"value": 1, "label": "Lost"}
        assert entered(many, [held, said]) == ["lost", meant]
        assert entered(many, [held, "Lost"]) == ["lost"]
