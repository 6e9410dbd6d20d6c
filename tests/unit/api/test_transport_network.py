"""How the platform is reached: over TLS that is verified, with a private CA, through a proxy."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import pytest

from pulumi_cloudelements.api.client import Client
from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import ApiError, ForeignAnswer, Unavailable
from tests.support.client import ORGANIZATION, USER
from tests.support.server import Answer, ScriptedServer, answer
from tests.support.tls import authority

PASSWORD = "proxy-hunter22"


def client(server: ScriptedServer | str) -> Client:
    """A client of the server, which tries nothing twice."""
    base_url = server if isinstance(server, str) else server.base_url
    return Client(ProviderConfig(USER, ORGANIZATION, base_url, max_retries=0))


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A private authority, and what a server shows that it has signed."""
    return authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(autouse=True)
def no_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    """No authorities but the usual ones."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_authority_is_not_trusted_and_nothing_is_sent(
    method: str, private: tuple[Path, ssl.SSLContext]
) -> None:
    with ScriptedServer(tls=private[1]) as server:
        error = failure(method, client(server))
    assert type(error) is Unavailable
    assert "its certificate is not trusted: unable to get local issuer certificate" in str(error)
    assert "REQUESTS_CA_BUNDLE" in str(error)
    assert server.requests == []


def test_a_private_authority_is_trusted_where_the_environment_names_it(
    private: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(private[0]))
    with ScriptedServer(answer({"id": 1}), tls=private[1]) as server:
        assert client(server).get_instance("1") == {"id": 1}


def test_a_certificate_of_another_host_is_not_trusted(
    tmp_path: Path, private: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority(tmp_path)[0]))
    with ScriptedServer(tls=private[1]) as server:
        error = failure("post", client(server))
    assert type(error) is Unavailable
    assert "its certificate is not trusted" in str(error)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_bundle_that_is_not_there_is_named(
    method: str, tmp_path: Path, private: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
    with ScriptedServer(tls=private[1]) as server:
        error = failure(method, client(server))
    assert type(error) is Unavailable
    assert "missing.pem" in str(error)


def test_a_proxy_is_asked_for_what_is_not_local(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer(answer({"id": 1})) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.origin)
        assert client("http://platform.test/elements/api-v2").get_instance("1") == {"id": 1}
    assert [request.path for request in proxy.requests] == ["http://platform.test/elements/api-v2/instances/1"]


def test_a_proxy_is_passed_by_where_the_environment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer() as proxy, ScriptedServer(answer({"id": 1})) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.origin)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert client(server).get_instance("1") == {"id": 1}
    assert proxy.requests == []


def test_a_proxy_that_wants_a_password_is_no_answer_of_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer(Answer(b"<html>", 407)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.origin)
        error = failure("get", client("http://platform.test/elements/api-v2"))
    assert type(error) is ForeignAnswer
    assert "407" in str(error)
    assert "proxy" in str(error)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "address",
    [
        f"ftp://someone:{PASSWORD}@127.0.0.1:1",
        f"http://someone:{PASSWORD}@[::",
        f"http://someone:{PASSWORD}@127.0.0.1:port",
        f"socks5://someone:{PASSWORD}@127.0.0.1:1",
        f"http://someone:{PASSWORD}@127.0.0.1:1",
    ],
    ids=["scheme", "bracket", "port", "socks", "nobody there"],
)
def test_a_proxy_that_cannot_be_used_changed_nothing_and_its_password_is_not_told(
    address: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", address)
    error = failure(method, client("http://platform.test/elements/api-v2"))
    assert type(error) is Unavailable
    assert PASSWORD not in str(error)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "address",
    [
        f"http://someone:{PASSWORD}@",
        f"https://someone:{PASSWORD}@",
        f"http://someone:{PASSWORD}@:80",
        f"http://someone:{PASSWORD}€@127.0.0.1:1",
    ],
    ids=["no host", "no host over TLS", "a port alone", "no header's character"],
)
def test_a_proxys_address_that_holds_a_user_and_is_broken_is_refused_like_any_other(
    address: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)
    error = failure(method, client("https://platform.test/elements/api-v2"))
    assert type(error) is Unavailable
    assert "a proxy's address cannot be used (HTTPS_PROXY)" in str(error)
    assert error.__context__ is None
    assert PASSWORD not in str(error)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_proxy_that_builds_no_tunnel_changed_nothing(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer() as proxy:  # it knows no CONNECT
        monkeypatch.setenv("HTTPS_PROXY", proxy.origin)
        error = failure(method, client("https://platform.test/elements/api-v2"))
    assert type(error) is Unavailable
    assert "at the proxy that HTTPS_PROXY or HTTP_PROXY names" in str(error)
    assert "Tunnel connection failed: 501" in str(error)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("address", "words"),
    [("http://127.0.0.1:{port}", "Connection refused"), ("http://proxy.invalid:{port}", "")],
    ids=["nobody there", "no such host"],
)
def test_a_proxy_that_cannot_be_reached_is_said_to_be_the_one(
    scheme: str, method: str, address: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as bound:  # bound, but not listening
        bound.bind(("127.0.0.1", 0))
        monkeypatch.setenv(f"{scheme.upper()}_PROXY", address.format(port=bound.getsockname()[1]))
        error = failure(method, client(f"{scheme}://platform.test/elements/api-v2"))
    assert type(error) is Unavailable
    assert "at the proxy that HTTPS_PROXY or HTTP_PROXY names" in str(error)
    assert words in str(error)


def test_a_proxy_over_tls_that_is_not_trusted_is_said_to_be_the_one(
    private: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer(tls=private[1]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.origin)
        error = failure("get", client("https://platform.test/elements/api-v2"))
    assert "at the proxy that HTTPS_PROXY or HTTP_PROXY names" in str(error)
    assert "the certificate of the proxy is not trusted" in str(error)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_platform_that_cannot_be_reached_is_no_proxys_fault(method: str) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        error = failure(method, client(f"http://127.0.0.1:{bound.getsockname()[1]}/elements/api-v2"))
    assert "Connection refused" in str(error)
    assert "proxy" not in str(error)


def failure(method: str, client: Client) -> ApiError:
    """The error of a call that must fail, in one line and without a credential."""
    with pytest.raises(ApiError) as caught:
        client.get_instance("1") if method == "get" else client.create_instance({})
    text = str(caught.value)
    assert "\n" not in text
    assert USER not in text
    assert ORGANIZATION not in text
    return caught.value
