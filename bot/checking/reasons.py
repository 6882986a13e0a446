"""What is said of things that the source does not bear out: to the writer, who can mend them, and to a reader."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """to_writer: what to do. to_reader: why it is left out; empty if it is not, but marked."""

    to_writer: str
    to_reader: str = ""


NUMBER = Reason("This number is not in the paper. Write the number as the paper has it, or leave it out.")
QUOTED = Reason(
    "The paper does not have these words. Copy the phrase from the paper word by word, or write it without quotation"
    " marks."
)
QUOTE = Reason(
    "The paper does not have these words. Copy a sentence from the paper word by word, or leave the quotation empty.",
    "The paper does not have these words.",
)
PLACE = Reason("The paper has no such section, equation, table or other place. Name one that it has, or leave it out.")
WHERE = Reason(
    "The paper has no such place. Give a key that stands in the material, such as S2 or T1, or leave it empty.",
    "The paper has no such place.",
)
EQUATION = Reason(
    "This is no key of the equations that were offered. Explain only offered equations, by their keys.",
    "It was said of an equation that is not among the paper's.",
)
EQUATION_AGAIN = Reason("", "The equation is explained already.")
SYMBOL = Reason(
    "This symbol is not in the equation. Explain only symbols that stand in its TeX, written as they stand there.",
    "This symbol is not in the equation.",
)
VERIFY = Reason(
    "It names no place in the paper. Say in which section, equation or table a reader should look.",
    "It names no place in the paper where a reader could look.",
)
RELATED = Reason(
    "This arXiv id is none of the related papers that were given. Name only those, or none.",
    "It is none of the papers in our archive that the writer was given.",
)
HOW = Reason(
    "What is said of the related paper names a number, a quotation or a place that is not in this paper. Leave it out.",
    "What was said of this paper could not be found in the source.",
)
SUMMARY = Reason("The summary is empty. Write one paragraph.")


def elsewhere(numbers: Iterable[str], place: str) -> Reason:
    """Of numbers that are not at the place that is named for them."""
    listed = ", ".join(numbers)
    return Reason(
        f"Not in {place}, but elsewhere in the paper: {listed}. Name the place that shows it, or leave it empty.",
        f"It was named for what stands elsewhere in the paper: {listed}.",
    )
