"""Pages of invented papers in the markup of LaTeXML, which arXiv's HTML is made with, from a plain text.

The text is blocks with an empty line between them. What a block is, its beginning tells:
  # 3 Method             a section; ## 3.1 …, a subsection; # A Proofs, an appendix; # Limitations, without a number
  Equation (3)           a display equation, its TeX on the next lines; without a number if there is none
  Equations (4) (5)      an align group: one row a line, cells parted by &
  Table 1. Caption       its rows on the next lines, cells parted by |
  Algorithm 1. Caption   its lines on the next lines
  Figure 1. Caption
  Theorem 1 (Title). …   also Lemma and their like; and Proof. …
  [1] …                  an entry of the bibliography
Anything else is a paragraph. In it, $…$ is a formula, and (3), Table 1, Section 2 and [1] refer to what is so named.
"""

import re
from collections.abc import Callable, Iterator
from html import escape

from bot.domain.paper import Paper

HEADING = re.compile(r"(#+) (?:(\d[\d.]*|[A-Z](?:\.\d+)*) )?(.+)")
EQUATION = re.compile(r"Equations?((?: \([\w.]+\))*)")
CAPTION = re.compile(r"(Table|Figure|Algorithm) (\w+)\. (.+)")
THEOREM = re.compile(r"(Theorem|Lemma|Proposition|Corollary|Definition|Assumption) (\w+)(?: \(([^)]+)\))?\. (.+)")
REFERENCE = re.compile(
    r"(?P<kind>Table|Figure|Algorithm|Theorem|Lemma|Proposition|Corollary|Definition|Assumption|Section|Appendix)"
    r"(?P<named> [A-Z]?\.?\d[\d.]*\b| [A-Z]\b)|\((?P<equation>\d+)\)|\[(?P<entry>\d+)\]"
)
DISPLAY = r"\displaystyle "
PERCENT = r"\%"
LEVELS = ("section", "subsection", "subsubsection")


def page(text: str, paper: Paper) -> bytes:
    """The page. Title, authors and abstract come from the paper; of their TeX, only formulas and percents are told."""
    blocks = [block.splitlines() for block in re.split(r"\n\s*\n", text.strip())]
    authors = "".join(
        f'<span class="ltx_creator ltx_role_author"><span class="ltx_personname">{escape(name)}</span></span>'
        for name in paper.authors
    )
    return (
        f'<!DOCTYPE html><html lang="en">\n<head><meta charset="utf-8"><title>{escape(paper.title)}</title></head>\n'
        '<body><div class="ltx_page_main"><div class="ltx_page_content"><article class="ltx_document">\n'
        f'<h1 class="ltx_title ltx_title_document">{_line(paper.title)}</h1>\n'
        f'<div class="ltx_authors">{authors}</div>\n'
        '<div class="ltx_abstract"><h6 class="ltx_title ltx_title_abstract">Abstract</h6>\n'
        f'<p class="ltx_p">{_line(paper.abstract.replace(PERCENT, "%"))}</p></div>\n'
        f"{''.join(_body(blocks))}</article></div></div></body></html>\n"
    ).encode()


def _body(blocks: list[list[str]]) -> Iterator[str]:
    """The blocks; a section ends where one of its level or above begins."""
    open_: list[int] = []  # levels of the open sections
    for lines in blocks:
        if heading := HEADING.fullmatch(lines[0]):
            level = len(heading[1])
            while open_ and open_[-1] >= level:
                open_.pop()
                yield "</section>\n"
            open_.append(level)
            yield _section(heading, level)
        else:
            yield _block(lines)
    yield "</section>\n" * len(open_)


def _section(found: re.Match[str], level: int) -> str:
    number, title = found[2] or "", found[3]
    if title == "References":
        return (
            '<section id="bib" class="ltx_bibliography"><h2 class="ltx_title ltx_title_bibliography">References</h2>\n'
        )
    kind = "appendix" if number[:1].isalpha() and level == 1 else LEVELS[level - 1]
    tag = f'<span class="ltx_tag ltx_tag_{kind}">{"Appendix " if kind == "appendix" else ""}{number} </span>'
    shown = f"{tag if number else ''}{_line(title)}"
    id_ = f"S{number or title.replace(' ', '')}"
    heading = f'<h{level + 1} class="ltx_title ltx_title_{kind}">{shown}</h{level + 1}>'
    return f'<section id="{id_}" class="ltx_{kind}">\n{heading}\n'


def _block(lines: list[str]) -> str:
    first, rest = lines[0], lines[1:]
    if found := EQUATION.fullmatch(first):
        return _equation(re.findall(r"\(([\w.]+)\)", found[1]), rest, group=first.startswith("Equations"))
    if found := CAPTION.fullmatch(first):
        return _float(found[1].lower(), found[2], found[3], rest)
    joined = " ".join(lines)
    if found := THEOREM.fullmatch(joined):
        return _theorem(found)
    if joined.startswith("Proof. "):
        proof = '<h6 class="ltx_title ltx_runin ltx_font_italic ltx_title_proof">Proof.</h6>'
        return f'<div class="ltx_proof">{proof}{_paragraph(joined.removeprefix("Proof. "))}</div>\n'
    if joined.startswith("[1] "):
        return f'<ul class="ltx_biblist">{"".join(map(_entry, lines))}</ul>\n'
    return _paragraph(joined)


