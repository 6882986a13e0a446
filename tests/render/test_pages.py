"""The page of a digest, as HTML and as Markdown."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from bot.domain.digest import Digest, JudgedBy, State, with_overviews
from bot.domain.receipt import Receipt
from bot.domain.verdict import HotTag, Rubric, Usage
from bot.render.environment import escape_markdown
from bot.render.pages import day_pages
from tests.examples import NOON, announced, digest, paper, profile, verdict

NASTY = (
    r'"><img src=x onerror=alert(1)></title><script>alert(2)</script> [x](javascript:alert(3)) $\text{</math><b>}$ *b*'
)


def page(made: Digest) -> str:
    return day_pages(made)[0].text


def markdown(made: Digest) -> str:
    return day_pages(made)[1].text


def tree(made: Digest) -> Any:
    return parsed(page(made))


def parsed(html: str) -> Any:
    return lxml_html.document_fromstring(html.encode(), parser=lxml_html.HTMLParser(encoding="utf-8"))


def text_of(element: Any) -> str:
    return " ".join(element.text_content().replace("\u2060", "").split())


def rich() -> Digest:
    """Two papers under Sparse routing, a hot one below the cutoffs, one not judged, one miss, usage and a remark."""
    first = announced(
        1, title=r"Zo\"e's $x^2$ law", authors=("Ada Quill",) * 20, comment="Code: https://example.org/a."
    )
    hot = verdict(3, relevance=3, novelty=2, hot_tags=(HotTag.DAILY_HOT,), hot_reason="Everybody asks.")
    verdicts = (
        verdict(1, matched_topics=("memory",), hot_tags=(HotTag.NEW_FRONTIER,), hot_reason="Opens a field."),
        verdict(2, relevance=8, novelty=None, addresses_judge=True),
        hot,
        verdict(5, relevance=7),
    )
    late = replace(announced(2), late=True)
    made = digest((first, late, announced(3), announced(4), announced(5)), verdicts, remarks=("The API was away.",))
    usage = (
        Usage("claude-haiku-5-5", "judge", 345_841, 120_330, 32_850, Decimal("1.20")),
        Usage("claude-haiku-5-5", "overview", 1_000, 0, 90, Decimal("0.16")),
    )
    sections = with_overviews(made.sections, {"routing": "It begins with [1]; see also [1, 2] and [99]."})
    return replace(made, usage=usage, sections=sections)


def many(count: int) -> Digest:
    entries = tuple(announced(number, title=f"Title {number} " + "word " * 12) for number in range(1, count + 1))
    reader = profile(cutoffs=replace(profile().cutoffs, cap=1000))
    return digest(entries, tuple(verdict(number) for number in range(1, count + 1)), reader)


DIGESTS = {
    "usual": digest(),
    "rich": rich(),
    "empty": digest((announced(1),), (verdict(1, relevance=2),)),
    "nothing announced": digest((), ()),
    "quiet": replace(digest((), ()), quiet="arXiv announces nothing on a Saturday", state=State.QUIET),
    "nasty": digest(
        (announced(1, title=NASTY, abstract=NASTY, authors=(NASTY,), comment=NASTY),),
        (verdict(1, comment=NASTY, topic_reason=NASTY, hot_tags=(HotTag.DAILY_HOT,), hot_reason=NASTY),),
        profile(name=NASTY, topics=(replace(profile().topics[0], name=NASTY),)),
        remarks=(NASTY,),
        judged_by=JudgedBy(NASTY, Rubric(NASTY), NOON),
        usage=(Usage(NASTY, NASTY, 1, 0, 1, None),),
    ),
}


def test_a_digest_is_three_files_in_the_folder_of_profile_and_day() -> None:
    assert [made.path for made in day_pages(digest())] == [
        "group/2026-05-06/index.html",
        "group/2026-05-06/digest.md",
        "group/2026-05-06/digest.json",
    ]


def test_the_page_holds_everything_a_reader_of_the_day_needs() -> None:
    made = rich()
    whole = text_of(tree(made))

    for part in (
        *(
            "Wednesday 6 May 2026",
            "The group",
            "cs.LG cs.AI",
            "Partial",
            "claude-haiku-5-5",
            made.judged_by.rubric.text,
        ),
        *("announced5", "relevance 8, novelty 8", "345,841", "120,330", "32,850", "$1.20", "$1.36", "346,841"),
        *("Sparse routing", "Agent memory", "Zoë's", "arXiv:2613.00001", "Relevance 9", "Novelty 8", "Novelty –"),
        *("A new routing rule.", "It changes how experts are chosen.", "Also matches", "We study finding number 1"),
        *("Code: https://example.org/a", "late: announced on an earlier day", "cs.LG, cs.AI", "new frontier"),
        *("Hot today", "Everybody asks.", "Opens a field.", "Look twice.", "The API was away.", "1 paper could not be"),
        *("Could not be judged", "no answer", "Nearest misses", "On Finding Number 5", made.judged_by.rubric.version),
    ):
        assert part in whole, part


def test_links_lead_to_abstract_pdf_and_html() -> None:
    targets = {link.get("href") for link in tree(rich()).xpath("//article[@id='paper-1']//a")}

    assert {"https://arxiv.org/abs/2613.00001", "https://arxiv.org/pdf/2613.00001v1"} <= targets
    assert {"https://arxiv.org/html/2613.00001v1", "https://example.org/a"} <= targets


def test_formulas_are_mathml() -> None:
    assert tree(rich()).xpath("//article[@id='paper-1']//h3//*[local-name()='msup']")


def test_an_overview_links_to_the_papers_it_cites() -> None:
    overview = tree(rich()).xpath("//p[@class='overview']")[0]

    assert text_of(overview) == "It begins with [1]; see also [1, 2] and."
    assert [link.get("href") for link in overview.xpath(".//a")] == ["#paper-1", "#paper-1", "#paper-2"]


def test_a_hot_paper_stands_in_full_exactly_once() -> None:
    root = tree(rich())

    assert len(root.xpath("//article[@id='paper-1']")) == 1
    assert text_of(root.xpath("//article[@id='paper-1']//li[@class='tag']")[0]) == "new frontier"
    reasons = [text_of(one) for one in root.xpath("//p[@class='why']")]
    assert reasons == ["Why hot: Everybody asks.", "Why hot: Opens a field."]
    assert [text_of(one) for one in root.xpath("//ul[@class='named']//a")] == ["Zoë's x2 law"]
    assert root.xpath("//section[@aria-labelledby='hot']//article/@id") == ["paper-3"]


def test_a_long_list_of_authors_is_folded_and_whole() -> None:
    authors = tree(rich()).xpath("//article[@id='paper-1']//details")[0]

    assert text_of(authors.find("summary")) == ", ".join(["Ada Quill"] * 8) + " and 12 more"
    assert text_of(authors).count("Ada Quill") == 8 + 20


def test_the_first_words_of_an_offline_digest_say_that_no_llm_read_it() -> None:
    made = replace(digest(), judged_by=JudgedBy("offline", Rubric("Topics."), NOON), clock_set=True, catch_up=True)
    notices = [text_of(one) for one in tree(made).xpath("//section[@class='notices']//li")]

    assert notices[0].startswith("No LLM read these papers.")
    assert [bool(re.search(word, notice)) for word, notice in zip(["clock", "Catch-up"], notices[1:], strict=True)]
    whole = text_of(tree(made).find("body"))
    assert whole.index("No LLM read") < whole.index("announced")
    assert markdown(made).index("No LLM read") < markdown(made).index("announced ·")


def test_papers_that_arxiv_counts_and_nobody_saw_are_told_first() -> None:
    receipt = replace(digest().receipt, entries_seen=23, arxiv_says=25)

    assert "23 of 25 papers seen" in text_of(tree(replace(digest(), receipt=receipt)).xpath("//section[1]")[0])


@pytest.mark.parametrize("name", ["usual", "rich", "empty", "nothing announced"])
def test_the_receipt_adds_up_before_the_reader_s_eyes(name: str) -> None:
    table = next(table for table in tree(DIGESTS[name]).xpath("//table") if "Where" in text_of(table.find("caption")))
    rows = [int(cell.text) for cell in table.xpath("./tbody//td")]

    assert sum(rows) == int(table.xpath("./tfoot//td")[0].text) == DIGESTS[name].receipt.announced


def test_an_unknown_price_makes_the_total_unknown_never_smaller() -> None:
    made = replace(
        digest(), usage=(Usage("new-model", "judge", 5, 0, 5, None), Usage("m", "overview", 1, 0, 1, Decimal(1)))
    )
    table = next(table for table in tree(made).xpath("//table") if "cost" in (table.get("class") or ""))
    costs = [row.xpath("./td")[-1].text for row in table.xpath("./tbody/tr|./tfoot/tr")]

    assert costs == ["unknown", "$1.00", "unknown"]


@pytest.mark.parametrize(
    ("receipt", "why"),
    [
        (Receipt(), "announced nothing in cs.LG, cs.AI"),
        (Receipt(other_types=4), "ways that this profile reads (new, cross-list)"),
        (Receipt(seen_before=4), "Every paper was shown in an earlier digest"),
        (Receipt(left_by_shortlist=4), "No paper was near enough"),
        (Receipt(failed=4), "None of the 4 papers could be judged"),
        (Receipt(over_cap=4), "4 papers reached the cutoffs"),
        (
            Receipt(below_cutoff=4, failed=1),
            "None of the 4 papers judged reached the cutoffs: relevance 8 and novelty 8",
        ),
    ],
)
def test_an_empty_digest_says_why_it_is_empty(receipt: Receipt, why: str) -> None:
    made = replace(digest((), ()), receipt=receipt)

    assert why in text_of(tree(made).find(".//main"))
    assert why in markdown(made).replace("\\", "")


def test_an_empty_digest_shows_what_came_nearest() -> None:
    made = digest(tuple(announced(n) for n in range(1, 6)), tuple(verdict(n, relevance=n) for n in range(1, 6)))
    made = replace(made, sections=())

    assert [text_of(link) for link in tree(made).xpath("//section[@aria-labelledby='misses']//a")] == [
        "On Finding Number 5",
        "On Finding Number 4",
        "On Finding Number 3",
    ]


def test_a_quiet_day_says_so_and_shows_no_empty_tables() -> None:
    root = tree(DIGESTS["quiet"])

    assert "arXiv announces nothing on a Saturday." in text_of(root.find(".//main"))
    assert not root.xpath("//table")


@pytest.mark.parametrize("name", DIGESTS)
def test_the_page_asks_nobody_for_anything(name: str) -> None:
    root = tree(DIGESTS[name])

    assert not root.xpath("//script | //img | //iframe | //object | //embed | //form | //base | //video | //audio")
    assert root.xpath("//link/@href") == ["data:,"]
    assert not root.xpath("//@src | //@srcset | //@style")
    assert not [attribute for element in root.iter() for attribute in element.attrib if attribute.startswith("on")]
    assert not re.search(r"@import|url\(", root.findtext(".//style"))
    policy = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none';")
    assert "script" not in policy


@pytest.mark.parametrize("name", DIGESTS)
def test_every_link_leads_to_arxiv_into_the_page_or_beside_it(name: str) -> None:
    for target in tree(DIGESTS[name]).xpath("//a/@href"):
        assert re.match(r"https://arxiv\.org/(abs|pdf|html)/|https://example\.org/a$|#|digest\.(md|json)$", target), (
            target
        )


@pytest.mark.parametrize("name", DIGESTS)
def test_every_link_into_the_page_has_its_place_and_every_place_one_name(name: str) -> None:
    root = tree(DIGESTS[name])
    places = Counter(root.xpath("//@id"))

    assert {target[1:] for target in root.xpath("//a/@href") if target.startswith("#")} <= set(places)
    assert set(root.xpath("//@aria-labelledby")) <= set(places)
    assert set(places.values()) <= {1}


@pytest.mark.parametrize("name", DIGESTS)
def test_the_page_can_be_walked_by_headings_landmarks_and_tables(name: str) -> None:
    root = tree(DIGESTS[name])
    levels = [int(heading.tag[1]) for heading in root.xpath("//h1|//h2|//h3|//h4")]

    assert root.get("lang") == "en"
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(root.xpath("//main")) == len(root.xpath("//body/header")) == len(root.xpath("//body/footer")) == 1
    assert root.xpath("//a[@class='skip']/@href") == ["#papers"]
    assert all(table.find("caption") is not None for table in root.xpath("//table"))
    assert all(cell.get("scope") for cell in root.xpath("//th"))
    assert root.xpath("//time/@datetime")[0] == str(DIGESTS[name].day)


def test_nothing_that_strangers_write_becomes_markup() -> None:
    root = tree(DIGESTS["nasty"])

    assert "<script>alert(2)</script>" in text_of(root.find(".//article//h3"))
    assert "<script>alert(2)</script>" in text_of(root.find(".//pre"))
    assert not root.xpath("//article//b[not(ancestor::li)]")


def test_a_thousand_papers_are_all_there() -> None:
    assert len(tree(many(1000)).xpath("//article")) == 1000


READER = MarkdownIt("commonmark").enable("table")


@pytest.mark.parametrize("name", DIGESTS)
def test_markdown_holds_no_html_and_no_link_but_ours(name: str) -> None:
    tokens = [child for token in READER.parse(markdown(DIGESTS[name])) for child in (token, *(token.children or ()))]

    assert not [token.content for token in tokens if token.type.startswith("html") or token.type == "image"]
    for token in tokens:
        if token.type == "link_open":
            assert str(token.attrs["href"]).startswith("https://arxiv.org/")


def test_markdown_holds_what_the_page_holds() -> None:
    root = parsed(READER.render(markdown(rich())))
    whole = text_of(root)

    for part in (
        "Zoë's x² law",
        "Relevance 9",
        "Novelty –",
        "Also matches: Agent memory",
        "Novelty 8 · new frontier · ",
        "Why hot: Opens a field.",
        "Why hot: Everybody asks.",
        "Below the cutoffs, but hot",
        "no answer",
    ):
        assert part in whole
    assert whole.count("We study finding number 1 ") == 1
    assert len(root.xpath("//table")) == 3
    assert text_of(root.xpath("//pre")[0]) == rich().judged_by.rubric.text


def test_markdown_breaks_addresses_that_would_link_themselves() -> None:
    escaped = escape_markdown("see https://evil.example, www.evil.example and me@evil.example")

    assert not re.search(r"https?://|www\.evil|me@evil", escaped)


@given(st.text(st.characters(exclude_categories=["C"]), max_size=60))
def test_markdown_shows_any_text_as_it_is(text: str) -> None:
    escaped = escape_markdown(text)
    shown = text_of(parsed(f"<div>{READER.render('- ' + escaped)}</div>"))

    assert shown == " ".join(text.replace("\u2060", "").split())


def test_dates_and_scores_read_as_people_write_them() -> None:
    made = replace(digest(), day=date(2026, 12, 1))

    assert "Tuesday 1 December 2026" in page(made)
    assert "12:00 EDT" in page(made)
    assert paper(1).links.abs in page(made)
