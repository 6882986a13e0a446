"""TeX as authors type it, and text that is no TeX at all."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from bot.render.tex import to_html, to_unicode


def words(text: str) -> list[str]:
    return text.split()


MATHML = {
    *words("math mrow mi mn mo mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover"),
    *words("mstyle mpadded mphantom mtable mtr mtd sup sub"),
}
ATTRIBUTES = {
    *words("class stretchy fence accent movablelimits largeop displaystyle width minsize maxsize"),
    *words("linethickness scriptlevel form mathvariant"),
}


class Elements(HTMLParser):
    """Collects the names of all elements and attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"Zo\"e Ha\'{\i}n", "Zoë Haín"),
        (r"{\O}rsted, Paw{\l}, \v{C}ap\'ek, \c{c}a, Vi\~ên", "Ørsted, Pawł, Čapék, ça, Viễn"),
        (r"\c{opyright} 2026", "© 2026"),
        (r"70$--$81\%", "70–81%"),
        (r"\underline{\textbf{B}}road", "Broad"),
        (r"$\mathcal{O}(kn)$", "𝒪(kn)"),
        (r"$2.5\times$ faster", "2.5× faster"),
        (r"$O(A^2BH)$", "O(A²BH)"),
        (r"\emph{not} \textsc{Name} \texttt{a_b}", "not Name a_b"),
        (r"{\em still} {\bf here}", "still here"),
        (r"\href{https://x.example/a}{code}", "code (https://x.example/a)"),
        (r"\href{https://x.example/a}{https://x.example/a}", "https://x.example/a"),
        (r"\href{only}", "only"),
        (r"\url{https://x.example/~me}", "https://x.example/~me"),
        (r"as \cite{one,two} say\footnote{at length}", "as [one,two] say (at length)"),
        (r"\ours{} and \ours beat \old{theirs}", "ours and ours beat theirs"),
        (r"one\\two", "one two"),
        ("``big'' and `small' and 'own'", "“big” and ‘small’ and 'own'"),
        ("no -- never --- ever", "no – never — ever"),
        ("5% better & more #1 at 10 % each", "5% better & more #1 at 10 % each"),
        ("from $5 to $10, or $7-$9", "from $5 to $10, or $7-$9"),
        ("cheap ($) or dear ($$$), $5 and $k^2$", "cheap ($) or dear ($$$), $5 and k²"),
        ("about ~5, 3~4 of Fig.~2, example.org/~me", "about ~5, 3~4 of Fig. 2, example.org/~me"),
        ("half a { brace } and } two {", "half a brace and two"),
        ("the {GIANT} set {0, 1}", "the GIANT set {0, 1}"),
        ("one $ alone", "one $ alone"),
        (r"$\frac{a+b}{c}$, $\tfrac12$, $\frac{1}{\sqrt{n}}$", "(a+b)/c, 1/2, 1/√n"),
        (r"$2^{n-1}$, $10^{-3}$, $e^{-x/2}$, $x_{i+1}$, $x_1$", "2ⁿ⁻¹, 10⁻³, e^(-x/2), x_(i+1), x₁"),
        (r"$\tilde{O}(\sqrt{T})$, $\widetilde{O}(T)$, $\sqrt[3]{n+1}$", "Õ(√T), Õ(T), ³√(n+1)"),
        (r"$k\log n \le L_\mathrm{max}$, $A^\top$, $90^\circ$, 5$^{th}$", "k log n ≤ L_max, Aᵀ, 90°, 5th"),
        (r"$\mathbf{x} \in \mathbb{R}^d$ and \(y\) and \[z\]", "x ∈ ℝ^d and y and z"),
        (r"a\unicode{x2014}b", "a—b"),
        ("two\n lines\tand  more ", "two lines and more"),
    ],
)
def test_what_authors_type_becomes_what_they_mean(tex: str, text: str) -> None:
    assert to_unicode(tex) == text


@pytest.mark.parametrize(
    "unwanted", ["\x00", "\x1b", "\x9f", "\u202e", "\u2066", "\ud800", "\ufeff", "\U000e0041", "\ue000"]
)
def test_characters_that_hide_or_turn_text_are_dropped(unwanted: str) -> None:
    assert to_unicode(f"a{unwanted}b $x{unwanted}^2$") == "ab x²"
    assert unwanted not in to_html(rf"a{unwanted}b $\frac{{{unwanted}x}}{{y}}$")


@pytest.mark.parametrize("code", ["x202e", "x0000", "xd800", "x2066", "8238", "99999999", "nonsense"])
def test_a_macro_cannot_bring_them_back(code: str) -> None:
    assert to_unicode(rf"a\unicode{{{code}}}b") == "ab"
    assert not set("\u202e\x00\u2066") & set(to_html(rf"$\unicode{{{code}}}^2_x$"))


def test_a_formula_becomes_mathml_and_the_rest_is_escaped() -> None:
    html = to_html(r"1 < 2 & $x_{i}^2 \le \frac{\log n}{3}$-bound")

    assert html.startswith("1 &lt; 2 &amp; <math>")
    assert {"msubsup", "mfrac"} <= Elements(html).names
    assert "≤" in html


def test_a_formula_never_parts_from_the_word_it_belongs_to() -> None:
    assert "</math>\u2060-bound" in to_html("$x_i$-bound")
    assert "(\u2060<math>" in to_html("($x_i$)")
    assert "\u2060" not in to_html("so $x_i$ is")


