"""Full texts from arXiv: the HTML of the paper's version, else of an older one, else ar5iv's, else the PDF's text,
else the abstract alone."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.adapters.arxiv_gate import GateError
from bot.adapters.arxiv_web import ArxivWeb, Limits, PassingError, RejectedError
from bot.adapters.fulltext.page import read_page
from bot.adapters.fulltext.pdf import read_pdf
from bot.domain.fulltext import FullText, TextSource
from bot.domain.paper import Paper
from bot.errors import SourceError, TextError

# Somebody waits for the note, and there is a next source: less patience than for a day's listing.
TEXT_LIMITS = Limits(read_s=20, total_s=90, most_bytes=40_000_000, tries=2, longest_wait_s=20)
MOST_VERSIONS = 3  # whose HTML is asked for
AR5IV = "https://ar5iv.labs.arxiv.org"
AR5IV_BEHIND = timedelta(days=45)  # what ar5iv may need to convert a new paper
MONTH_IN_ID = re.compile(r"(?:.*/)?(?P<year>\d\d)(?P<month>\d\d)")


class ArxivTexts:
    """Reads the full texts of papers. Implements bot.study.Texts.

    site_url, ar5iv_url: what stands for https://arxiv.org and for AR5IV; nothing else is asked, whatever stands in a
    page. now: tells whether a paper is old enough for ar5iv. limits: of each document, whatever those of `web` are.
    """

    def __init__(
        self,
        web: ArxivWeb,
        *,
        site_url: str = "https://arxiv.org",
        ar5iv_url: str = AR5IV,
        now: Callable[[], datetime],
        limits: Limits = TEXT_LIMITS,
    ) -> None:
        self._web, self._limits, self._now = web.within(limits), limits, now
        self._site_url, self._ar5iv_url = site_url.rstrip("/"), ar5iv_url.rstrip("/")

    def read(self, paper: Paper) -> FullText:
        """The best text that can be had; its remarks tell what was tried in vain.

        Raises GateError after a 403, and SourceError where arXiv asks for a long pause, or could not be asked and
        only the abstract is left: a note on that would be the wrong one to keep.
        """
        reading = _Reading(self._web, self._limits, paper)
        old_enough = self._now() - submitted(paper.arxiv_id) > AR5IV_BEHIND
        return (
            reading.html(self._site_url)
            or (reading.ar5iv(self._ar5iv_url) if old_enough else None)
            or reading.pdf(self._site_url)
            or reading.abstract()
        )


def submitted(arxiv_id: str) -> datetime:
    """About when the first version came: the middle of the month that every id begins with (arXiv is from 1991)."""
    found = MONTH_IN_ID.match(arxiv_id)
    assert found, "every arXiv id tells it"
    year = int(found["year"])
    month = min(max(1, int(found["month"])), 12)  # the demo's invented papers are of a 13th
    return datetime(year + (1900 if year >= 91 else 2000), month, 15, tzinfo=UTC)


class _NoTextError(Exception):
    """Why a source gives no text, in words for the reader. refused: it may have one, but does not give it. passing: and
    may give it later."""

    def __init__(self, why: str, *, refused: bool = False, passing: bool = False) -> None:
        super().__init__(why)
        self.refused, self.passing = refused, passing


@dataclass
class _Reading:
    """One paper's way through the sources: each gives a text, or None and a remark why. All addresses are ours.

    unasked: why arXiv could not be asked for what it may well have; empty if it could.
    """

    web: ArxivWeb
    limits: Limits
    paper: Paper
    remarks: list[str] = field(default_factory=list)
    unasked: str = ""

    def html(self, site_url: str) -> FullText | None:
        """Of the paper's version or, with a warning, of one of those before it."""
        newest = self.paper.version
        for version in range(newest, max(0, newest - MOST_VERSIONS), -1):
            path = f"/html/{self.paper.arxiv_id}v{version}"
            parse = partial(self._page, version=version, source=TextSource.HTML, url=f"https://arxiv.org{path}")
            try:
                text = self._fetched("arXiv", f"HTML of version {version}", f"{site_url}{path}", parse)
            except _NoTextError as error:
                self._missed(error)
                if error.refused:
                    return None
            else:
                older = (f"This is version {version}, not version {newest}.",) if version < newest else ()
                return self._complete(text, *older)
        return None

    def ar5iv(self, ar5iv_url: str) -> FullText | None:
        """Of some version. What it has not converted, it sends to arXiv's page of the abstract."""
        path = f"/html/{self.paper.arxiv_id}"

        def parse(body: bytes) -> FullText:
            if b"ltx_" not in body:
                raise _NoTextError("ar5iv does not have this paper.")
            return self._page(body, version=None, source=TextSource.AR5IV, url=f"{AR5IV}{path}")

        try:
            text = self._fetched("ar5iv", "page of this paper", f"{ar5iv_url}{path}", parse)
        except _NoTextError as error:
            self.remarks.append(str(error))
            return None
        return self._complete(text, "Read from ar5iv, which does not say which version of the paper it shows.")

    def pdf(self, site_url: str) -> FullText | None:
        """Of the paper's version, as rough text."""
        links, version = self.paper.links, self.paper.version
        path = f"/pdf/{self.paper.arxiv_id}v{version}"
        parse = partial(read_pdf, arxiv_id=self.paper.arxiv_id, version=version, url=links.pdf)
        try:
            text = self._fetched("arXiv", f"PDF of version {version}", f"{site_url}{path}", parse)
        except _NoTextError as error:
            self._missed(error)
            return None
        return self._complete(replace(text, title=self.paper.title))

    def abstract(self) -> FullText:
        """What the listing told. Raises SourceError where arXiv may have more."""
        paper = self.paper
        if self.unasked:
            hint = "Try again later: a note on the abstract alone would be a poor one"
            raise SourceError(f"the text of {paper.arxiv_id} cannot be had now. {self.unasked}", hint=hint)
        text = FullText(
            paper.arxiv_id, paper.version, TextSource.ABSTRACT, paper.links.abs, paper.title, paper.abstract
        )
        return self._complete(text, "Only the abstract could be read.")

    def _missed(self, error: _NoTextError) -> None:
        self.remarks.append(str(error))
        if error.passing:
            self.unasked = str(error).rstrip(".")

    def _page(self, body: bytes, *, version: int | None, source: TextSource, url: str) -> FullText:
        return read_page(body, arxiv_id=self.paper.arxiv_id, version=version, source=source, url=url)

    def _fetched(self, whose: str, what: str, url: str, parse: Callable[[bytes], FullText]) -> FullText:
        """Raises _NoTextError; GateError and SourceError where arXiv must not be asked now."""
        try:
            return self.web.read(url, parse)
        except GateError:
            raise
        except TextError as error:
            raise _NoTextError(f"{whose}'s {what} cannot be read: {error.what}.") from error
        except RejectedError as error:
            if error.missing:
                raise _NoTextError(f"{whose} has no {what}.") from error
            raise _NoTextError(f"{whose} does not give its {what}.", refused=True) from error
        except SourceError as error:
            cause = error.__cause__
            passing = cause if isinstance(cause, PassingError) else None
            if passing and passing.wait_s > self.limits.longest_wait_s and whose == "arXiv":
                raise
            why = passing.what if passing else error.what.removeprefix("arXiv: ")
            told = f"{whose}'s {what} could not be fetched: {why}."
            raise _NoTextError(told, refused=True, passing=bool(passing)) from error

    def _complete(self, text: FullText, *remarks: str) -> FullText:
        """With all remarks, what matters most first, and with what the listing told where the source does not."""
        return replace(
            text,
            title=text.title or self.paper.title,
            abstract=text.abstract or self.paper.abstract,
            remarks=(*remarks, *self.remarks, *text.remarks),
        )
