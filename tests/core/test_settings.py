from pathlib import Path

import pytest

from limner.core.errors import Malformed
from limner.core.settings import Settings

HOME = Path("/srv/shop")


def test_nothing_need_be_set() -> None:
    settings = Settings.read(HOME, {}, {})
    assert settings.store_url == "sqlite:////srv/shop/limner.db"
    assert settings.lake_url == "/srv/shop/lake"
    assert settings.timezone == "UTC"


def test_the_environment_comes_before_the_file_and_the_file_before_defaults() -> None:
    file = {"timezone": "Asia/Shanghai", "currency": "CNY"}
    settings = Settings.read(HOME, file, {"LIMNER_CURRENCY": "EUR", "LIMNER_TIMEZONE": ""})
    assert (settings.timezone, settings.currency) == ("Asia/Shanghai", "EUR")


def test_a_key_that_is_no_setting_is_named_with_those_that_are() -> None:
    with pytest.raises(Malformed, match=r"time_zone.*known: .*timezone") as caught:
        Settings.read(HOME, {"time_zone": "UTC"}, {})
    assert caught.value.code == "setting-unknown"


def test_secrets_are_not_shown_when_settings_are_printed() -> None:
    env = {
        "LIMNER_SMTP_URL": "smtp://u:sesame@host",
        "LIMNER_STORE_URL": "postgresql://u:sesame@h/d",
    }
    assert "sesame" not in repr(Settings.read(HOME, {}, env))


def test_a_size_is_a_number_of_bytes() -> None:
    assert Settings.read(HOME, {"event_bytes": 65_536}, {}).event_bytes == 65_536
    assert Settings.read(HOME, {}, {"LIMNER_BATCH_BYTES": "1000000"}).batch_bytes == 1_000_000
    for wrong in ("32 KiB", "-1", "10", "９９９９"):
        with pytest.raises(Malformed, match="event_bytes is"):
            Settings.read(HOME, {"event_bytes": wrong}, {})


def test_the_log_lies_in_the_home() -> None:
    assert Settings.read(HOME, {}, {}).log_url == "sqlite:////srv/shop/log.db"