def _equation(numbers: list[str], rows: list[str], *, group: bool) -> str:
    if not group:
        tag = f'<td class="ltx_eqn_cell ltx_eqn_eqno">{_number(numbers[0])}</td>' if numbers else ""
        id_ = f' id="E{numbers[0]}"' if numbers else ""
        cell = f'<td class="ltx_eqn_cell ltx_align_center">{_math(" ".join(rows), "block")}</td>'
        row = f'<tr class="ltx_equation ltx_eqn_row">{cell}{tag}</tr>'
        return f'<table{id_} class="ltx_equation ltx_eqn_table"><tbody>{row}</tbody></table>\n'
    made = ""
    for row, number in zip(rows, numbers, strict=True):
        cells = "".join(
            f'<td class="ltx_td ltx_eqn_cell">{_math(DISPLAY + cell.strip())}</td>' for cell in row.split("&")
        )
        made += (
            f'<tbody id="E{number}"><tr class="ltx_equation ltx_eqn_row">{cells}'
            f'<td class="ltx_eqn_cell ltx_eqn_eqno">{_number(number)}</td></tr></tbody>'
        )
    return f'<table class="ltx_equationgroup ltx_eqn_align ltx_eqn_table">{made}</table>\n'


def _number(number: str) -> str:
    return f'<span class="ltx_tag ltx_tag_equation ltx_align_right">({number})</span>'


def _float(kind: str, number: str, caption: str, lines: list[str]) -> str:
    tag = f'<span class="ltx_tag ltx_tag_{kind}">{kind.capitalize()} {number}: </span>'
    told = f'<figcaption class="ltx_caption">{tag}{_line(caption)}</figcaption>'
    id_, content = f"{kind}{number}", ""
    if kind == "table":
        rows = (_row(line, "th" if place == 0 else "td") for place, line in enumerate(lines))
        content = (
            f'<table class="ltx_tabular ltx_align_middle"><tbody class="ltx_tbody">{"".join(rows)}</tbody></table>'
        )
    if kind == "algorithm":
        listing = "".join(f'<div class="ltx_listingline">{_line(line)}</div>' for line in lines)
        content = f'<div class="ltx_listing">{listing}</div>'
    classes = "ltx_float ltx_algorithm" if kind == "algorithm" else f"ltx_{kind}"
    return f'<figure id="{id_}" class="{classes}">{told}{content}</figure>\n'


def _row(line: str, tag: str) -> str:
    cells = "".join(f'<{tag} class="ltx_td ltx_align_center">{_line(cell.strip())}</{tag}>' for cell in line.split("|"))
    return f'<tr class="ltx_tr">{cells}</tr>'


def _theorem(found: re.Match[str]) -> str:
    kind, number, title, text = found.groups()
    tag = f'<span class="ltx_tag ltx_tag_theorem"><span class="ltx_text ltx_font_bold">{kind} {number}</span></span>'
    named = f" ({_line(title)})" if title else ""
    heading = f'<h6 class="ltx_title ltx_runin ltx_title_theorem">{tag}{named}.</h6>'
    return (
        f'<div id="{kind}{number}" class="ltx_theorem ltx_theorem_{kind.lower()}">{heading}{_paragraph(text)}</div>\n'
    )


def _entry(line: str) -> str:
    number, _, text = line.removeprefix("[").partition("] ")
    tag = f'<span class="ltx_tag ltx_role_refnum ltx_tag_bibitem">[{number}]</span>'
    return f'<li id="bib.bib{number}" class="ltx_bibitem">{tag}<span class="ltx_bibblock">{_line(text)}</span></li>'


def _paragraph(text: str) -> str:
    return f'<div class="ltx_para"><p class="ltx_p">{_line(text, _referring)}</p></div>\n'


def _line(text: str, words: Callable[[str], str] = escape) -> str:
    """words: what becomes of that which stands between the formulas."""
    parts = re.split(r"\$([^$]+)\$", text)
    return "".join(_math(part) if place % 2 else words(part) for place, part in enumerate(parts))


def _referring(text: str) -> str:
    """With links. Nothing that has to be escaped stands in a reference."""
    return REFERENCE.sub(_link, escape(text))


def _link(found: re.Match[str]) -> str:
    if number := found["equation"]:
        return f'(<a href="#E{number}" class="ltx_ref"><span class="ltx_text ltx_ref_tag">{number}</span></a>)'
    if number := found["entry"]:
        return f'<cite class="ltx_cite">[<a href="#bib.bib{number}" class="ltx_ref">{number}</a>]</cite>'
    kind, number = found["kind"], found["named"].strip()
    target = f"{kind.lower() if kind in ('Table', 'Figure', 'Algorithm') else kind}{number}"
    if kind in ("Section", "Appendix"):
        target = f"S{number}"
    return f'{kind} <a href="#{target}" class="ltx_ref"><span class="ltx_text ltx_ref_tag">{number}</span></a>'


def _math(tex: str, display: str = "inline") -> str:
    shown = escape(tex)
    return (
        f'<math class="ltx_Math" alttext="{shown}" display="{display}"><semantics><mtext>{shown}</mtext>'
        f'<annotation encoding="application/x-tex">{shown}</annotation></semantics></math>'
    )
