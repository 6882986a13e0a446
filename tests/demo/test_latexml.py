"""Invented papers look like pages of LaTeXML, and are read like them."""

import pytest

from bot.adapters.fulltext.page import read_page
from bot.demo.latexml import page
from bot.demo.sample import load
from bot.domain.fulltext import FullText, Setting, TextSource
from bot.domain.paper import Paper
from tests.examples import paper

SAMPLE = load()
PAPERS = {entry.paper.arxiv_id: entry.paper for entry in SAMPLE.announcements}


def read(body: bytes, of: Paper) -> FullText:
    return read_page(body, arxiv_id=of.arxiv_id, version=of.version, source=TextSource.HTML, url=of.links.html)


def test_every_kind_of_block_is_told() -> None:
    blocks = [
        "# 1 Method",
        "We refer to (2), Table 3, Section 1 and [1], for $a<b$ & all. " + "Words go on and on. " * 40,
        "Equation (2)\na = b\n+ c",
        "Equation\nd = e",
        "Equations (3) (4)\nf & = g\n& = h",
        "Table 3. Losses.\nModel | Loss\nOurs | $2.1$",
        "Algorithm 1. Walk\nstep\nreturn",
        "Figure 4. A curve.",
        "Lemma 5 (Slow). It is\nslow.",
        "Proof. By counting.",
        "## 1.1 Setting",
        "# A Proofs",
        "# References",
        "[1] Ada Quill. Things. 2020.",
    ]
    text = read(page("\n\n".join(blocks), paper(1)), paper(1))
    assert list(text.labels.values()) == [
        *("Section 1, Method", "Section 1.1, Setting", "Appendix A, Proofs"),
        *("Equation (2)", "an unnumbered equation in Section 1, Method", "Equations (3)–(4)"),
        *("Table 3", "Algorithm 1", "Figure 4", "Lemma 5"),
    ]
    first, _, group = text.equations.values()
    assert (first.tex, first.mentions) == ("a = b + c", 1)
    assert group.tex.replace(" ", "") == r"\begin{aligned}f&=g\\&=h\end{aligned}"
    assert [one.rows for one in text.tables.values()] == [(("Model", "Loss"), ("Ours", "$2.1$"))]
    assert text.bibliography == ("[1] Ada Quill. Things. 2020.",)
    assert Setting.PROOF in {getattr(block, "setting", None) for block in text.blocks()}
    assert "[1], for $a<b$ & all." in str(text)


@pytest.mark.parametrize("path", SAMPLE.texts)
def test_the_papers_of_the_demo_are_whole(path: str) -> None:
    arxiv_id = path.removeprefix("html/")[:-2]
    text = read(SAMPLE.texts[path], PAPERS[arxiv_id])
    numbers = [number for equation in text.equations.values() for number in equation.numbers]
    assert len(numbers) == len(set(numbers)) >= 8
    assert any(len(equation.numbers) > 1 for equation in text.equations.values())
    assert len(text.tables) >= 2
    assert {"Theorem", "Algorithm", "Section", "Appendix"} <= {label.split()[0] for label in text.labels.values()}
    assert any("Limitations" in section.title for section in text.sections)
    assert len(text.bibliography) == 8
    assert text.remarks == ()


@pytest.mark.parametrize("path", SAMPLE.texts)
def test_every_reference_in_them_leads_somewhere(path: str) -> None:
    body = SAMPLE.texts[path].decode()
    targets = {part.partition('"')[0] for part in body.split('href="#')[1:]}
    ids = {part.partition('"')[0] for part in body.split(' id="')[1:]}
    assert targets
    assert targets <= ids


def test_the_best_papers_of_the_digest_have_a_text() -> None:
    """So that a note on the best one shows formulas."""
    best = max(SAMPLE.verdicts.values(), key=lambda one: (one.relevance or 0) + (one.novelty or 0))
    assert f"html/{best.arxiv_id}v{best.version}" in SAMPLE.texts
    assert len(SAMPLE.texts) >= 2
