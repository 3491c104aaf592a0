"""Doubts and reasons in both languages, with and without what the event itself said."""

import re
from pathlib import Path

import pytest

import limner.collect
from limner.app import stream
from limner.collect.enrich.note import NOTES, in_both, note, note_words, reason_in, say
from limner.collect.enrich.reason import REASONS
from limner.core.words import Words

_ROOM = Path(limner.collect.__file__).parent
_CODES = re.compile(
    r'"((?:event|batch|message|alias|type|time|customer|object|plan)-[a-z-]+)"(?!: Words)'
)


def test_every_code_that_is_given_has_words() -> None:
    files = [*(_ROOM / "tracking").glob("*.py"), *(_ROOM / "enrich").glob("*.py")]
    files.append(Path(stream.__file__))
    given = {code for file in files for code in _CODES.findall(file.read_text())}
    assert len(given) > 20
    # The answer to a whole request is no reason of an event.
    assert given - set(REASONS) - set(NOTES) == set()
    for words in REASONS.values():
        assert re.search("[\u4e00-\u9fff]", words.zh) and not re.search("[\u4e00-\u9fff]", words.en)


@pytest.mark.parametrize("told", [Words("/a: is = 1", "/a：等于 1"), Words('“"', "：: {}")])
def test_words_made_for_an_event_come_back_as_they_were(told: Words) -> None:
    for with_values in (True, False):
        assert say(note_words("plan", told), with_values) == told
        assert say(note_words("plan-breach", told), with_values) == told
        assert reason_in("plan-breach", in_both(told), with_values) == told


def test_masked_eyes_see_no_value() -> None:
    doubt = note("currency-unclear", "properties.currency", "RMB")
    assert "RMB" in say(doubt).zh and "RMB" not in say(doubt, with_values=False).zh
    reason = "event-id-malformed: `userId` is ['ann@x.org']; it is a text"
    assert "ann@x.org" in say(reason).en
    assert say(reason).zh == REASONS["event-id-malformed"].zh
    assert say(reason, with_values=False) == REASONS["event-id-malformed"]
    assert say("of-old: ann@x.org", with_values=False) == Words("of-old", "of-old")
    assert reason_in("of-old", "ann@x.org") == Words("ann@x.org", "ann@x.org")
    assert say("nothing") == Words("nothing", "nothing")
