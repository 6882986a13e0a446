"""`broadsheet run`, wired: the loop, the child process that works, and the web server."""

import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from ctypes import Array, c_char, c_double
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from importlib.metadata import version
from multiprocessing.context import SpawnProcess
from typing import TYPE_CHECKING

from bot.adapters.web import WebServer
from bot.app import FIRST_PROFILE, App
from bot.app.outlets import operator
from bot.daemon import Daemon
from bot.domain.calendar import holidays_known_until
from bot.domain.health import Health
from bot.errors import BotError, Stopped
from bot.log import set_up
from bot.office import Office
from bot.settings import Settings
from bot.stopping import StopOnSignal
from bot.worker import Ended, Survey, Task, survey, work_off

if TYPE_CHECKING:
    from bot.app.slack import Ears

log = logging.getLogger(__name__)

FAILED = 1
ALARM_PAUSES_S = (60.0, 300.0, 900.0, 3600.0)  # between tries to tell the operator that the bot cannot work


def serve(settings: Settings) -> None:
    """Run the bot until SIGTERM or SIGINT. Raises SettingsError and StoreError if it cannot start."""
    with closing(App(settings)) as app:
        app.profile(FIRST_PROFILE)
        office = app.office()
        # The web server's threads have connections of their own: the loop's are never held up by a scrape.
        child, alarm = WorkerProcess(settings, office.started), partial(_alarm, app)
        daemon = Daemon(partial(_look, office, child), child, alarm=alarm, version=version("broadsheet"))
        with daemon.heeding_signals(), _ears(app) as ears, _web_server(app, daemon, ears) as web:
            profiles = len(office.profiles().usable)
            judge = settings.judge_model if settings.anthropic_api_key else "offline"
            known = {"profiles": profiles, "judge": judge, "operator": settings.operator, "url": web.url}
            known["holidays_known_until"] = holidays_known_until()
            log.info("running", extra=known | ({"clock_set": app.clock.now()} if app.clock.was_set else {}))
            daemon.run()


@contextmanager
def _ears(app: App) -> "Iterator[Ears | None]":
    """What hears Slack, where it is set up. Its packages are loaded only there."""
    if not app.settings.slack_listens:
        yield None
        return
    from bot.app.slack import ears

    with ears(app) as heard:
        yield heard


def _web_server(app: App, daemon: Daemon, ears: "Ears | None") -> WebServer:
    address = (app.settings.http_host, app.settings.http_port)
    routes, health = (ears.routes if ears else ()), partial(_health, daemon, ears)
    return WebServer(*address, app.site, health, app.figures, index=partial(_index, app), extra_routes=tuple(routes))


def _health(daemon: Daemon, ears: "Ears | None") -> Health:
    """The loop's; whether Slack is connected is told there, too, but digests are made and delivered without that."""
    health = daemon.health()
    lost = ears.socket.told if ears and ears.socket else ""
    if not lost:
        return health
    told = f"Slack is not connected, so commands are not heard: {lost}"
    return replace(health, told=f"{health.told} {told}".strip())


def _look(office: Office, child: "WorkerProcess") -> Survey:
    """How everything stands. A clock that was set back would make the tries since the start come before it."""
    child.started = min(child.started, office.clock.now())
    return survey(replace(office, started=child.started))


def _alarm(app: App, subject: str, text: str) -> None:
    """Tell the operator from a thread of its own: the loop waits for nobody."""

    def tell() -> None:
        for pause_s in ALARM_PAUSES_S:
            try:
                operator(app).tell(subject, text)
            except BotError as error:
                about = {"subject": subject, "error": str(error), "again_in_s": pause_s}
                log.error("the operator could not be told", extra=about)  # noqa: TRY400 - a traceback would bury it
                time.sleep(pause_s)
            else:
                return

    threading.Thread(target=tell, daemon=True).start()


def _index(app: App, days: Mapping[str, Sequence[date]]) -> str:
    from bot.render.index import index_page  # rendering is loaded when somebody looks

    profiles = app.profiles.all()
    hidden = {*(one.id for one in profiles.usable if one.unlisted), *profiles.broken}
    listed = {profile: of_it for profile, of_it in days.items() if profile not in hidden}
    return index_page(listed, {one.id: one.name for one in profiles.usable})


