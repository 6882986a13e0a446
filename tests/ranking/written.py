"""Invented full texts, written in a few words: sections of paragraphs, equations and tables."""

from dataclasses import replace
from itertools import count

from bot.domain.fulltext import Block, Equation, FullText, Paragraph, Section, Setting, Table, TextSource, Theorem


def paper(*sections: Section, **fields: object) -> FullText:
    """A paper of these sections, whose blocks get their keys here."""
    numbers = {"E": count(1), "T": count(1), "P": count(1)}
    keyed = tuple(
        replace(
            section,
            key=f"S{at}",
            number=section.number or str(at),
            blocks=tuple(
                block if isinstance(block, Paragraph) else replace(block, key=f"{block.key}{next(numbers[block.key])}")
                for block in section.blocks
            ),
        )
        for at, section in enumerate(sections, start=1)
    )
    made = FullText(
        arxiv_id="2613.00001",
        version=1,
        source=TextSource.HTML,
        url="https://arxiv.org/html/2613.00001v1",
        title="Sparse Routing by Gated Ponds",
        abstract="We study gated ponds.",
        sections=keyed,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def section(title: str, *blocks: Block | str, level: int = 1, appendix: bool = False) -> Section:
    """A section; what is only text becomes a paragraph."""
    made = tuple(Paragraph(block) if isinstance(block, str) else block for block in blocks)
    return Section(key="", number="", title=title, level=level, blocks=made, appendix=appendix)


def equation(
    tex: str, before: str = "", *, number: str = "", mentions: int = 0, setting: Setting = Setting.BODY
) -> Equation:
    """A display equation with the sentence that leads to it."""
    return Equation("E", (number,) if number else (), tex, before, mentions=mentions, setting=setting)


def theorem(number: str, kind: str = "Theorem") -> Theorem:
    """The heading of one."""
    return Theorem("P", kind, number)


def table(caption: str, *rows: tuple[str, ...], number: str = "1") -> Table:
    """A table with a caption."""
    return Table("T", number, caption, rows)
