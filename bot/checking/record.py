"""What was looked up while a draft was checked, and what came of it."""

from collections import Counter
from dataclasses import replace
from enum import StrEnum

from bot.checking import reasons
from bot.checking.numbers import Number, numbers_in, values_in
from bot.checking.quotes import quoted
from bot.checking.reasons import Reason
from bot.checking.source import Source
from bot.checking.squeezed import Squeezed
from bot.checking.standing import Standing
from bot.domain.note import Checks, Dropped, Fault, Statement, Tally


class Kind(StrEnum):
    """What is counted, as in Checks."""

    QUOTE = "quotes"
    NUMBER = "numbers"
    EQUATION = "equations"
    PLACE = "places"
    SYMBOL = "symbols"


class Record:
    """The source, and the counts and faults so far. Of each kind, found is `of` less its faults."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._standing = Standing(source)
        self.faults: list[Fault] = []
        self._dropped: list[Dropped] = []
        self._of: Counter[Kind] = Counter()
        self._found: Counter[Kind] = Counter()

    def checks(self) -> Checks:
        """The counts."""
        quotes, numbers, equations, places, symbols = (Tally(self._found[kind], self._of[kind]) for kind in Kind)
        return Checks(quotes, numbers, equations, places, symbols, tuple(self._dropped))

    def look_up(self, kind: Kind, where: str, said: str, found: bool, reason: Reason) -> bool:
        """Count it; what is not found is a fault, and dropped if the reason has something for a reader."""
        self._of[kind] += 1
        self._found[kind] += found
        if not found:
            self.drop(where, said, reason)
        return found

    def drop(self, where: str, said: str, reason: Reason) -> None:
        """A fault, and something that is left out."""
        self.fault(where, said, reason)
        self.leave_out(said, reason)

    def fault(self, where: str, said: str, reason: Reason) -> None:
        """Something that the writer should mend."""
        self.faults.append(Fault(where, said, reason.to_writer))

    def leave_out(self, said: str, reason: Reason) -> None:
        """Tell the reader, if there is something to tell."""
        if reason.to_reader:
            self._dropped.append(Dropped(said, reason.to_reader))

    def label(self, where: str, place: str) -> str:
        """The place in words; what the paper does not have of it is a fault each."""
        label, bad = self.source.places.label(place)
        for one in filter(None, label.split("; ")):
            self.look_up(Kind.PLACE, where, one, True, reasons.WHERE)
        for one in bad:
            self.look_up(Kind.PLACE, where, one, False, reasons.WHERE)
        return label

    def unfound(self, where: str, text: str, besides: str = "") -> tuple[str, ...]:
        """Quotations, places and numbers in the text that are not in the source, as they stand in the text.

        besides: a text in which they may be, too.
        """
        also, values = Squeezed(besides), values_in(besides) if besides else set()
        unfound = [
            phrase
            for phrase in quoted(text)
            if not self.look_up(
                Kind.QUOTE, where, phrase, self.source.quotes(phrase) or also.holds(phrase), reasons.QUOTED
            )
        ]
        places = self.source.places.named_in(text)
        unfound += [
            place.text
            for place in {place.text: place for place in places}.values()
            if not self.look_up(Kind.PLACE, where, place.text, self.source.places.exists(place), reasons.PLACE)
        ]
        unfound += [
            number.text
            for number in self.numbers(text)
            if not self.look_up(
                Kind.NUMBER,
                where,
                number.text,
                self.source.has(number) or number.in_source(values, values, also),
                reasons.NUMBER,
            )
        ]
        return tuple(dict.fromkeys(unfound))

    def numbers(self, text: str) -> tuple[Number, ...]:
        """Those of a text that are to be looked up: not the numbers of places."""
        rest = list(text)
        for place in self.source.places.named_in(text):
            rest[place.start : place.end] = "§" * (place.end - place.start)
        return numbers_in("".join(rest))

    def standing(self, where: str, said: Statement) -> str:
        """The statement's place; empty, and a fault, if exact numbers in it stand elsewhere."""
        place = self._standing.place_of(said)
        if astray := self._standing.elsewhere(replace(said, where=place), self.numbers(said.text)):
            self._found[Kind.PLACE] -= 1  # it was counted as one that the paper has
            self.drop(where, place, reasons.elsewhere(astray, place))
            return ""
        return place

    def names_a_place(self, text: str) -> bool:
        """Whether the text names a place that the paper has."""
        return any(self.source.places.exists(place) for place in self.source.places.named_in(text))
