"""Lines that connect a client carry this server and this key."""

from __future__ import annotations

import ast
import json
import shlex

import pytest

from limner.console.snippets import TABLE, snippet
from limner.console.words.sources import TOOLS


@pytest.mark.parametrize("tool", TABLE)
def test_host_and_key_are_filled_in_and_nothing_is_left_open(tool: str) -> None:
    lines = snippet(tool, "https://data.shop.example:8443/", "k3y")
    assert "data.shop.example:8443" in lines and "k3y" in lines
    assert "%(" not in lines and "8443//" not in lines
    assert tool in TOOLS


def test_the_curl_line_is_one_command_with_json() -> None:
    words = shlex.split(snippet("curl", "http://localhost:8000", "k").replace("\\\n", ""))
    assert words[:2] == ["curl", "http://localhost:8000/v1/track"]
    assert json.loads(words[words.index("-d") + 1])["event"] == "Product Viewed"


def test_the_python_lines_are_python() -> None:
    assert ast.parse(snippet("python", "http://localhost:8000", "k"))