class WorkerProcess:
    """Implements bot.daemon.Child. Started afresh, not forked: the parent has threads."""

    def __init__(self, settings: Settings, started: datetime) -> None:
        """started: when the bot was; the tries since then count, over all workers."""
        self._settings, self.started = settings, started
        self._context = multiprocessing.get_context("spawn")
        self._process: SpawnProcess | None = None
        # Shared without locks: a child that is killed while it holds one would hold it for ever.
        self._doing = self._context.RawArray(c_char, 200)
        self._stepped_at = self._context.RawValue(c_double, 0.0)

    def start(self) -> None:
        """Start it. It inherits stderr and gets the settings through a pipe."""
        self._doing.value, self._stepped_at.value = b"starting", time.monotonic()
        arguments = (self._settings, self.started, self._doing, self._stepped_at)
        self._process = self._context.Process(target=_work, args=arguments, daemon=True)
        self._process.start()

    def doing(self) -> str:
        """What it is at, in words; empty if it does not run."""
        alive = self._process is not None and self._process.is_alive()
        return self._doing.value.decode("utf-8", "replace") if alive else ""

    def silent_s(self) -> float:
        """Seconds since its last step."""
        return time.monotonic() - float(self._stepped_at.value)

    def ended(self) -> int | None:
        """The exit code of the child that ended since the last call; None if none did."""
        if self._process is None or self._process.is_alive():
            return None
        code, self._process = self._process.exitcode, None
        return code

    def stop(self, within_s: float) -> None:
        """Ask it to stop; kill it if it has not within `within_s` seconds."""
        if self._process is None:
            return
        self._process.terminate()
        self._process.join(within_s)
        if self._process.is_alive():
            log.warning("the worker did not stop in time and is killed; the next one goes on where it was")
            self._process.kill()
            self._process.join()


class _Steps:
    """Implements bot.ports.Progress: what the child does, for its parent to see."""

    def __init__(self, doing: "Array[c_char]", stepped_at: c_double) -> None:
        self._doing, self._stepped_at = doing, stepped_at
        self._task = ""

    def begin(self, task: Task) -> None:
        """From now on it is at this digest."""
        self._task = str(task)
        self._show(self._task)

    def step(self, stage: str, done: int, total: int) -> None:
        """Show it."""
        self._show(f"{self._task}, {stage}: {done} of {total}")

    def _show(self, words: str) -> None:
        self._doing.value = words.encode()[: len(self._doing) - 1]
        self._stepped_at.value = time.monotonic()


def _work(settings: Settings, started: datetime, doing: "Array[c_char]", stepped_at: c_double) -> None:
    """The child: do what is due, and exit with a code that says whether something is left."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent passes it on in its way
    # Thread pools make semaphores. Only in this context do these have no name, and so end with us, however we end.
    multiprocessing.set_start_method("fork", force=True)
    set_up(settings.secrets, logging.INFO, settings.log_format)
    with StopOnSignal(signal.SIGTERM) as stop:
        threading.Thread(target=_stop_with_parent, args=(stop,), daemon=True).start()
        try:
            with closing(App(settings)) as app:
                steps = _Steps(doing, stepped_at)
                office, bot = replace(app.office(), started=started), app.ports(steps, stop, comes_back=True)
                code = work_off(office, bot, operator(app), steps.begin).value
        except Stopped:
            log.info("the worker was stopped; what is left is done after the next start")
            code = Ended.LATER.value
        except BotError as error:
            log.error("the worker failed", extra={"error": str(error)})  # noqa: TRY400 - it says all; a traceback would bury it
            code = FAILED
        except Exception:  # what the traceback shows goes through our log: one event, redacted
            log.exception("a defect stopped the worker")
            code = FAILED
    sys.stderr.flush()
    os._exit(code)  # threads of calls that were cut off must not hold up the end


def _stop_with_parent(stop: StopOnSignal) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        stop.ask()
