"""Categories, followed authors, muted words, and the cutoffs."""

import pytest

from bot.commands.proposing import MOST_CATEGORIES, MOST_FOLLOWS, MOST_MUTED_WORDS
from bot.domain.profile import CATEGORY, Cutoffs
from bot.domain.taxonomy import CATEGORIES
from tests.examples import profile
from tests.fakes.desk import memory_desk
from tests.fakes.talking import applied, said


def test_categories_are_written_as_arxiv_writes_them_whatever_was_typed() -> None:
    desk = memory_desk(profile())
    assert applied("categories add STAT.ml, hep-TH", desk).categories == ("cs.LG", "cs.AI", "stat.ML", "hep-th")
    assert applied("categories remove CS.lg hep-th", desk).categories == ("cs.AI", "stat.ML")


def test_every_known_category_is_one_that_a_profile_may_have() -> None:
    assert len(CATEGORIES) == 155 + 11  # and the archives that are divided
    assert all(CATEGORY.fullmatch(one) for one in CATEGORIES)


def test_a_typing_error_gets_the_nearest_category() -> None:
    assert "no category “cs.LLG”. The nearest is cs.LG" in said("categories add cs.LLG", memory_desk(profile()))
    assert "category_taxonomy" in said("categories add 7", memory_desk(profile()))


def test_a_category_within_one_that_is_read_is_read_already() -> None:
    desk = memory_desk(profile(categories=("cs",)))
    assert "cs.LG is read already, as a part of cs" in said("categories add cs.LG", desk)


def test_the_last_category_cannot_be_removed() -> None:
    assert "at least one category" in said("categories remove cs.LG cs.AI", memory_desk(profile()))


def test_a_category_of_a_file_that_nobody_knows_can_be_removed() -> None:
    desk = memory_desk(profile(categories=("cs.LG", "cs.ZZ")))
    assert applied("categories remove cs.zz", desk).categories == ("cs.LG",)


def test_an_author_is_followed_once_however_the_name_is_written() -> None:
    desk = memory_desk(profile())
    assert applied('authors follow "Jürgen  Quill"', desk).follows == ("Jürgen Quill",)
    assert "followed already" in said("authors follow jurgen quill", desk)
    assert "followed already, as Jürgen Quill" in said("authors follow Jürgen M. Quill", desk)
    assert applied("authors unfollow Quill, Jurgen", desk).follows == ()


def test_whom_to_unfollow_must_be_clear() -> None:
    desk = memory_desk(profile(follows=("Ada Quill", "Ada M. Quill", "Bo Sedge")))
    assert applied("authors unfollow Ada M. Quill", desk).follows == ("Ada Quill", "Bo Sedge")
    assert "The nearest is “Bo Sedge”" in said("authors unfollow B Sedge", desk)
    assert "Followed so far: Ada Quill, Bo Sedge" in said("authors unfollow Zyxw", desk)


def test_what_is_missing_is_told_in_the_singular() -> None:
    desk = memory_desk(profile(muted_words=("survey",)))
    assert "What to mute is missing. For example" in said("keywords mute", desk)
    assert "What to unmute is missing. For example" in said("keywords unmute", desk)
    assert "The order of topics is missing. For example" in said("topic order", desk)


def test_words_are_muted_once_whatever_stands_between_them() -> None:
    desk = memory_desk(profile())
    assert applied("keywords mute Federated-Learning", desk).muted_words == ("Federated-Learning",)
    assert "“Federated-Learning” is muted already" in said("keywords mute federated learning", desk)
    assert applied("keywords unmute federated LEARNING", desk).muted_words == ()


@pytest.mark.parametrize(
    ("text", "fields", "told"),
    [
        ("categories add hep-th", {"categories": tuple(sorted(CATEGORIES - {"hep-th"}))[:MOST_CATEGORIES]}, "20 cat"),
        ("authors follow Ada Quill", {"follows": tuple(f"Bo S{one}" for one in range(MOST_FOLLOWS))}, "100 followed"),
        ("keywords mute x9", {"muted_words": tuple(f"w{one}" for one in range(MOST_MUTED_WORDS))}, "100 muted words"),
    ],
)
def test_there_are_at_most_so_many(text: str, fields: dict[str, object], told: str) -> None:
    assert f"at most {told}" in said(text, memory_desk(profile(**fields)))


@pytest.mark.parametrize(
    ("text", "cutoffs"),
    [
        ("threshold relevance 10", Cutoffs(relevance=10)),
        ("threshold nov: 1", Cutoffs(novelty=1)),
        ("THRESHOLD Relevance=5", Cutoffs(relevance=5)),
        ("cap 0", Cutoffs(cap=0)),
        ("cap 1000", Cutoffs(cap=1000)),
    ],
)
def test_cutoffs_and_cap_may_be_anything_in_their_range(text: str, cutoffs: Cutoffs) -> None:
    assert applied(text, memory_desk(profile())).cutoffs == cutoffs


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("threshold", "relevance is at least 8 and its novelty at least 8"),
        ("threshold relevance", "The relevance cutoff is 8."),
        ("cap", "At most 40 papers"),
        ("categories", "Papers come from cs.LG, cs.AI"),
        ("authors", "Always shown are papers of Ada Quill"),
        ("keywords", "hold survey"),
        ("schedule", "08:30 America/New_York, daily"),
    ],
)
def test_a_verb_alone_says_what_is_so_now_and_how_to_change_it(text: str, told: str) -> None:
    shown = said(text, memory_desk(profile(follows=("Ada Quill",), muted_words=("survey",))))
    assert told in shown
    assert f"/papers {text.split(maxsplit=1)[0]} " in shown
