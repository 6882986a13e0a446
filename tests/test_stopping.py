"""A worker that is asked to stop: politely first, for good a little later, and with its parent."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from bot.errors import Stopped
from bot.stopping import StopOnSignal


def test_after_a_signal_the_stop_is_asked_for_and_nothing_is_interrupted() -> None:
    with StopOnSignal(signal.SIGUSR1) as stop:
        assert not stop.asked()
        os.kill(os.getpid(), signal.SIGUSR1)
        assert stop.asked()


def test_what_does_not_look_is_interrupted_a_little_later() -> None:
    with StopOnSignal(signal.SIGUSR1, polite_s=0.05) as stop, pytest.raises(Stopped):
        stop.ask()
        time.sleep(30)
    assert stop.asked()


def test_a_second_signal_does_not_put_the_end_off() -> None:
    with StopOnSignal(signal.SIGUSR1, polite_s=0.2) as stop, pytest.raises(Stopped):
        stop.ask()
        began = time.monotonic()
        while time.monotonic() - began < 30:
            stop.ask()
            time.sleep(0.02)


def test_handlers_are_put_back_at_the_end() -> None:
    before = signal.getsignal(signal.SIGUSR1)
    with StopOnSignal(signal.SIGUSR1):
        assert signal.getsignal(signal.SIGUSR1) is not before
    assert signal.getsignal(signal.SIGUSR1) is before


def test_what_isolates_failures_does_not_swallow_the_stop(tmp_path: Path) -> None:
    """Stopped is no Exception: `except Exception` around one digest must not go on to the next."""
    script = textwrap.dedent(
        """
        import signal, time
        from bot.stopping import StopOnSignal
        with StopOnSignal(signal.SIGTERM, polite_s=0.05) as stop:
            print("ready", flush=True)
            for _ in range(3):
                try:
                    time.sleep(30)
                except Exception:
                    pass
        """
    )
    child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    child.terminate()
    _, told = child.communicate(timeout=20)
    assert child.returncode != 0
    assert "Stopped" in told
