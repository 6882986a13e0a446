"""Small papers in the markup of LaTeXML, as arXiv's HTML pages have it, written by us."""

from html import escape

from bot.adapters.fulltext.page import read_page
from bot.domain.fulltext import Block, Equation, FullText, TextSource

FILLER = (
    "Rivers carry sand, and sand settles where the current is slow; we measure how fast a bank grows from photographs "
    "that hikers took over forty years, and we show which of three simple models of growth explains them. "
)
ABSTRACT = "We count grains of sand."


def page(
    *body: str, title: str = "Sand in Rivers", abstract: str = ABSTRACT, references: int = 1, end: str = ""
) -> bytes:
    """A whole page that passes for a paper: a first section with enough text, then `body`."""
    entries = "".join(
        f'<li class="ltx_bibitem" id="bib.bib{at}"><span class="ltx_tag ltx_tag_bibitem">[{at}]</span>'
        f'<span class="ltx_bibblock">A. Author. Grain number {at}.</span></li>'
        for at in range(1, references + 1)
    )
    listed = f'<section class="ltx_bibliography"><h2 class="ltx_title">References</h2><ul>{entries}</ul></section>'
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><nav class="ltx_page_navbar">Menu</nav><div class="ltx_page_main"><div class="ltx_page_content">
<article class="ltx_document"><h1 class="ltx_title ltx_title_document">{title}</h1>
<div class="ltx_authors">Jane Doe</div>
<div class="ltx_abstract"><h6 class="ltx_title ltx_title_abstract">Abstract</h6><p class="ltx_p">{abstract}</p></div>
{section("1", "Introduction", paragraph(FILLER * 4))}
{"".join(body)}
{listed if references else ""}</article></div>{end}<footer class="ltx_page_footer">Made by LaTeXML</footer></div>
</body></html>""".encode()


def section(number: str, title: str, *body: str, kind: str = "section", name: str = "") -> str:
    """A section of any kind; without a number if that is empty."""
    tag = f'<span class="ltx_tag ltx_tag_{kind}">{number} </span>' if number else ""
    heading = f'<h2 class="ltx_title ltx_title_{kind}">{tag}{title}</h2>'
    return f'<section class="ltx_{kind}" id="{name}">{heading}{"".join(body)}</section>'


def paragraph(*text: str) -> str:
    """A paragraph of markup."""
    return f'<div class="ltx_para"><p class="ltx_p">{"".join(text)}</p></div>'


def math(tex: str, display: str = "inline") -> str:
    """A formula, with all that a page holds of it."""
    tex = escape(tex)
    return (
        f'<math alttext="{tex}" class="ltx_Math" display="{display}"><semantics><mrow><mi>x</mi><mn>2</mn></mrow>'
        f'<annotation-xml encoding="MathML-Content"><ci>x</ci></annotation-xml>'
        f'<annotation encoding="application/x-tex">{tex}</annotation></semantics></math>'
    )


def equation(tex: str, number: str = "", name: str = "") -> str:
    """One equation of its own."""
    return (
        f'<table class="ltx_equation ltx_eqn_table" id="{name}"><tbody>{_row([tex], number, "block")}</tbody></table>'
    )


def group(*rows: list[str], numbers: tuple[str, ...] = (), kind: str = "align", names: tuple[str, ...] = ()) -> str:
    r"""Rows of cells, as of an `align`; a row of `<p>…` is an \intertext."""
    out = []
    for at, row in enumerate(rows):
        number = numbers[at] if at < len(numbers) else ""
        name = names[at] if at < len(names) else ""
        inner = _row([rf"\displaystyle {cell}" if cell else "" for cell in row], number, "inline")
        if row[0].startswith("<p"):
            inner = f'<tr class="ltx_eqn_row"><td class="ltx_eqn_cell" colspan="4">{row[0]}</td></tr>'
        out.append(f'<tbody id="{name}">{inner}</tbody>')
    return f'<table class="ltx_equationgroup ltx_eqn_{kind} ltx_eqn_table">{"".join(out)}</table>'


def _row(cells: list[str], number: str, display: str) -> str:
    tag = f'<td class="ltx_eqn_cell ltx_eqn_eqno"><span class="ltx_tag ltx_tag_equation">({number})</span></td>'
    inner = "".join(f'<td class="ltx_td ltx_eqn_cell">{math(cell, display) if cell else ""}</td>' for cell in cells)
    return (
        '<tr class="ltx_equation ltx_eqn_row"><td class="ltx_eqn_cell ltx_eqn_center_padleft"></td>'
        f'{inner}<td class="ltx_eqn_cell ltx_eqn_center_padright"></td>{tag if number else ""}</tr>'
    )


def figure(kind: str, tag: str, caption: str, inner: str = "", name: str = "") -> str:
    """A float with its caption below."""
    printed = f'<span class="ltx_tag ltx_tag_{kind}">{tag} </span>' if tag else ""
    below = f'<figcaption class="ltx_caption">{printed}{caption}</figcaption>' if caption or tag else ""
    return f'<figure class="ltx_{kind}" id="{name}">{inner}{below}</figure>'


def tabular(*rows: str) -> str:
    """Rows of markup, cells included."""
    return (
        f'<table class="ltx_tabular"><tbody>{"".join(f"<tr class=ltx_tr>{row}</tr>" for row in rows)}</tbody></table>'
    )


def cells(*texts: str, span: str = "") -> str:
    """Cells; `span` is an attribute of the first."""
    return "".join(f'<td class="ltx_td"{f" {span}" if not at else ""}>{text}</td>' for at, text in enumerate(texts))


def read(*body: str) -> FullText:
    """The full text of a page with that body behind its introduction."""
    return text_of(page(*body))


def text_of(body: bytes, seconds: float = 20.0) -> FullText:
    """The full text of a page."""
    url = "https://arxiv.org/html/2601.00001v1"
    return read_page(body, arxiv_id="2601.00001", version=1, source=TextSource.HTML, url=url, seconds=seconds)


def blocks(*body: str) -> list[Block]:
    """What follows the introduction."""
    return list(read(*body).blocks())[1:]


def equations(*body: str) -> list[Equation]:
    """Of a page with that body."""
    return list(read(*body).equations.values())
