"""A topic has a stable id, a name and a text of what to keep."""

import pytest

from bot.domain.topic import Topic


@pytest.mark.parametrize("topic_id", ["none", "Sparse Routing", "7up", "", "a" * 41, "routing\n"])
def test_an_id_that_a_judge_could_not_answer_with_is_refused(topic_id: str) -> None:
    with pytest.raises(ValueError, match="topic id"):
        Topic(topic_id, "Name", "Keep.")


@pytest.mark.parametrize(("name", "keep"), [(" ", "Keep."), ("Name", " ")])
def test_a_topic_without_name_or_without_anything_to_keep_is_refused(name: str, keep: str) -> None:
    with pytest.raises(ValueError, match="needs a name"):
        Topic("routing", name, keep)
