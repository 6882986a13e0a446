"""What the README promises of the container, read from its files: there is no Docker where the tests run."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from bot.settings import load
from tests.fakes.web_rig import health, serving

HERE = Path(__file__).parent.parent
DOCKERFILE = (HERE / "Dockerfile").read_text().replace("\\\n", "")
COMPOSE = (HERE / "compose.yaml").read_text()


def instruction(name: str) -> str:
    """The last one of that name."""
    found: list[str] = re.findall(rf"^{name} +(.*)$", DOCKERFILE, re.MULTILINE)
    return found[-1].strip()


def environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in instruction("ENV").split())


def probe(port: str) -> int:
    """The exit code of the HEALTHCHECK's command against that port."""
    command = json.loads(instruction("HEALTHCHECK").partition(" CMD ")[2])
    assert command[0] == "python"
    surroundings = {**os.environ, "HTTP_PORT": port, "http_proxy": "http://192.0.2.1:1"}
    command = [sys.executable, *command[1:]]
    return subprocess.run(command, check=False, env=surroundings, capture_output=True, timeout=20).returncode


def test_the_container_runs_the_bot_as_nobody_in_particular_and_is_stopped_gently() -> None:
    assert json.loads(instruction("ENTRYPOINT")) == ["broadsheet"]
    assert json.loads(instruction("CMD")) == ["run"]
    assert instruction("USER") == "broadsheet"
    assert instruction("STOPSIGNAL") == "SIGTERM"
    assert instruction("VOLUME") == environment()["BROADSHEET_HOME"] == "/data"


def test_its_settings_are_good_and_the_port_that_it_exposes_is_the_one_it_listens_on() -> None:
    settings = load(environment(), Path("/nowhere/.env"))
    assert (settings.http_host, str(settings.http_port)) == ("0.0.0.0", instruction("EXPOSE"))


def test_the_health_check_is_content_with_a_loop_that_turns_and_with_nothing_else(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        assert probe(server.url.rpartition(":")[2]) == 0
    with serving(tmp_path, lambda: health(turning=False)) as server:
        port = server.url.rpartition(":")[2]
        assert probe(port) != 0
    assert probe(port) != 0, "nobody listens there any more"


def test_compose_restarts_the_bot_gives_it_time_to_stop_and_shows_it_to_this_machine_only() -> None:
    assert re.search(r"^    restart: unless-stopped$", COMPOSE, re.MULTILINE)
    grace = re.search(r"^    stop_grace_period: (\d+)s", COMPOSE, re.MULTILINE)
    assert grace
    assert int(grace[1]) > 10
    assert re.findall(r'^      - "(.*:.*)"', COMPOSE, re.MULTILINE) == ["127.0.0.1:8080:8080"]
    assert re.search(r"^volumes:\n  data:$", COMPOSE, re.MULTILINE), "a named volume"
    assert "- data:/data" in COMPOSE
    assert "max-size:" in COMPOSE


def test_the_secrets_that_compose_shows_as_an_example_name_settings_that_exist(tmp_path: Path) -> None:
    named = re.findall(r"^      #(\w+)_FILE: (/run/secrets/(\w+))$", COMPOSE, re.MULTILINE)
    assert len(named) == 2
    (tmp_path / "secret").write_text("xoxb-1")
    for name, _, secret in named:
        assert load({f"{name}_FILE": str(tmp_path / "secret")}, Path("/nowhere/.env")).secrets == ("xoxb-1",)
        assert re.search(rf"^#  {secret}:$", COMPOSE, re.MULTILINE)


def test_nothing_private_reaches_the_build() -> None:
    ignored = (HERE / ".dockerignore").read_text().split()
    assert {".env", ".env.*", ".git", "var", "secrets"} <= set(ignored)
