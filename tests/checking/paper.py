"""An invented paper as it was read, and drafts on it."""

from dataclasses import replace

from bot.domain.fulltext import (
    Algorithm,
    Equation,
    Figure,
    FullText,
    Paragraph,
    Section,
    Setting,
    Table,
    TextSource,
    Theorem,
)
from bot.domain.note import Content, Formula, Relation, Statement, Symbol

LOSS = Equation(
    "E1",
    ("1",),
    r"\mathcal{L}_{\mathrm{KL}}(\theta)=\mathbb{E}_{\mathbf{x}\sim p}\left[\log p_{\theta}(x_{t-1}\mid x_{t})\right]"
    r"+\lambda\,\|\mathbf{W}_{Q}\|^{2}",
)
ATTENTION = Equation("E2", (), r"\mathrm{softmax}\left(\frac{QK^{\top}}{\sqrt{d_{k}}}\right)V")
BOUND = Equation("E3", ("A.1", "A.2"), r"\begin{aligned}a&\leq b\\ b&\leq c\end{aligned}")

PAPER = FullText(
    "2605.01234",
    2,
    TextSource.HTML,
    "https://arxiv.org/html/2605.01234v2",
    title="Sparse Ledgers for Long Memory",
    abstract="We present a ledger that keeps 1,024 entries and reads three of them. It reaches 28.4 on Harbour-50.",
    sections=(
        Section(
            "S1",
            "1",
            "Introduction",
            1,
            (
                Paragraph(
                    "Memory is costly [12], and state-of-the-art ledgers forget – although “nobody asked” them to."
                ),
                Paragraph(
                    "Our model, Ledger-7B, has 12M trainable parameters (Quill et al., 2019) and runs at 0.5 ms."
                ),
            ),
        ),
        Section("S2", "2", "Method", 1, (LOSS, Paragraph("where $\\theta$ are the weights and $x_{t}$ is the entry."))),
        Section(
            "S3",
            "2.1",
            "Reading; and writing",
            2,
            (
                ATTENTION,
                Theorem("P1", "Lemma", "2", "Bounded reads"),
                Paragraph("A read costs at most $3.5\\times 10^{-4}$ joules.", Setting.THEOREM),
                Algorithm("A1", "1", "Writing an entry", ("for i = 1 to 64 do", "write the ﬁrst entry")),
            ),
        ),
        Section(
            "S4",
            "3",
            "Results",
            1,
            (
                Paragraph("Table 1 shows that the ledger improves accu- racy by 2.5 points over the base- line."),
                Table("T1", "1", "Accuracy on Harbour-50, in %.", (("Model", "Acc."), ("Ours", "$91.7\\pm 0.2$"))),
                Figure("F1", "1", "Accuracy over time."),
            ),
        ),
        Section("S5", "A", "Proofs", 1, (BOUND, Paragraph("We used twenty-five seeds from 0 to 24.")), appendix=True),
    ),
    bibliography=("[12] A. Quill. On memory. arXiv:1904.01234, 2019, pp. 777–789.",),
)
OFFERED = ("E1", "E2")
RELATED = {"2604.00007": "Ledgers with 16 heads"}

TRUE = Content(
    summary=Statement("The ledger keeps 1,024 entries, as it says: “reads three of them”."),
    formulas=(
        Formula(
            "E1",
            "Loss, Eq. (1)",
            (Symbol(r"\theta", "the weights"), Symbol("x_t", "the entry"), Symbol(r"\mathbf{W}_Q", "queries")),
            "It is what is trained.",
        ),
        Formula("E2", "Reading", (Symbol(r"QK^\top", "scores"), Symbol("d_k", "width of $d_k$")), "It reads."),
    ),
    method=(
        Statement("It writes.", "A1", "write the first entry"),
        Statement("It reads at $3.5×10^{-4}$ joules.", "P1"),
    ),
    tasks=(Statement("Harbour-50.", "T1"),),
    baselines=(Statement("None of note.", "S1", "Memory is costly, and state-of-the-art ledgers forget"),),
    findings=(Statement("Es erreicht 28,4 Punkte und 91,7 % in Tabelle 1.", "S4", "improves accuracy by 2.5 points"),),
    limits=(Statement("Only twenty-five seeds (25), see Appendix A.", "S5"),),
    verify=(Statement("Whether $W_Q$ is squared.", "E1"), Statement("The bound in Eq. (A.2).")),
    related=(Relation("2604.00007", "It has 16 heads; ours has 12 million parameters."),),
)


def finding(text: str = "It is so.", *, where: str = "", quote: str = "") -> Content:
    """The true draft with one finding more."""
    return replace(TRUE, findings=(*TRUE.findings, Statement(text, where, quote)))
