"""What a page is drawn for: who looks, in which language, at which address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter
from urllib.parse import quote, urlencode

from limner.app import Limner
from limner.console.numbers import Numbers
from limner.core.words import Language, Words
from limner.govern.roles import may


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who is signed in."""

    user_id: int
    name: str
    role: str
    language: str


class _Bent(Formatter):
    """Puts values into words; `{count:one|many}` writes the number and the word that goes with it."""

    def format_field(self, value: object, format_spec: str) -> str:
        """A value as it is written, with its word when there are two to choose from."""
        one, is_bent, many = format_spec.partition("|")
        if not is_bent:
            return str(format(value, format_spec))
        return f"{value} {one if str(value) == '1' else many}"


_BENT = _Bent()


def _nobody() -> Viewer | None:
    return None


@dataclass(frozen=True, slots=True)
class View:
    """One request of one viewer: everything a page needs to say its figures.

    `renew` asks the store who the viewer is by now: a page stays open longer than a session or a
    role may last, so every deed asks again (`deeds.do`).
    """

    limner: Limner
    viewer: Viewer
    language: Language
    numbers: Numbers
    path: str
    params: Mapping[str, str]
    as_of: date | None = None
    renew: Callable[[], Viewer | None] = _nobody
    path_names: frozenset[str] = frozenset()  # the parameters that stand in the path itself

    def say(self, words: Words, **values: object) -> str:
        """Words in the viewer's language, with values put where the braces are.

        English that bends by a number says both: `{count:day|days}` is "1 day" or "2 days".
        """
        text = words.in_(self.language)
        return _BENT.format(text, **values) if values else text

    def may(self, permission: str) -> bool:
        """Whether the viewer's role has a permission."""
        return may(self.viewer.role, permission)

    def href(self, path: str, **params: object) -> str:
        """The address of a page, in the viewer's language; empty parameters are left out."""
        return address(path, lang=self.language, **params)

    def here(self, **changes: object) -> str:
        """The address of this page with some of its parameters changed."""
        asked = {name: value for name, value in self.params.items() if name not in self.path_names}
        return address(self.path, **{**asked, "lang": self.language, **changes})

    def param(self, name: str, default: str = "") -> str:
        """A parameter of the address."""
        return self.params.get(name, default)

    def page_number(self) -> int:
        """The `page` parameter, at least 1; nonsense counts as 1."""
        text = self.params.get("page", "1")
        return max(1, min(int(text), 1_000_000)) if text.isdecimal() else 1


def address(path: str, **params: object) -> str:
    """A path with its parameters encoded; empty ones are left out, `lang` comes last."""
    kept = {key: str(value) for key, value in params.items() if value not in (None, "")}
    language = kept.pop("lang", None)
    if language:
        kept["lang"] = language
    return path + ("?" + urlencode(kept, quote_via=quote) if kept else "")


def local_path(target: str) -> str:
    """Where to go after signing in: a path of this site, or the first page."""
    is_local = target.startswith("/") and not target.startswith(("//", "/\\"))
    is_plain = all(character.isprintable() for character in target)
    return target if is_local and is_plain and not target.startswith("/sign-") else "/"
