"""arXiv ids, announce types and links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper import AnnounceType, PaperId, is_within
from tests.examples import paper

new_ids = st.from_regex(r"[0-9]{4}\.[0-9]{4,5}", fullmatch=True)
old_ids = st.builds(
    "{}/{:07d}".format, st.sampled_from(["hep-th", "math.GT", "cs", "q-bio", "astro-ph"]), st.integers(0, 9_999_999)
)
WRAPS = [
    "{}",
    "  {}\n",
    "oai:arXiv.org:{}",
    "arXiv:{}",
    "http://arxiv.org/abs/{}",
    "https://arxiv.org/pdf/{}",
    "https://www.arxiv.org/html/{}",
]


@given(arxiv_id=new_ids | old_ids, version=st.none() | st.integers(1, 9999), wrap=st.sampled_from(WRAPS))
def test_an_id_is_read_from_wherever_it_stands(arxiv_id: str, version: int | None, wrap: str) -> None:
    text = arxiv_id if version is None else f"{arxiv_id}v{version}"
    assert PaperId.parse(wrap.format(text)) == PaperId(arxiv_id, version)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "2605.123", "2605.123456", "2605.03769v0", "2605.03769v", "2605.03769v12345", "٢٦٠٥.٠٣٧٦٩",
     "hep-th/123", "../2605.03769", "2605.03769/../x", "2605.03769v1 extra", "hep-th/9901001\nv1", "HEP-TH/9901001"],
)  # fmt: skip
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an arXiv id"):
        PaperId.parse(text)


def test_a_refused_id_is_quoted_short() -> None:
    with pytest.raises(ValueError, match="not an arXiv id") as caught:
        PaperId.parse("x" * 10_000)
    assert len(str(caught.value)) < 120


def test_the_strongest_way_to_be_announced_comes_first() -> None:
    assert sorted(AnnounceType, key=lambda how: how.precedence) == ["new", "cross", "replace", "replace-cross"]


def test_links_go_to_arxiv_itself_and_to_the_announced_version() -> None:
    links = paper(arxiv_id="hep-th/9901001", version=3).links
    assert links.abs == "https://arxiv.org/abs/hep-th/9901001"
    assert links.pdf == "https://arxiv.org/pdf/hep-th/9901001v3"
    assert links.html == "https://arxiv.org/html/hep-th/9901001v3"


@pytest.mark.parametrize(
    ("category", "wider", "within"),
    [("cs.LG", "cs.LG", True), ("cs.LG", "cs", True), ("cs.LG", "cs.L", False), ("cs", "cs.LG", False),
     ("math-ph", "math", False), ("cs.AI", "cs.LG", False)],
)  # fmt: skip
def test_a_category_is_within_itself_and_its_archive(category: str, wider: str, within: bool) -> None:
    assert is_within(category, wider) is within
    assert paper(categories=("stat.ML", category)).filed_under(wider) is within
