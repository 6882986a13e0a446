"""The digest as a mail, and the same as files for the outbox."""

import email.message
import email.policy
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from bot.domain.digest import Digest, JudgedBy, State, supplement
from bot.domain.message import Mail
from bot.domain.verdict import HotTag, Rubric
from bot.render.mail import LARGEST_HTML, mail, message_id, outbox, subject
from tests.examples import NOON, announced, digest, profile, verdict

PAGE = "https://digest.example.org/group/2026-05-06/"
NASTY = 'Oh\r\nBcc: all@example.org\x00 "><script>alert(1)</script> [x](javascript:alert(2)) </mj-text><mj-raw>'


def sent(made: Digest, page: str | None = PAGE) -> Mail:
    return mail(made, page, "ada@example.org", "example.org")


def parsed(html: str) -> Any:
    return lxml_html.document_fromstring(html.encode(), parser=lxml_html.HTMLParser(encoding="utf-8"))


def text_of(element: Any) -> str:
    return " ".join(element.text_content().split())


def many(count: int, abstract: str = "A long abstract. " * 110, **fields: Any) -> Digest:
    entries = tuple(announced(number, abstract=abstract, **fields) for number in range(1, count + 1))
    reader = profile(cutoffs=replace(profile().cutoffs, cap=1000))
    return digest(entries, tuple(verdict(number) for number in range(1, count + 1)), reader)


def hot() -> Digest:
    below = verdict(3, relevance=3, hot_tags=(HotTag.DAILY_HOT,), hot_reason="Everybody asks.")
    named = verdict(1, hot_tags=(HotTag.NEW_FRONTIER,), hot_reason="Opens a field.")
    return digest((announced(1), announced(3), announced(4)), (named, below))


@pytest.mark.parametrize("count", [0, 1, 25, 40, 120, 400, 1000])
def test_the_html_stays_below_what_mail_programs_clip_and_nothing_is_left_untold(count: int) -> None:
    made = many(count)
    root = parsed(html := sent(made).html)
    full, brief = len(root.xpath("//td[@class='paper']")), len(root.xpath("//td[@class='brief']"))

    assert len(html.encode()) <= LARGEST_HTML < 100_000
    told = re.search(
        r"(\d+) of (\d+) papers are in full here(?:, (\d+) by title)?(?:, and (\d+) not at all)?", text_of(root)
    )
    if told:
        assert [int(number or 0) for number in told.groups()] == [full, count, brief, count - full - brief]
    else:
        assert full == count
    assert full >= min(count, 15)


