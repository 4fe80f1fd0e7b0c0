from __future__ import annotations

import pytest

from ..settings import SettingsError, read_settings


def test_reads_variables_and_fills_in_defaults(variables: pytest.MonkeyPatch) -> None:
    variables.setenv("FASTAPI_PORT", "0")
    settings = read_settings()
    assert (settings.fastapi_port, settings.database_pool, settings.redis_url) == (0, 10, None)
    assert settings.openai_api_key.get_secret_value() == "for-the-stand-in"


def test_takes_an_empty_variable_as_missing(variables: pytest.MonkeyPatch) -> None:
    variables.setenv("REDIS_URL", "")
    variables.setenv("CACHE_ENTRIES", "")
    settings = read_settings()
    assert (settings.redis_url, settings.cache_entries) == (None, 1000)


def test_names_all_that_is_missing_or_wrong_in_one_line(variables: pytest.MonkeyPatch) -> None:
    variables.delenv("OPENAI_API_KEY")
    variables.setenv("FASTAPI_PORT", "70000")
    variables.setenv("LOG_LEVEL", "loud")
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert str(caught.value) == (
        'environment: FASTAPI_PORT is "70000", should be a port from 0 to 65535;'
        ' LOG_LEVEL is "loud", should be trace, debug, info, warn, error, fatal or silent;'
        " OPENAI_API_KEY is missing, set the key of the provider"
    )


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_shows_no_secret(variables: pytest.MonkeyPatch, name: str) -> None:
    variables.setenv(name, "mysql://user:secret-word@host/")
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert f"{name} is 30 characters" in str(caught.value)
    assert "secret-word" not in str(caught.value)


def test_keeps_secrets_out_of_its_own_text(variables: pytest.MonkeyPatch) -> None:
    variables.setenv("REDIS_URL", "redis://:secret-word@host")
    text = repr(read_settings()) + str(read_settings())
    assert "secret-word" not in text and "for-the-stand-in" not in text
