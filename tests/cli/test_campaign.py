"""`limner campaign`: the way from a file to messages, and one clear line for what is wrong."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
import typer
import yaml

from limner.app import Limner
from limner.cli import campaign as under_test
from limner.core.errors import LimnerError
from limner.govern.audit import entries
from limner.govern.consent import ConsentChange, import_consents

CAMPAIGN = """
name: Winter 冬季
offer: 5 off your next basket
discount: 5
cost_per_contact: 0.01
policy: everyone
control_share: 0.2
starts_at: 2017-12-01
ends_at: 2017-12-31
templates:
  en:
    subject: "{{ customer.name | default: 'Hello' }}: {{ offer.text }}"
    text: Valid until {{ offer.ends_on }}.
  zh: {subject: "{{ offer.text }}", text: "有效期至 {{ offer.ends_on }}"}
"""
NOON = "2017-12-01T12:00"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    limner = Limner.open(home)
    ids = [f"c{n}" for n in range(60)]
    limner.lake.replace(
        "profiles",
        pa.table({"customer_id": ids, "name": ids, "email": [f"{c}@shop.example" for c in ids]}),
    )
    agreed = datetime(2017, 1, 1, tzinfo=UTC)
    import_consents(
        limner.store,
        [ConsentChange(c, "marketing", "email", True, agreed, "form") for c in ids[:50]],
    )
    return home


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "winter.yaml"
    file.write_text(CAMPAIGN, encoding="utf-8")
    return file


def run(*words: object) -> None:
    cli = typer.Typer()
    under_test.register(cli)
    cli.command("other")(lambda: None)
    cli(["campaign", *(str(word) for word in words)], standalone_mode=False)


def as_json(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, object]:
    capsys.readouterr()
    run(*words, "--json")
    return json.loads(capsys.readouterr().out)  # the whole of stdout is one document


def test_the_whole_way(home: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ("--home", home)
    assert as_json(capsys, "draft", file, *at)["status"] == "draft"
    planned = as_json(capsys, "plan", "Winter 冬季", "--now", NOON, *at)
    assert planned["contact"] + planned["control"] == 50  # type: ignore[operator]
    assert planned["held"] == {"no-consent": 10}
    assert list(home.glob("outbox/*/*")) == []
    sent = as_json(capsys, "send", "Winter 冬季", "--now", NOON, *at)
    assert sent["sent"] == planned["contact"] == len(list(home.glob("outbox/*/*.eml")))
    assert as_json(capsys, "send", "Winter 冬季", "--now", NOON, *at) == sent
    assert as_json(capsys, "show", str(sent["campaign_id"]), *at) == sent
    assert as_json(capsys, "list", *at) == [sent]
    deeds = [(e.action, e.subject) for e in entries(Limner.open(home).store)]
    drafted, planned_, first, again = reversed(deeds)
    assert [drafted[0], planned_[0], first[0]] == [
        "campaign.drafted", "campaign.planned", "campaign.sent",
    ]  # fmt: skip
    assert first == again == ("campaign.sent", sent["campaign_id"])


def test_for_people_it_says_what_comes_next(
    home: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("list", "--home", home)
    assert "limner campaign draft" in capsys.readouterr().out
    run("draft", file, "--home", home)
    assert 'limner campaign plan "Winter 冬季"' in capsys.readouterr().out
    run("plan", "Winter 冬季", "--now", NOON, "--home", home)
    said = capsys.readouterr().out
    assert "are contacted" in said
    assert "no-consent: 10" in said
    assert "limner campaign send" in said
    run("send", "Winter 冬季", "--now", "2017-12-01T23:00", "--home", home)
    assert "again after 2017-12-02T08:00" in capsys.readouterr().out
    run("send", "Winter 冬季", "--now", "2017-12-02T08:00", "--home", home)
    assert ": sent" in capsys.readouterr().out


def test_without_a_moment_it_is_now(home: Path, file: Path) -> None:
    run("draft", file, "--home", home)
    with pytest.raises(LimnerError, match="ended at"):
        run("plan", "Winter 冬季", "--home", home)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("name: [", "is not YAML"),
        ("", "list of fields"),
        (CAMPAIGN.replace("discount: 5", "discount: five"), "field discount is 'five'"),
        (CAMPAIGN.replace("offer.text", "offer.txt"), "uses offer.txt, which does not exist"),
        (CAMPAIGN + "channel: pigeon", "there are outbox, smtp"),
    ],
)
def test_a_bad_file_gets_one_clear_line(home: Path, file: Path, document: str, said: str) -> None:
    file.write_text(document, encoding="utf-8")
    with pytest.raises(LimnerError) as caught:
        run("draft", file, "--home", home)
    assert said in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("draft", "none.yaml"), "No such file"),
        (("plan", "Spring"), "there are none yet"),
        (("show", "Spring"), "there are none yet"),
        (("send", "Spring", "--now", "noon"), "--now is 'noon'"),
    ],
)
def test_what_is_not_there(home: Path, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(LimnerError, match=said) as caught:
        run(*words, "--home", home)
    assert caught.value.exit_code == 2


def test_the_file_may_be_json(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "winter.json"
    file.write_text(json.dumps(yaml.safe_load(CAMPAIGN), default=str), encoding="utf-8")
    run("draft", file, "--home", home)