@given(st.integers(0, 90), st.integers(0, 6_000), st.sampled_from("xé<&𝒪 "))
@settings(max_examples=15)
def test_no_length_of_abstract_makes_the_html_too_large(count: int, length: int, letter: str) -> None:
    assert len(sent(many(count, abstract=(letter + "ab ") * (length // 4))).html.encode()) <= LARGEST_HTML


def test_even_absurd_metadata_fits() -> None:
    absurd = many(30, title="T" * 20_000, authors=("A" * 20_000,) * 50, comment="C" * 50_000)
    absurd = replace(absurd, remarks=("R" * 30_000,) * 40, unjudged=absurd.unjudged * 50)

    assert len(sent(absurd).html.encode()) <= LARGEST_HTML


def test_what_does_not_fit_in_full_stands_by_title_with_link_and_scores() -> None:
    brief = parsed(sent(many(60)).html).xpath("//td[@class='brief']")[-1]

    assert text_of(brief) == "60 On Finding Number 60 relevance 9, novelty 8"
    assert brief.xpath(".//a/@href") == ["https://arxiv.org/abs/2613.00060"]


def test_a_shortened_mail_leads_to_the_page_and_only_where_there_is_one() -> None:
    assert f'All of them are on <a href="{PAGE}">the page</a>' in sent(many(60)).html
    assert "the page" not in sent(many(60), page=None).html
    assert "papers are in full here" not in sent(many(3)).html


@pytest.mark.parametrize("part", ["html", "text"])
def test_a_mail_holds_what_a_reader_needs_of_a_paper(part: str) -> None:
    one = announced(1, title=r"Zo\"e's $n^2$ law", comment="7 pages")
    made = digest((one,), (verdict(1, matched_topics=("memory",), addresses_judge=True),))
    content = getattr(sent(made), part)
    whole = " ".join((text_of(parsed(content)) if part == "html" else content).split())

    for piece in (
        *(
            "Zoë's n² law",
            "Ada Quill, Bruno Sedge",
            "cs.LG, cs.AI",
            "new",
            "A new routing rule.",
            "It changes how experts",
        ),
        *("We study finding number 1", "Topic: Sparse routing", "Also matches: Agent memory", "Authors' note: 7 pages"),
        *("Wednesday 6 May 2026", "claude-haiku-5-5", made.judged_by.rubric.version, "announced"),
    ):
        assert piece in whole, piece
    assert re.search(r"relevance 9, novelty 8", whole, re.IGNORECASE)
    assert re.search(r"look twice", whole, re.IGNORECASE)
    for address in ("https://arxiv.org/abs/2613.00001", "https://arxiv.org/pdf/2613.00001v1", PAGE):
        assert address in content


@pytest.mark.parametrize("part", ["html", "text"])
def test_hot_papers_are_named_and_those_below_the_cutoffs_shown(part: str) -> None:
    content = getattr(sent(hot()), part)

    assert content.count("Opens a field.") == 2, "where it is named and where it stands in full"
    assert content.count("Everybody asks.") == 1
    assert content.count("We study finding number 3 ") == 1
    assert "no answer" in content


@pytest.mark.parametrize(("page", "target"), [(None, "https://arxiv.org/abs/2613.00001"), (PAGE, f"{PAGE}#paper-1")])
def test_a_hot_paper_s_name_leads_to_the_page_or_else_to_arxiv(page: str | None, target: str) -> None:
    [named] = parsed(sent(hot(), page).html).xpath("//ul/li[.//b[text()='new frontier']]")

    assert named.xpath("./a/@href") == [target]


def test_the_title_of_a_paper_looks_like_a_link() -> None:
    root = parsed(sent(digest()).html)

    assert root.xpath("//h3/a/@href")
    assert "h3 a" not in "".join(root.xpath("//style/text()")), "links of titles have the colour of all links"


@pytest.mark.parametrize("part", ["html", "text"])
def test_the_head_gives_the_cutoffs_and_no_number_twice(part: str) -> None:
    content = getattr(sent(digest()), part)
    whole = text_of(parsed(content).find("body")) if part == "html" else " ".join(content.split())

    assert "2 announced · 2 scanned · 2 relevant" in whole
    assert whole.index("Cutoffs: relevance 8, novelty 8; cap: 40.") < whole.index(
        "Sparse routing" if part == "html" else "SPARSE ROUTING"
    )
    fewer = replace(digest(), receipt=replace(digest().receipt, left_by_shortlist=3))
    assert "2 shortlisted" in " ".join(sent(fewer).text.split())


@pytest.mark.parametrize("part", ["html", "text"])
def test_the_first_words_of_an_offline_digest_say_that_no_llm_read_it(part: str) -> None:
    made = replace(digest(), judged_by=JudgedBy("offline", Rubric("Topics."), NOON), clock_set=True)
    content = getattr(sent(made), part)

    assert (
        content.index("No LLM read these papers") < content.index("clock was set") < content.rindex("On Finding Number")
    )
    if part == "html":
        assert "No LLM read these papers" in text_of(parsed(content).xpath("//body/div[1]")[0])


@pytest.mark.parametrize("part", ["html", "text"])
def test_an_empty_digest_says_why_and_shows_what_came_nearest(part: str) -> None:
    content = getattr(sent(digest((announced(1),), (verdict(1, relevance=2),))), part)

    assert "The one paper judged did not reach the cutoffs" in content
    assert "On Finding Number 1" in content


def test_an_addition_says_that_it_is_one() -> None:
    extra = supplement(digest(), frozenset({"2613.00001"}))
    assert extra

    assert "holds only the papers that the earlier one lacked" in sent(extra).html
    assert sent(extra).subject.startswith("Addition: ")
    assert "On Finding Number 1" not in sent(extra).html.replace("On Finding Number 1 ", "")


def test_the_subject_tells_profile_date_and_counts() -> None:
    assert subject(digest()) == "The group, Wednesday 6 May 2026: 2 papers of 2"
    assert subject(hot()) == "The group, Wednesday 6 May 2026: 2 papers of 3, 2 hot (partial)"
    assert subject(digest((), ())) == "The group, Wednesday 6 May 2026: no papers"


def test_no_name_can_add_a_header_or_markup() -> None:
    made = digest(
        (announced(1, title=NASTY, authors=(NASTY,), comment=NASTY, abstract=NASTY),),
        (verdict(1, comment=NASTY, topic_reason=NASTY),),
        profile(name=NASTY),
        remarks=(NASTY,),
    )
    made_mail = mail(made, PAGE, NASTY, NASTY)
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["Subject"], message["Message-ID"] = made_mail.subject, f"<{made_mail.message_id}>"

    assert re.fullmatch(r"[0-9a-f]{32}@[A-Za-z0-9.-]+", made_mail.message_id)
    assert message["Bcc"] is None
    root = parsed(made_mail.html)
    assert not root.xpath("//script | //a[starts-with(@href, 'javascript')]")
    assert "<script>alert(1)</script>" in text_of(root.xpath("//h3")[0])


def test_the_html_loads_nothing_and_counts_nobody() -> None:
    root = parsed(sent(many(5)).html)

    assert not root.xpath("//img | //script | //iframe | //form | //@src | //link")
    assert not re.search(r"@import|url\(|<math", sent(many(5)).html)
    assert all(target.startswith(("https://arxiv.org/", PAGE)) for target in root.xpath("//a/@href"))


def test_the_html_speaks_its_language_and_knows_the_dark() -> None:
    html = sent(digest()).html

    assert parsed(html).get("lang") == "en"
    assert "prefers-color-scheme: dark" in html
    assert '<meta name="color-scheme" content="light dark"' in html


def test_text_lines_fit_a_terminal_but_addresses_stay_whole() -> None:
    lines = sent(many(30)).text.splitlines()

    assert max(len(line) for line in lines if "http" not in line) <= 72
    assert not any(line != line.rstrip() for line in lines if line.strip() == "")


def test_a_message_id_is_the_same_for_one_edition_and_address_and_no_other() -> None:
    extra = supplement(digest(), frozenset({"2613.00001"}))
    other = supplement(digest(), frozenset({"2613.00002"}))
    assert extra
    assert other
    ids = [
        message_id(digest(), "ada@example.org", "example.org"),
        message_id(digest(), "bob@example.org", "example.org"),
        message_id(replace(digest(), profile=profile(id="second")), "ada@example.org", "example.org"),
        message_id(extra, "ada@example.org", "example.org"),
        message_id(other, "ada@example.org", "example.org"),
    ]

    assert len(set(ids)) == 5
    assert message_id(digest(), "ada@example.org", "example.org") == ids[0]
    assert message_id(replace(digest(), remarks=("again",)), "ada@example.org", "example.org") == ids[0]


def test_the_outbox_holds_every_paper_in_full() -> None:
    html, text = outbox(many(60))

    assert [html.path, text.path] == ["2026-05-06-group/digest.html", "2026-05-06-group/digest.txt"]
    assert len(parsed(html.text).xpath("//td[@class='paper']")) == 60
    assert text.text.count("A long abstract. A long") >= 60


def test_a_quiet_day_makes_a_mail_that_says_so() -> None:
    made = replace(digest((), ()), quiet="arXiv announces nothing on a Saturday", state=State.QUIET)

    assert "No digest today: arXiv announces nothing on a Saturday." in sent(made).text
