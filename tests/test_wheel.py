"""The installed wheel: it holds its prompts, templates, migrations and sample day, and works far from the checkout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout and unpacked where pip would put it."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", str(folder), str(CHECKOUT)], check=True
    )
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder / "site"), str(wheel)], check=True)
    return folder / "site"


def run(installed: Path, *arguments: str, cwd: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_finds_its_own_prompts_and_templates(installed: Path, tmp_path: Path) -> None:
    script = "from bot.resources import folder; print(folder('prompts'), folder('templates'))"
    assert run(installed, "-c", script, cwd=tmp_path).split() == [
        str(installed / "bot" / name) for name in ("prompts", "templates")
    ]


def test_the_wheel_runs_its_demo_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    told = run(installed, "-m", "bot", "demo", cwd=tmp_path)
    assert "announced" in told
    assert list((tmp_path / "var" / "demo").rglob("index.html"))
