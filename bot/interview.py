"""`broadsheet init`: asks for what the bot needs, tests each answer and each connection, and writes .env at the end.

What is asked, and all it says, stands in templates/text/interview.toml. Answers are read by the same readers as the
settings themselves. Nothing is written before the last answer, so an interview that is broken off changes nothing.
"""

import os
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from bot import dotenv_file
from bot.errors import RenderError, SettingsError
from bot.resources import folder
from bot.settings import Settings, load

NOWHERE = Path(os.devnull)  # settings are read from given values only
CHOICES = ("mend", "keep", "leave")


class Ask(Protocol):
    """Puts one question to a person and returns the answer's text; `default` if only Enter was typed."""

    def __call__(self, question: str, *, secret: bool, default: str) -> str:
        """secret: what is typed must not be seen. default: empty if there is none."""
        ...


class Tested(Protocol):
    """The result of trying one connection."""

    @property
    def what(self) -> str:
        """Which."""
        ...

    @property
    def works(self) -> bool:
        """Whether it works."""
        ...

    @property
    def told(self) -> str:
        """What works, or what is wrong and how to mend it."""
        ...


# (settings, group) -> the connections of that group, tried; group: arxiv, judge, slack, mail or operator.
Check = Callable[[Settings, str], Iterable[Tested]]


@dataclass(frozen=True)
class Question:
    """name: of the setting. needs: asked only if that one has a value. without: said if left empty; None: needed."""

    name: str
    ask: str
    secret: bool = False
    needs: str = ""
    without: str | None = None


@dataclass(frozen=True)
class Group:
    """Questions that are tested together; not at all if the first one's answer is empty."""

    id: str
    name: str
    questions: tuple[Question, ...]


class Interview:
    """One interview. environment: of the process; what it sets wins over .env, so it is not asked."""

    def __init__(
        self, path: Path, ask: Ask, tell: Callable[[str], None], check: Check, environment: Mapping[str, str]
    ) -> None:
        self._path, self._ask, self._tell, self._check = path, ask, tell, check
        self._environment = environment
        self._old = dotenv_file.read(path)
        before = dotenv_file.values(self._old)
        asked = {question.name for group in _groups() for question in group.questions}
        self._before = {name: value.strip() for name, value in before.items() if name in asked}
        # What stands elsewhere: settings that nobody asks about, files of secrets, and the environment.
        fixed = {name: value for name, value in before.items() if name not in asked} | dict(environment)
        unusable = {problem.partition(":")[0] for problem in _problems(fixed)}  # told at the end
        self._fixed = {name: value for name, value in fixed.items() if name.removesuffix("_FILE") not in unusable}
        self._answers: dict[str, str] = {}

    def run(self) -> None:
        """Ask everything, then write the file. Raises SettingsError if it cannot be read or written."""
        self._tell(_said("begin", path=self._path))
        for group in _groups():
            self._ask_group(group)
        text = self._old or _said("head") + "\n\n"
        dotenv_file.replace_file(self._path, dotenv_file.updated(text, self._answers))
        self._tell(_said("end", path=self._path))
        for problem in _problems(self._environment, self._path):
            self._tell(_said("unusable", path=self._path, why=problem))

    def _ask_group(self, group: Group) -> None:
        """Ask and test until it works, or is wanted all the same, or is left out."""
        while True:
            for question in group.questions:
                self._ask_question(question)
            if self._group_works(group):
                return
            choice = self._choice(_said("what_now", group=group.name))
            if choice == "leave":
                self._answers |= {one.name: "" for one in group.questions if one.name in self._answers}
            if choice != "mend":
                return
            self._before |= {one.name: self._answers.get(one.name, "") for one in group.questions}

    def _ask_question(self, question: Question) -> None:
        if question.needs and not self._has(question.needs):
            self._answers[question.name] = ""
        elif where := self._elsewhere(question.name):
            self._tell(_said("given_elsewhere", name=question.name, where=where))
        else:
            self._answers[question.name] = self._answer(question)

    def _answer(self, question: Question) -> str:
        """A value that can be used; empty if the setting is left out."""
        before, kept = self._before.get(question.name, ""), _said("kept")
        default = before or (question.without is None and _default(question.name)) or ""
        while True:
            shown = kept if question.secret and before else default
            typed = self._ask(question.ask, secret=question.secret, default=shown).strip()
            value = before if question.secret and before and typed == kept else typed if typed != "-" else ""
            why = self._wrong(question, value)
            if why:
                self._tell(_said("wrong", why=why.rstrip(".")))
                continue
            if not value and question.without:
                self._tell(question.without)
            return value

    def _wrong(self, question: Question, value: str) -> str:
        """Why the answer cannot be used; empty if it can."""
        if not value:
            return _said("needed") if question.without is None else ""
        if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in value):
            return _said("control_characters")
        problems = _problems(self._fixed | self._answers | {question.name: value})
        mine = (problem for problem in problems if problem.startswith(f"{question.name}: "))
        return next(mine, "").removeprefix(f"{question.name}: ")

    def _group_works(self, group: Group) -> bool:
        """Try the group's connections with the answers so far, and tell how they fared."""
        if not self._has(group.questions[0].name):
            return True
        problems = list(_problems(self._fixed | self._answers))
        if problems:
            for problem in problems:
                self._tell(_said("broken", what=group.name, told=problem))
            return False
        settings = load(self._fixed | self._answers, NOWHERE)
        self._tell(_said("testing"))
        works = True
        for result in self._check(settings, group.id):
            told = _without_secrets(result.told, settings)
            self._tell(_said("works" if result.works else "broken", what=result.what, told=told))
            works &= result.works
        return works

    def _choice(self, question: str) -> str:
        while True:
            typed = self._ask(question, secret=False, default=CHOICES[0]).strip().lower()
            found = [choice for choice in CHOICES if typed and choice.startswith(typed)]
            if found:
                return found[0]

    def _has(self, name: str) -> bool:
        return bool(self._answers.get(name) or self._fixed.get(name) or self._fixed.get(f"{name}_FILE"))

    def _elsewhere(self, name: str) -> str:
        """Where the setting comes from if not from a line of its own in the file; else empty."""
        if f"{name}_FILE" in self._fixed:
            return f"{name}_FILE"
        return "the environment" if name in self._fixed else ""


def _problems(values: Mapping[str, str], path: Path = NOWHERE) -> Iterator[str]:
    """What makes these settings unusable, as the settings themselves say it: `NAME: why` or `NAME is missing: why`."""
    try:
        load(values, path)
    except SettingsError as error:
        yield from (line.strip() for line in error.what.splitlines()[1:])


def _default(name: str) -> str:
    return Settings.__dataclass_fields__[_FIELDS[name]].metadata["default"] or ""


_FIELDS = {one.metadata["name"]: field for field, one in Settings.__dataclass_fields__.items()}


def _without_secrets(told: str, settings: Settings) -> str:
    for secret in settings.secrets:
        told = told.replace(secret, "•••")
    return told


@cache
def _wording() -> Mapping[str, Any]:
    path = folder("templates") / "text" / "interview.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RenderError(f"{path} cannot be read: {error}", permanent=True) from error


def _said(key: str, **values: object) -> str:
    return str(_wording()[key]).strip("\n").format(**values)


@cache
def _groups() -> tuple[Group, ...]:
    return tuple(
        Group(group["id"], group["name"], tuple(Question(**question) for question in group["questions"]))
        for group in _wording()["group"]
    )
