import pytest

from bot.domain.topic import StartingTopics, Topic
from bot.errors import ProfileError

GOOD = """
leave_out = "Surveys."
[[topics]]
id = "routing"
name = "Sparse routing"
keep = "How experts are chosen."
"""


def test_a_topics_file_is_read() -> None:
    read = StartingTopics.parse(GOOD)
    assert read.topics == (Topic("routing", "Sparse routing", "How experts are chosen."),)
    assert read.leave_out == "Surveys."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("leave_out = ", "not TOML"),
        ("", r"no \[\[topics\]\]"),
        ("topics = 3", r"no \[\[topics\]\]"),
        ("topics = [3]", r"no \[\[topics\]\]"),
        ("leave_out = 3\n" + GOOD.replace('leave_out = "Surveys."', ""), "leave_out is not a text"),
        ("cutoff = 8\n" + GOOD, "unknown keys: cutoff"),
        (GOOD + 'priority = "high"', "topic 1 has unknown keys: priority"),
        (GOOD.replace('"routing"', "7"), "topic 1: not a text: id"),
        (GOOD.replace('"routing"', '"Sparse Routing"'), "topic 1: topic id 'Sparse Routing'"),
        (GOOD.replace('keep = "How experts are chosen."', ""), "topic 1: topic 'routing' needs"),
        (GOOD + GOOD.split("\n", 2)[2], "used twice: routing"),
    ],
)
def test_a_wrong_topics_file_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ProfileError, match=said) as caught:
        StartingTopics.parse(text)
    assert caught.value.permanent


def test_no_topic_may_be_called_what_the_judge_answers_when_none_fits() -> None:
    with pytest.raises(ValueError, match="none"):
        Topic("none", "None", "Nothing.")
