"""Checking a draft of a note against the paper: what may be shown of it, and what failed.

Whatever is said to be in the paper is looked up in it: equations and their symbols (symbols.py), quotations (quotes.py,
squeezed.py), numbers (numbers.py, values.py), places (places.py) and what stands there (standing.py). It never raises,
whatever the draft says.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from bot.checking import reasons
from bot.checking.quotes import bare
from bot.checking.record import Kind, Record
from bot.checking.source import source_of
from bot.checking.squeezed import words
from bot.checking.symbols import holds
from bot.domain.fulltext import FullText
from bot.domain.note import Checked, Content, Formula, Relation, Statement, Symbol


def check(draft: Content, text: FullText, offered: Collection[str], related: Mapping[str, str]) -> Checked:
    """What is left of the draft, with places in words, and what failed, in order.

    offered: keys of the equations that the writer was given. related: arXiv id -> title of the papers of our archive
    that it was given. Left out are formulas of other equations, symbols that are not in them, quotations that are not
    the paper's, places that it does not have or that do not show what is said, other related papers, things to verify
    without a place, and whatever is empty. Marked as unfound stay numbers, phrases in quotation marks and places within
    sentences. Checking what is left leaves it as it is.
    """
    record = Record(source_of(text, tuple(related)))
    content = Content(
        summary=_summary(draft.summary, record),
        formulas=_formulas(draft.formulas, offered, record),
        method=_statements("method", draft.method, record),
        tasks=_statements("tasks", draft.tasks, record),
        baselines=_statements("baselines", draft.baselines, record),
        findings=_statements("findings", draft.findings, record),
        limits=_statements("limits", draft.limits, record),
        verify=_to_verify(draft.verify, record),
        related=_related(draft.related, related, record),
    )
    return Checked(content, record.checks(), tuple(record.faults))


def _summary(said: Statement, record: Record) -> Statement:
    if not said.text.strip():
        record.fault("summary", said.text, reasons.SUMMARY)
    return _statement("summary", said, record)


def _statements(part: str, said: Iterable[Statement], record: Record) -> tuple[Statement, ...]:
    return tuple(
        _statement(f"{part} {at}", statement, record) for at, statement in enumerate(said, 1) if statement.text.strip()
    )


def _statement(where: str, said: Statement, record: Record) -> Statement:
    text = record.source.places.spelled(said.text)
    label = record.label(where, said.where)
    quote = bare(said.quote) if words(said.quote) else ""
    if quote and not record.look_up(Kind.QUOTE, where, quote, record.source.quotes(quote), reasons.QUOTE):
        quote = ""
    checked = Statement(text, label, quote, record.unfound(where, text))
    return replace(checked, where=record.standing(where, checked))


def _to_verify(said: Iterable[Statement], record: Record) -> tuple[Statement, ...]:
    kept = []
    for at, statement in enumerate(said, 1):
        if not statement.text.strip():
            continue
        checked = _statement(f"verify {at}", statement, record)
        if checked.where or record.names_a_place(checked.text):
            kept.append(checked)
        else:
            record.drop(f"verify {at}", statement.text, reasons.VERIFY)
    return tuple(kept)


def _formulas(said: Iterable[Formula], offered: Collection[str], record: Record) -> tuple[Formula, ...]:
    equations = record.source.text.equations
    kept: dict[str, Formula] = {}
    for at, formula in enumerate(said, 1):
        key, where = formula.equation.strip(" []`").upper(), f"formulas {at}"
        ours = key in offered and key in equations
        if not record.look_up(Kind.EQUATION, where, formula.equation, ours, reasons.EQUATION):
            continue
        if key in kept:
            record.leave_out(f"{formula.name} ({formula.equation})", reasons.EQUATION_AGAIN)
        else:
            kept[key] = _formula(where, replace(formula, equation=key), equations[key].tex, record)
    return tuple(kept.values())


def _formula(where: str, formula: Formula, tex: str, record: Record) -> Formula:
    spelled = record.source.places.spelled
    symbols = tuple(
        Symbol(symbol.symbol, spelled(symbol.meaning))
        for symbol in formula.symbols
        if symbol.symbol.strip(" $")
        and symbol.meaning.strip()
        and record.look_up(Kind.SYMBOL, where, symbol.symbol, holds(tex, symbol.symbol), reasons.SYMBOL)
    )
    name, why = spelled(formula.name), spelled(formula.why)
    texts = (name, why, *(symbol.meaning for symbol in symbols))
    unfound = dict.fromkeys(one for text in texts for one in record.unfound(where, text))
    return Formula(formula.equation, name, symbols, why, tuple(unfound))


def _related(said: Iterable[Relation], related: Mapping[str, str], record: Record) -> tuple[Relation, ...]:
    kept: dict[str, Relation] = {}
    for at, relation in enumerate(said, 1):
        where, arxiv_id = f"related {at}", relation.arxiv_id.strip()
        if arxiv_id not in related:
            record.drop(where, relation.arxiv_id, reasons.RELATED)
        elif record.unfound(where, relation.how, besides=related[arxiv_id]):
            record.leave_out(f"{related[arxiv_id]}: {relation.how}", reasons.HOW)
        elif relation.how.strip():
            kept.setdefault(arxiv_id, Relation(arxiv_id, relation.how, related[arxiv_id]))
    return tuple(kept.values())
