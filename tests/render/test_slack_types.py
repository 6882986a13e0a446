"""What the bot sends, checked by Slack's own types (the npm package @slack/types) and by our account of its limits."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.render.produced import messages, views
from tests.render.slack_json import as_json, check_message, check_view

PACKAGES = Path(__file__).parents[2] / ".venv" / "slack_types" / "node_modules"
# The types of a view let any block pass, as others than Slack's own may stand there; ours are all Slack's own.
KINDS = {"modal": "ModalView & { blocks: KnownBlock[] }", "home": "HomeView & { blocks: KnownBlock[] }"}


def faults_by_types(folder: Path, lines: list[str]) -> list[str]:
    """What the TypeScript compiler says of those lines; nothing if all is well."""
    node = shutil.which("node")
    if not node or not PACKAGES.is_dir():
        pytest.skip("node or @slack/types is not installed: `make slack-types` lets this test check what is sent")
    (folder / "node_modules").symlink_to(PACKAGES)
    imported = 'import type { HomeView, KnownBlock, ModalView } from "@slack/types";\n'
    (folder / "sent.ts").write_text(imported + "\n".join(lines) + "\nexport {};\n", encoding="utf-8")
    options = [
        "--noEmit",
        "--strict",
        "--skipLibCheck",
        "--lib",
        "es2022",
        "--moduleResolution",
        "node10",
        "--module",
        "commonjs",
    ]
    command = [node, str(PACKAGES / "typescript" / "bin" / "tsc"), *options, str(folder / "sent.ts")]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=50)
    return told.stdout.splitlines()


def sent(number: int, kind: str, value: Any) -> str:
    return f"export const sent{number}: {kind} = {json.dumps(value)};"


def test_every_message_and_view_is_what_slack_s_own_types_say(tmp_path: Path) -> None:
    made = [("KnownBlock[]", list(message.blocks)) for message in messages()]
    known = {json.dumps(blocks) for _, blocks in made}
    shown = [(KINDS[view.kind], as_json(view)) for view in views() if json.dumps(view.blocks) not in known]
    lines = [sent(number, kind, value) for number, (kind, value) in enumerate((*made, *shown))]
    assert faults_by_types(tmp_path, lines) == []


def test_slack_s_types_refuse_what_slack_refuses(tmp_path: Path) -> None:
    wrong = (
        ("KnownBlock[]", [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]),
        ("KnownBlock[]", [{"type": "divider", "colour": "red"}]),
        (KINDS["home"], {"type": "home", "blocks": [{"type": "unheard_of"}]}),
        (KINDS["modal"], {"type": "modal", "blocks": []}),
    )
    told = faults_by_types(tmp_path, [sent(number, kind, value) for number, (kind, value) in enumerate(wrong)])
    for number in range(len(wrong)):
        assert any(f"sent.ts({number + 2}," in line for line in told), told


def test_every_message_and_view_keeps_slack_s_limits() -> None:
    for message in messages():
        check_message(message)
    for view in views():
        check_view(view)