@pytest.mark.parametrize(
    ("tex", "html"),
    [
        (r"$3.5\times$ and $\sim 40\%$", "3.5× and ∼ 40%"),
        ("C$^{2}$R and H$_2$O", "C<sup>2</sup>R and H<sub>2</sub>O"),
        (r"our $\textbf{M}$any", "our Many"),
    ],
)
def test_what_is_hardly_a_formula_stays_text(tex: str, html: str) -> None:
    assert to_html(tex) == html


def test_names_of_functions_stand_apart_from_their_operands() -> None:
    html = to_html(r"$k\log n + \log(n)$")

    assert "<mi>k</mi><mspace" in html
    assert html.count("<mspace") == 2
    assert "<mi>log</mi><mo" in html


def test_letters_are_styled_without_mathvariant_which_browsers_ignore() -> None:
    assert "𝒪" in to_html(r"$\mathcal{O}(n)$")
    assert "ℱ" in to_html(r"$\mathscr{F}(n)$")
    assert 'mathvariant="bold"' not in to_html(r"$\mathbf{x}_i\bm{y}$")


HOSTILE = [
    r"$\text{<img src=x onerror=alert(1)>}$",
    r"$\mbox{</math><script>alert(1)</script>}$",
    r"$\href{javascript:alert(1)}{x_1}$",
    r"$\style{background:url(//evil.example)}{x_1}$",
    r'$\class{a" onclick="alert(1)}{x_1}$',
    r'$\color{red" onmouseover="alert(1)}{x_1}$',
    r"$\id{x}{y_1}$",
    r"$\cancel{x} \boxed{y_1} \enclose{circle}{z}$",
    r"$\rule{9999em}{9999em} x_1$",
    r"$\hspace{9999em} x_1$",
    r"$&lt;script&gt; x_1 &#60;script&#62;$",
    r"$\unicode{x3c}script\unicode{x3e} x_1$",
    r"$\newcommand{\a}{<script>}\a x_1$",
    r"$\require{html}\data{x_1}$",
    "<script>alert(1)</script> $x_1$ \"'",
    r"\href{javascript:alert(1)}{click} \textbf{<b onclick=x>}",
]


@pytest.mark.parametrize("tex", HOSTILE)
def test_no_formula_and_no_text_brings_in_an_element_or_an_attribute(tex: str) -> None:
    html = to_html(tex)
    found = Elements(html)

    assert found.names <= MATHML
    assert found.attributes <= ATTRIBUTES
    assert "9999" not in html


def test_a_formula_that_cannot_be_read_is_shown_as_text() -> None:
    assert to_html(r"$\left( x_1 $ and more") == "( x₁ and more"


def test_macros_that_multiply_are_not_run() -> None:
    bomb = "".join(
        rf"\newcommand{{\{b}}}{{\{a}\{a}\{a}\{a}\{a}\{a}\{a}\{a}}}" for a, b in zip("abcdefg", "bcdefgh", strict=True)
    )

    assert len(to_html(f"${bomb}\\h$")) < 5_000


@pytest.mark.parametrize(
    "piece",
    words(r"{ } $ \ \textbf \textbf{ \( \[a $a ` `` `a ~ -- \frac{ ${ $x^ \begin{a} \verb| \cite[ \^ $x^{ $\left("),
)
def test_ten_thousand_characters_of_anything_are_read(piece: str) -> None:
    text = (piece * 10_000)[:10_000]

    to_unicode(text)
    to_html(text)


@pytest.mark.parametrize("opening", ["{", "^{", r"\sqrt", r"\frac{a}", r"\left(", r"\textbf{", r"\overline{"])
def test_a_formula_however_deep_is_read(opening: str) -> None:
    closing = "}" if opening.endswith("{") else ""
    for depth in (10, 39, 200, 900):
        assert isinstance(to_html(f"$x{opening * depth}y{closing * depth}$"), str)


PIECES = [
    *words(
        r"\ { } $ $$ \( \) \[ \] ^ _ ~ ` `` ' '' -- --- % & # < > \" \' \c \frac \sqrt \text \textbf \href \unicode"
    ),
    *words(
        r"\cite \unknown \left( \right) \begin{a} \end{a} \begin{array}{c} \\ 1 x é 5 \% \$ \mathbb \operatorname \not"
    ),
    *(" ", "\n", "ab cd", "\u202e", "\x00", "\ud800", "\U000f0000"),
]
TEXISH = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=30).map("".join)


@given(TEXISH)
def test_any_text_becomes_one_readable_line(text: str) -> None:
    shown = to_unicode(text)

    assert shown == " ".join(shown.split())
    assert not any(unwanted in shown for unwanted in "\u202e\x00\ud800\U000f0000")
    shown.encode()


@given(TEXISH)
def test_any_text_becomes_safe_html(text: str) -> None:
    found = Elements(to_html(text))

    assert found.names <= MATHML
    assert found.attributes <= ATTRIBUTES


PLAIN = st.text(st.characters(exclude_categories=["C", "Co", "Cs"], exclude_characters="\\${}~`'-\u200b\u2060\ufeff"))


@given(PLAIN)
def test_text_without_signs_of_tex_comes_back_as_it_was(text: str) -> None:
    assert to_unicode(text) == " ".join(text.split())
    assert to_unicode(to_unicode(text)) == to_unicode(text)
    assert to_html(text) == escape(" ".join(text.split()))
