"""The request log: a line per attempt, for whoever asks for it, without a secret."""

from __future__ import annotations

import io
import logging
import re
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pulumi_cloudelements.api import log
from pulumi_cloudelements.api.client import Client
from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import ConfigurationError
from tests.support.clock import Clock
from tests.support.server import LOST, REQUEST_ID, Answer, ScriptedServer, answer, refusal

USER, ORGANIZATION, API_KEY = "user/Secret+7f3a=", "organization/Secret+91bc=", "sk_live_51H"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z "


def client(server: ScriptedServer, target: str | Path) -> Client:
    """A client that logs to the target."""
    clock = Clock()
    config = ProviderConfig(USER, ORGANIZATION, server.base_url, log=str(target))
    return Client(config, clock=clock, wait=clock.wait)


def test_each_attempt_is_a_line(tmp_path: Path) -> None:
    target = tmp_path / "requests.log"
    with ScriptedServer(
        answer({"id": 1}, Elements_Request_Id="5f"), refusal(503), LOST, answer({"id": 1}), answer([])
    ) as server:
        asking = client(server, target)
        asking.create_instance({"configuration": {"api.key": API_KEY}}, {API_KEY})
        asking.reauthenticate("1", {"providerData": {"code": API_KEY}}, {API_KEY})
        list(asking.list_instances("stripe", [API_KEY], API_KEY))
    lines = target.read_text().splitlines()
    assert [re.sub(f"^{TIME}", "", line) for line in lines] == [
        "POST /instances 200 0 ms attempt 1 request 5f",
        f"PUT /instances/1 503 0 ms attempt 1 request {REQUEST_ID}",
        "PUT /instances/1 RemoteDisconnected 0 ms attempt 2",
        "PUT /instances/1 200 0 ms attempt 3",
        "GET /elements/stripe/instances 200 0 ms attempt 1",
    ]
    assert all(re.match(TIME, line) for line in lines)


def test_a_foreign_request_id_is_one_line_without_a_secret(tmp_path: Path) -> None:
    target = tmp_path / "requests.log"
    foreign = answer({"id": 1}, Elements_Request_Id=f"\x1b[31m{USER} {API_KEY} " + "x" * 5000)
    with ScriptedServer(foreign) as server:
        client(server, target).get_instance("1", {API_KEY})
    (line,) = target.read_text().splitlines()
    assert line.isprintable()
    assert USER not in line
    assert API_KEY not in line
    assert len(line) < 400


def test_a_file_is_appended_to_by_all_clients_of_the_process(tmp_path: Path) -> None:
    target = tmp_path / "requests.log"
    target.write_text("before\n")
    with ScriptedServer(answer({"id": 1}), answer({"id": 1})) as server:
        client(server, target).get_instance("1")
        client(server, target).get_instance("1")
    assert len(target.read_text().splitlines()) == 3


def test_two_targets_in_one_process_get_their_own_lines_alone(tmp_path: Path) -> None:
    first, second = tmp_path / "first.log", tmp_path / "second.log"
    with ScriptedServer(answer({"id": 1}), answer({"id": 2})) as server:
        client(server, first).get_instance("1")
        client(server, second).get_instance("2")
    for target, path in ((first, "/instances/1"), (second, "/instances/2")):
        (line,) = target.read_text().splitlines()
        assert f"GET {path} 200" in line


def test_threads_that_open_a_log_at_the_same_time_write_each_line_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = threading.Barrier(2, timeout=1)

    class Slow(logging.FileHandler):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            with suppress(threading.BrokenBarrierError):  # where one at a time opens, the other does not come
                both.wait()
            super().__init__(*args, **kwargs)

    monkeypatch.setattr(logging, "FileHandler", Slow)
    target = tmp_path / "requests.log"
    with ThreadPoolExecutor() as threads:
        for write in list(threads.map(log.opened, [str(target)] * 2)):
            assert write
            write("a line")
    assert len(target.read_text().splitlines()) == 2


def test_the_same_relative_path_in_another_folder_is_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        write = log.opened("requests.log")
        assert write
        write(name)
        assert (tmp_path / name / "requests.log").read_text().split()[1:] == [name]


CONFIGURING = """
import logging.config, sys
from pulumi_cloudelements.api import log
write = log.opened(sys.argv[1])
logging.config.dictConfig({"version": 1, "disable_existing_loggers": True})
write("a line")
"""


def test_an_application_that_configures_logging_does_not_silence_the_log(tmp_path: Path) -> None:
    target = tmp_path / "requests.log"
    subprocess.run([sys.executable, "-c", CONFIGURING, str(target)], check=True)
    assert len(target.read_text().splitlines()) == 1


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    target = tmp_path / "requests.log"
    log.opened(str(target))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


@pytest.mark.parametrize("place", [".", "missing/requests.log"])
def test_a_file_that_cannot_be_written_is_an_error_of_the_configuration(place: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^CLOUDELEMENTS_LOG is '.*', which cannot be written: ") as caught:
        log.opened(str(tmp_path / place))
    assert "\n" not in str(caught.value)


def test_without_a_target_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with ScriptedServer(answer({"id": 1})) as server:
        client(server, "").get_instance("1")
    assert [record for record in caplog.records if record.name.startswith(log.LOGGER)] == []
    assert log.opened("") is None


def test_no_other_handler_of_the_process_sees_a_line(tmp_path: Path) -> None:
    elsewhere = io.StringIO()
    handler = logging.StreamHandler(elsewhere)
    logging.getLogger().addHandler(handler)
    with ScriptedServer(answer({"id": 1})) as server:
        client(server, tmp_path / "requests.log").get_instance("1")
    logging.getLogger().removeHandler(handler)
    assert "instances" not in elsewhere.getvalue()


PROGRAM = f"""
import sys
from pulumi_cloudelements.api.client import Client
from pulumi_cloudelements.config import ProviderConfig
Client(ProviderConfig({USER!r}, {ORGANIZATION!r}, sys.argv[1], log=sys.argv[2])).get_instance("1")
"""


@pytest.mark.parametrize(("target", "lines"), [("debug", 1), ("", 0)])
def test_debug_is_stderr(target: str, lines: int) -> None:
    with ScriptedServer(Answer(b'{"id": 1}')) as server:
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM, server.base_url, target], capture_output=True, text=True, check=True
        )
    assert run.stdout == ""
    assert len(re.findall(rf"(?m)^{TIME}GET /instances/1 200 \d+ ms attempt 1$", run.stderr)) == lines
    assert len(run.stderr.splitlines()) == lines
