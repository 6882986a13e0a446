"""Notes that many tests start from: a rich one, an offline one, one of an abstract alone, and a hostile one."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from bot.domain.fulltext import TextSource
from bot.domain.note import (
    OFFLINE,
    Checks,
    Content,
    Dropped,
    Formula,
    Note,
    QuotedEquation,
    Relation,
    Statement,
    Symbol,
    Tally,
)

MADE_AT = datetime(2026, 5, 6, 16, 30, tzinfo=UTC)
LOSS = QuotedEquation(
    "E1",
    ("3",),
    r"\mathcal{L}(\theta)=\mathbb{E}_{x\sim\mathcal{D}}\Big[-\sum_{t=1}^{T}\log p_{\theta}(x_{t}\mid x_{<t})\Big]"
    r"+\lambda\,\operatorname{KL}\!\left(\pi_{\theta}\,\|\,\pi_{0}\right)",
    "Section 3.1, Training objective",
    r"We train the router together with the experts by minimising the penalised likelihood with weight $\lambda$.",
)
GATE = QuotedEquation(
    "E2",
    ("4", "5"),
    r"\begin{aligned}g_{i}(x)&=\frac{\exp(w_{i}^{\top}x/\tau)}{\sum_{j=1}^{n}\exp(w_{j}^{\top}x/\tau)},\\"
    r"y&=\sum_{i\in\mathrm{TopK}(g(x))}g_{i}(x)\,f_{i}(x)\end{aligned}",
    "Section 3.2, Gating",
    "The output is the weighted sum of the chosen experts:",
)
BOUND = QuotedEquation(
    "E7",
    (),
    r"\left\|\hat{\bm{w}}_{t+1}-\bm{w}^{*}\right\|_{2}\leq\begin{cases}(1-\eta\mu)\,\|\hat{\bm{w}}_{t}-\bm{w}^{*}\|_{2}"
    r"&\text{if }\eta<1/L,\\\infty&\text{otherwise}\end{cases}",
    "Appendix A, Proofs",
)
RICH = Note(
    arxiv_id="2613.00001",
    version=2,
    title=r"On Finding Number 1: $\tau$-Smooth Routing",
    authors=(r"Zo\"e Quill", "Bruno Sedge", "Ada Fen"),
    source=TextSource.HTML,
    source_url="https://arxiv.org/html/2613.00001v2",
    source_version=2,
    language="en",
    content=Content(
        summary=Statement(
            r"The paper trains a router and its experts with one objective, a likelihood with a penalty of weight "
            r"$\lambda$ on the distance from the first router, and reports 71.4% accuracy on LongBench where the best "
            r"baseline reaches 68.9%. It also claims a 93.5% saving of memory.",
            unfound=("93.5",),
        ),
        formulas=(
            Formula(
                "E1",
                "Training objective",
                (
                    Symbol(r"\theta", "parameters of the router and of all experts"),
                    Symbol(r"\mathcal{D}", "the training data"),
                    Symbol(r"p_{\theta}(x_{t}\mid x_{<t})", "probability of token $x_t$ given the tokens before it"),
                    Symbol(r"\lambda", "weight of the penalty; 0.01 in all experiments"),
                ),
                r"Everything is trained by this one loss. Without its second term the router collapses onto two "
                r"experts after 1,000 steps, which Table 2 shows.",
            ),
            Formula(
                "E2",
                "Soft gate with top-k choice",
                (
                    Symbol(r"g_{i}(x)", "how much expert $i$ counts for input $x$"),
                    Symbol(r"\tau", "temperature"),
                    Symbol(r"f_{i}", "expert $i$"),
                ),
                r"It is where the temperature $\tau$ enters; the paper anneals it from 2.0 to 0.1.",
                unfound=("2.0",),
            ),
            Formula("E7", "Contraction of the weights", (Symbol(r"\eta", "step size"),), "It bounds one step."),
        ),
        method=(
            Statement(
                r"Score every expert with a linear map of the input and divide by $\tau$.", "Section 3.2, Gating"
            ),
            Statement("Keep the two best and mix their outputs.", "Equations (4)–(5)"),
            Statement("Train with the penalty until the load is even.", "Algorithm 1"),
        ),
        tasks=(Statement("LongBench, 4,750 questions in 21 tasks.", "Section 4.1, Data"),),
        baselines=(
            Statement("Switch-style routing with one expert for each token.", "Section 4.2, Baselines"),
            Statement("Expert choice with capacity factor 1.25.", "Table 2"),
        ),
        findings=(
            Statement(
                "71.4% accuracy against 68.9% for the best baseline.",
                "Table 2",
                "our router reaches 71.4, which is 2.5 points above the strongest baseline",
            ),
            Statement("Training takes 17% less time.", "Section 4.3, Cost", "", ("17",)),
        ),
        limits=(Statement("Only models of up to 1.3B parameters were trained.", "Section 6, Limitations"),),
        verify=(
            Statement("Whether all rows were trained with the same number of tokens.", "Table 2"),
            Statement(r"Whether $\lambda=0.01$ was chosen on the test set.", "Section 4.2, Baselines"),
            Statement("Whether the bound needs strong convexity.", "an unnumbered equation in Appendix A, Proofs"),
        ),
        related=(
            Relation("2613.00002", "It anneals the same temperature.", "On Finding Number 2"),
            Relation("hep-th/9901001", r"It proves the bound for $\eta<1/L$.", r"A Bound of $O(n^2)$"),
        ),
    ),
    equations=(LOSS, GATE, BOUND),
    checks=Checks(
        quotes=Tally(12, 12),
        numbers=Tally(31, 33),
        equations=Tally(3, 4),
        places=Tally(9, 9),
        symbols=Tally(8, 9),
        dropped=(
            Dropped(r"A formula $E=mc^2$ as equation (12)", "The paper has no equation (12)."),
            Dropped("“a hundredfold speed-up”", "These words do not stand in the paper."),
        ),
        asked_again=True,
    ),
    left_out=("Appendix B, Proof of Lemma 4", "Appendix C, More tables"),
    remarks=(),
    model="claude-sonnet-5-5",
    prompt="0123456789ab",
    at=MADE_AT,
    cost_usd=Decimal("0.1234"),
)
OFFLINE_NOTE = replace(
    RICH,
    version=1,
    source=TextSource.AR5IV,
    source_url="https://ar5iv.labs.arxiv.org/html/2613.00001",
    source_version=None,
    content=Content(
        summary=Statement(
            r"We study how a router finds its experts, and show that one objective with weight $\lambda$ is enough.",
            "Abstract",
        ),
        formulas=(Formula("E1", "", (), ""), Formula("E2", "", (), "")),
        findings=(
            Statement("Our router reaches 71.4, which is 2.5 points above the baseline.", "Section 4.3, Results"),
        ),
        limits=(Statement("We only train models of up to 1.3B parameters.", "Section 6, Limitations"),),
        verify=(Statement("Accuracy of all routers on LongBench.", "Table 2"),),
    ),
    equations=(LOSS, GATE),
    checks=Checks(numbers=Tally(4, 4), equations=Tally(2, 2), places=Tally(3, 3)),
    left_out=(),
    remarks=("arXiv has no HTML of this version; what was read may be of another one.",),
    model=OFFLINE,
    cost_usd=Decimal(0),
)
ABSTRACT_ONLY = replace(
    RICH,
    arxiv_id="hep-th/9901001",
    version=1,
    title="A Bound",
    authors=("Ada Quill",),
    source=TextSource.ABSTRACT,
    source_url="https://arxiv.org/abs/hep-th/9901001",
    source_version=None,
    content=Content(
        Statement("The paper proves a bound of $O(n^2)$."),
        verify=(Statement("Whether the bound is tight.", "Abstract"),),
    ),
    equations=(),
    checks=Checks(places=Tally(1, 1)),
    left_out=(),
    remarks=("Neither HTML nor PDF could be read: the PDF has no text.",),
    cost_usd=None,
)
NASTY = (
    r'"><img src=x onerror=alert(1)></title><script>alert(2)</script> [x](javascript:alert(3)) $\text{</math><b>}$'
    "\x1b[31m\u202e</script><!-- ``` <!channel> *b* {{ 7*7 }} $\\href{javascript:alert(4)}{x}$ \x07\x00\ud800 @here"
)


def filled_with(note: Note, text: str) -> Note:
    """The note with `text` as every text in it that a paper or a model wrote."""
    changed: Note = _filled(note, lambda _: text)
    return replace(
        changed,
        arxiv_id=note.arxiv_id,
        source_url=note.source_url,
        language=note.language,
        equations=_equations(note, text),
    )


def _equations(note: Note, text: str) -> tuple[QuotedEquation, ...]:
    return tuple(replace(one, numbers=(text,), tex=text, section=text, sentence=text) for one in note.equations)


def _filled(value: Any, write: Callable[[str], str]) -> Any:
    """The value with every text in it written anew; keys of equations and names of enumerations stay."""
    if is_dataclass(value) and not isinstance(value, type):
        kept = {"key", "equation", "arxiv_id"}
        texts = {one.name: getattr(value, one.name) for one in fields(value) if one.name not in kept}
        return replace(value, **{name: _filled(one, write) for name, one in texts.items()})
    if isinstance(value, tuple):
        return tuple(_filled(one, write) for one in value)
    return write(value) if isinstance(value, str) and not isinstance(value, Enum) else value


HOSTILE = filled_with(RICH, NASTY)
