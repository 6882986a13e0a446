"""From what somebody typed, as Slack sends it, to the verb and its words."""

import pytest

from bot.commands.table import Ask, Verb, verb
from bot.commands.typed import LONGEST, call, plain
from bot.domain.conversation import Reply
from bot.errors import CommandError


def top(ask: Ask) -> Reply:
    """top [N] [topic] - the best papers.

    Details of it, on
      two lines.
    """
    return Reply("top")


def topics(ask: Ask) -> Reply:
    """topics - all topics."""
    return Reply("topics")


def add_topic(ask: Ask) -> Reply:
    """topic add NAME: KEEP - one more topic."""
    return Reply("topic_add")


def drop_topic(ask: Ask) -> Reply:
    """topic remove TOPIC - one topic less."""
    return Reply("topic_remove")


TABLE: tuple[Verb, ...] = (verb(top), verb(topics), verb(add_topic, changes=True), verb(drop_topic, changes=True))


def test_a_docstring_is_the_verbs_name_usage_help_and_details() -> None:
    one = TABLE[0]
    assert (one.name, one.usage, one.help, one.changes) == ("top", "[N] [topic]", "the best papers.", False)
    assert one.details == "Details of it, on\ntwo lines."
    assert (TABLE[2].name, TABLE[2].usage, TABLE[2].changes) == ("topic add", "NAME: KEEP", True)


@pytest.mark.parametrize(
    "typed", ["topic add X: y", "TOPIC  Add X: y", "/papers topic add X: y", " papers topic\u00a0add X: y"]
)
def test_the_longest_name_wins_whatever_its_case_and_white_space(typed: str) -> None:
    found = call(typed, TABLE)
    assert found.verb is TABLE[2]
    assert found.words == "X: y"


@pytest.mark.parametrize("typed", ["", "   ", "/papers", "/papers  ", "\u200b\x00\n"])
def test_nothing_is_no_verb(typed: str) -> None:
    assert call(typed, TABLE).verb is None


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("authors follow “Ada Quill”", 'authors follow "Ada Quill"'),
        ("keep O&apos;Brien &amp; sons &lt;3 &amp;lt;", "keep O&apos;Brien & sons <3 &lt;"),
        ("why <https://arxiv.org/abs/2605.01234|arxiv.org/abs/2605.01234>", "why arxiv.org/abs/2605.01234"),
        ("why <https://arxiv.org/abs/2605.01234|this one>", "why https://arxiv.org/abs/2605.01234"),
        ("categories add <http://cs.AI|cs.AI>", "categories add cs.AI"),
        ("authors follow <@U012AB|ada>", "authors follow @ada"),
        ("authors follow <@U012AB>", "authors follow @U012AB"),
        ("search <#C01|general> <!here>", "search #general @here"),
        ("search <mailto:ada@example.org|ada@example.org>", "search ada@example.org"),
        ("search a < b > c", "search a < b > c"),
        ("top\u202f5\u202e\x1b[31m", "top 5[31m"),
    ],
)
def test_slacks_escapes_are_read_as_their_writer_saw_them(sent: str, meant: str) -> None:
    assert plain(sent) == meant


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("tpo 5", "The nearest is top. Its form: /papers top [N] [topic]"),
        ("topic", "After topic comes one of add, remove"),
        ("topic ad X", "Its form: /papers topic add NAME: KEEP"),
        ("remove X", "“remove” alone is no command, but topic remove is. For example: /papers topic remove TOPIC"),
        ("2605.01234", "/papers why 2605.01234"),
        ("sparse routing please", "/papers search sparse routing please"),
    ],
)
def test_an_unknown_verb_brings_one_sentence_with_what_may_have_been_meant(typed: str, told: str) -> None:
    with pytest.raises(CommandError) as refused:
        call(typed, TABLE)
    assert told in str(refused.value)


def test_a_command_of_any_length_is_read_or_refused_at_once() -> None:
    with pytest.raises(CommandError, match="too long"):
        call("search " + "x" * LONGEST, TABLE)
    with pytest.raises(CommandError):
        call("<@" * 200_000, TABLE)
