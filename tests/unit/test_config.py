"""The provider's configuration: where it comes from, and what it refuses."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pulumi_cloudelements.config import ENVIRONMENT, ProviderConfig
from pulumi_cloudelements.errors import ConfigurationError

API = "/elements/api-v2"


def load(stack: Mapping[str, object] | None = None, environment: Mapping[str, str] | None = None) -> ProviderConfig:
    """Load from a stack config by bare keys, and from variables."""
    config = {f"cloudelements:{key}": value for key, value in (stack or {}).items()}
    return ProviderConfig.load(config.get, environment or {})


def refusal(stack: Mapping[str, object]) -> str:
    """The one line with which a stack config is refused."""
    with pytest.raises(ConfigurationError) as caught:
        load(stack)
    text = str(caught.value)
    assert text
    assert "\n" not in text
    return text


def test_without_any_configuration_the_defaults_hold() -> None:
    assert load() == ProviderConfig(
        user_secret="",
        organization_secret="",
        base_url="https://api.cloud-elements.com/elements/api-v2",
        update_method="PUT",
        request_timeout=120.0,
        max_retries=5,
    )


@pytest.mark.parametrize(
    ("key", "attribute", "stack", "environment", "loaded"),
    [
        ("userSecret", "user_secret", "of-stack", "of-environment", "of-stack"),
        ("organizationSecret", "organization_secret", "of-stack", "of-environment", "of-stack"),
        ("baseUrl", "base_url", "https://stack.example", "https://env.example", f"https://stack.example{API}"),
        ("updateMethod", "update_method", "PATCH", "PUT", "PATCH"),
        ("requestTimeout", "request_timeout", "7", "8", 7.0),
        ("maxRetries", "max_retries", "7", "8", 7),
    ],
)
def test_stack_config_wins_over_the_environment(
    key: str, attribute: str, stack: str, environment: str, loaded: object
) -> None:
    assert getattr(load({key: stack}, {ENVIRONMENT[key]: environment}), attribute) == loaded


def test_the_environment_stands_in_for_what_the_stack_leaves_out() -> None:
    config = load(
        {},
        {
            "CLOUDELEMENTS_USER_SECRET": "u",
            "CLOUDELEMENTS_ORGANIZATION_SECRET": "o",
            "CLOUDELEMENTS_BASE_URL": "https://env.example",
            "CLOUDELEMENTS_UPDATE_METHOD": "PATCH",
            "CLOUDELEMENTS_REQUEST_TIMEOUT": "1.5",
            "CLOUDELEMENTS_MAX_RETRIES": "0",
        },
    )
    assert config == ProviderConfig("u", "o", f"https://env.example{API}", "PATCH", 1.5, 0)


def test_an_empty_variable_counts_as_unset() -> None:
    assert load({}, dict.fromkeys(ENVIRONMENT.values(), "")) == load()


@pytest.mark.parametrize(
    ("given", "loaded"),
    [
        ("https://api.example", f"https://api.example{API}"),
        ("https://api.example/", f"https://api.example{API}"),
        (f"https://api.example{API}", f"https://api.example{API}"),
        (f"https://api.example{API}/", f"https://api.example{API}"),
        (f" https://api.example:8443{API}//\n", f"https://api.example:8443{API}"),
        (f"https://proxy.example/tenant{API}", f"https://proxy.example/tenant{API}"),
        ("http://127.0.0.1:8765", f"http://127.0.0.1:8765{API}"),
        ("http://localhost:8765", f"http://localhost:8765{API}"),
        ("http://[::1]:8765", f"http://[::1]:8765{API}"),
    ],
)
def test_a_base_url_is_completed(given: str, loaded: str) -> None:
    assert load({"baseUrl": given}).base_url == loaded


@pytest.mark.parametrize(
    "given",
    [
        "http://api.example",
        f"http://api.example{API}",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://10.0.0.1",
        "api.example",
        "ftp://api.example",
        "https://",
        "https:///elements/api-v2",
        "https://user@api.example",
        "https://api.example?a=b",
        "https://api.example#a",
        "https://api.example/elements/api-v1",
        "https://[",
        "https://[::1",
        "https://api.example:port",
        "https://api.example:99999",
        "https://api example.com",
        "https://api..example.com",
    ],
)
def test_a_base_url_that_cannot_work_is_refused_by_its_names(given: str) -> None:
    text = refusal({"baseUrl": given})
    assert "cloudelements:baseUrl" in text
    assert "CLOUDELEMENTS_BASE_URL" in text


def test_plain_http_is_refused_with_the_reason() -> None:
    assert "https alone, loopback excepted" in refusal({"baseUrl": "http://api.example"})


@pytest.mark.parametrize("given", ["https://user:hunter22@api.example", "http://user:hunter22@api.example"])
def test_a_password_in_a_base_url_is_not_repeated(given: str) -> None:
    assert "hunter22" not in refusal({"baseUrl": given})


@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("requestTimeout", "soon"),
        ("requestTimeout", "0"),
        ("requestTimeout", "-1"),
        ("requestTimeout", "nan"),
        ("requestTimeout", "inf"),
        ("maxRetries", "many"),
        ("maxRetries", "-1"),
        ("maxRetries", "1.5"),
        ("maxRetries", "nan"),
    ],
)
def test_a_number_that_cannot_be_used_is_refused_by_its_names(key: str, given: str) -> None:
    text = refusal({key: given})
    assert f"cloudelements:{key}" in text
    assert ENVIRONMENT[key] in text


@pytest.mark.parametrize(
    ("given", "loaded"), [("PUT", "PUT"), ("put", "PUT"), ("PATCH", "PATCH"), ("patch", "PATCH"), ("Patch", "PATCH")]
)
def test_an_update_method_may_be_written_in_either_case(given: str, loaded: str) -> None:
    assert load({"updateMethod": given}).update_method == loaded


@pytest.mark.parametrize("given", ["POST", "PUT,PATCH", " ", "PUT\n", "true"])
def test_an_update_method_that_there_is_not_is_refused_by_its_names(given: str) -> None:
    text = refusal({"updateMethod": given})
    for word in ("cloudelements:updateMethod", "CLOUDELEMENTS_UPDATE_METHOD", "PUT or PATCH"):
        assert word in text


@pytest.mark.parametrize("key", ["userSecret", "organizationSecret"])
@pytest.mark.parametrize("secret", ["hunter\n22", "hunter\r\nX-Header: 22", "huntér22", "hunter\x0022"])
def test_a_secret_that_no_header_can_carry_is_refused_without_repeating_it(key: str, secret: str) -> None:
    text = refusal({key: secret})
    assert f"cloudelements:{key}" in text
    assert "hunt" not in text


def test_line_breaks_around_a_pasted_secret_are_forgiven() -> None:
    assert load({"userSecret": " a/b+c=\r\n"}).user_secret == "a/b+c="


def test_the_header_is_the_platforms() -> None:
    assert ProviderConfig("u/1=", "o+2=").authorization() == "User u/1=, Organization o+2="


def test_no_repr_holds_a_secret() -> None:
    config = ProviderConfig("hunter22", "hunter33")
    assert "hunter" not in repr(config)
    assert "hunter" not in str(config)


def test_the_secrets_are_what_is_set() -> None:
    assert ProviderConfig("u", "o").secrets() == ("u", "o")
    assert ProviderConfig("", "o").secrets() == ("o",)


@pytest.mark.parametrize(
    ("config", "named", "unnamed"),
    [
        (ProviderConfig(), ["userSecret", "organizationSecret"], []),
        (ProviderConfig(user_secret="u-5e11"), ["organizationSecret"], ["userSecret", "u-5e11"]),
        (ProviderConfig(organization_secret="o-5e11"), ["userSecret"], ["organizationSecret", "o-5e11"]),
    ],
)
def test_missing_credentials_are_named_at_once_with_how_to_set_them(
    config: ProviderConfig, named: list[str], unnamed: list[str]
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        config.authorization()
    text = str(caught.value)
    assert "\n" not in text
    for key in named:
        assert f"pulumi config set --secret cloudelements:{key}" in text
        assert ENVIRONMENT[key] in text
    for word in unnamed:
        assert word not in text
