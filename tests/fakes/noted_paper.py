"""An invented paper that notes are written on, and what models may answer about it."""

from bot.domain.fulltext import Algorithm, Equation, Figure, FullText, Paragraph, Section, Setting, Table, TextSource
from bot.domain.paper import Paper

ABSTRACT = (
    "We study how experts are chosen in sparse models. We propose hashed routing, which needs no trained gate. "
    "On the Meadow corpus it reaches 84.2% accuracy."
)
OBJECTIVE = r"\mathcal{L}(\theta) = \sum_{i=1}^{n} \ell(f_{\theta}(x_{i}), y_{i}) + \lambda \lVert \theta \rVert^{2}"
UPDATE = r"\theta_{t+1} = \theta_{t} - \eta \nabla \mathcal{L}(\theta_{t})"


def full_text(paper: Paper, **fields: object) -> FullText:
    """An invented paper's text: four sections, two equations, a table, an algorithm and a figure."""
    values: dict[str, object] = {
        "arxiv_id": paper.arxiv_id,
        "version": paper.version,
        "source": TextSource.HTML,
        "url": paper.links.html,
        "title": paper.title,
        "abstract": ABSTRACT,
        "sections": _SECTIONS,
        "bibliography": ("[1] A. Quill. On gates. 2613.",),
    }
    return FullText(**(values | fields))  # type: ignore[arg-type]


_SECTIONS = (
    Section(
        "S1",
        "1",
        "Introduction",
        1,
        (
            Paragraph("Sparse models choose a few experts for each token, and a trained gate makes that choice."),
            Paragraph("We introduce hashed routing, in which a fixed hash of the token takes the place of the gate."),
        ),
    ),
    Section(
        "S2",
        "2",
        "Method",
        1,
        (
            Paragraph("Let $f_{\\theta}$ be the model with weights $\\theta$. Training minimises the objective (1)."),
            Equation(
                "E1",
                ("1",),
                OBJECTIVE,
                before="We train the model by minimising the regularised objective",
                after="where $\\lambda$ is the weight of the penalty, and $n$ denotes the number of tokens.",
                mentions=3,
            ),
            Paragraph("Every step follows the update rule (2), with a fixed step size."),
            Equation("E2", ("2",), UPDATE, before="The weights follow the update rule", mentions=2),
            Algorithm("A1", "1", "Hashed routing.", ("for each token do", "choose expert $h(x) \\bmod k$", "end for")),
            Paragraph("A hash that is uniform balances the load.", Setting.THEOREM),
        ),
    ),
    Section(
        "S3",
        "3",
        "Results",
        1,
        (
            Paragraph(
                "Hashed routing reaches 84.2% accuracy on the Meadow corpus, 1.7 points better than the trained gate. "
                "It is 2.5 times faster than the baseline, as Table 1 shows."
            ),
            Table(
                "T1",
                "1",
                "Accuracy of hashed routing and of the baseline on the Meadow corpus.",
                (
                    ("Method", "Accuracy (%)", "Speed"),
                    ("Trained gate", "82.5", "1.0"),
                    ("Hashed (ours)", "84.2", "2.5"),
                ),
            ),
            Figure("F1", "1", "Load of each expert over time."),
        ),
    ),
    Section(
        "S4",
        "4",
        "Limitations",
        1,
        (Paragraph("We evaluate on a single corpus only. Larger models may need a trained gate after all."),),
    ),
)


def truthful(**fields: object) -> dict[str, object]:
    """An answer about that text in which everything is so."""
    return {
        "summary": "Hashed routing replaces the trained gate by a fixed hash and reaches 84.2% accuracy.",
        "formulas": [
            {
                "equation": "E1",
                "name": "Training objective",
                "symbols": [{"symbol": "\\lambda", "meaning": "weight of the penalty"}],
                "why": "It is what training minimises.",
            },
        ],
        "method": [{"where": "A1", "text": "A fixed hash of the token chooses its expert."}],
        "tasks": [{"where": "S3", "text": "Accuracy on the Meadow corpus."}],
        "baselines": [{"where": "T1", "text": "A trained gate."}],
        "findings": [
            {
                "quote": "Hashed routing reaches 84.2% accuracy on the Meadow corpus",
                "where": "T1",
                "text": "Accuracy is 84.2% against 82.5% for the trained gate.",
            }
        ],
        "limits": [{"quote": "We evaluate on a single corpus only.", "where": "S4", "text": "Only one corpus."}],
        "verify": [{"where": "T1", "text": "Whether 82.5 is that of a gate trained as long."}],
        **fields,
    }


LIES = {
    "formulas": [
        {
            "equation": "E9",
            "name": "An invention",
            "symbols": [{"symbol": "\\psi", "meaning": "a wave"}],
            "why": "None.",
        }
    ],
    "findings": [
        {
            "quote": "Our model dreams of electric sheep at night",
            "where": "T7",
            "text": "Accuracy is 99.9%, up by 17.4 points.",
        }
    ],
}


def lying(**fields: object) -> dict[str, object]:
    """An answer with an equation, a symbol, a place, a quote and numbers that are not in the text."""
    return truthful(**(LIES | fields))
