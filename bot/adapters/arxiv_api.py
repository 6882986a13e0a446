"""arXiv's API, through the `arxiv` package: ids -> papers, and searches."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import arxiv  # type: ignore[import-untyped]
import requests

from bot.adapters.arxiv_web import ArxivWeb, PassingError, xml_root
from bot.domain.paper import Paper, PaperId
from bot.errors import SourceError

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
SLICE = 150  # ids in one request: a third of a megabyte, an address of 2 kB


@dataclass(frozen=True)
class Found:
    """One slice of what a search found. total: how many papers it finds in all, as arXiv says."""

    papers: tuple[Paper, ...]
    total: int


def slices(ids: Sequence[str]) -> list[Sequence[str]]:
    """The ids in as few parts of about the same size as one request each can take.

    A part of one or two ids that the API does not know could not be told from a failing API.
    """
    parts = -(-len(ids) // SLICE)
    return [ids[len(ids) * part // parts : len(ids) * (part + 1) // parts] for part in range(parts)]


class ArxivApi:
    """Asks arXiv's API for papers by id, and by search. url: where a query goes, https://export.arxiv.org/api/query."""

    def __init__(self, web: ArxivWeb, url: str) -> None:
        self._web, self._url = web, url

    def papers(self, ids: Sequence[str]) -> Mapping[str, Paper]:
        """arXiv id -> its newest version, in one request for at most 2000 ids without versions.

        An id that the API does not know, or an entry that it garbles, is missing. Raises SourceError when it gives no
        paper at all: a throttled or failing API answers with an empty page too.
        """
        search = arxiv.Search(id_list=list(ids), max_results=len(ids))
        papers = {}
        try:
            for result in self._client(len(ids), _whole).results(search):
                if paper := _paper(result):
                    papers[paper.arxiv_id] = paper
        except (
            arxiv.ArxivError,
            ValueError,
            OverflowError,
        ) as error:  # an empty page after the first; a date that is none
            if not papers:
                raise _unreadable(error) from error
        if not papers:
            # It answers so for ids that it does not know, and now and then for ids that it knows.
            if len(ids) == 1:
                raise SourceError(f"arXiv's API does not give {ids[0]}", hint="Check the id; if it is right, try later")
            raise SourceError(f"arXiv's API gave none of {len(ids)} papers")
        return papers

    def found(self, query: str, start: int, most: int) -> Found:
        """At most `most` (1 to 2000) papers of a search from place `start` on, those submitted first first.

        Raises SourceError if arXiv says that there are papers and gives none, after the tries that ArxivWeb makes, or
        does not say how many there are.
        """
        totals: list[int] = []

        def whole(body: bytes) -> bytes:
            root = xml_root(body)
            total = root.findtext(f"{OPENSEARCH}totalResults", "").strip()
            if not total.isdecimal():
                raise PassingError("arXiv's API does not say how many papers there are")
            if int(total) > start and root.find(f"{ATOM}entry") is None:
                raise PassingError(f"arXiv's API gave an empty page instead of papers {start + 1} to {total}")
            totals.append(int(total))
            return body

        search = arxiv.Search(query, None, start + most, arxiv.SortCriterion.SubmittedDate, arxiv.SortOrder.Ascending)
        try:
            results = list(self._client(most, whole).results(search, offset=start))
        except (arxiv.ArxivError, ValueError, OverflowError) as error:
            raise _unreadable(error) from error
        return Found(tuple(paper for result in results if (paper := _paper(result))), totals[-1])

    def _client(self, page_size: int, whole: Callable[[bytes], bytes]) -> arxiv.Client:
        """A client whose requests go through the gate. It has neither time limits nor Retry-After of its own."""
        client = arxiv.Client(page_size=page_size, delay_seconds=0, num_retries=0)
        client.query_url_format = f"{self._url}?{{}}"
        for scheme in ("https://", "http://"):
            client._session.mount(scheme, _ThroughWeb(self._web, whole))  # no public way: pinned to 4.0.2
        return client


class _ThroughWeb(requests.adapters.BaseAdapter):
    """Lets a requests session read its documents through ArxivWeb, whose errors pass through to the caller.

    whole: gives back a body that may be believed, and raises PassingError for any other.
    """

    def __init__(self, web: ArxivWeb, whole: Callable[[bytes], bytes]) -> None:
        super().__init__()
        self._web, self._whole = web, whole

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        """Read the document; it always comes whole and with status 200, or not at all. Raises SourceError."""
        response = requests.Response()
        response.status_code = requests.codes.ok
        response.request, response.url = request, request.url or ""
        response.raw = io.BytesIO(self._web.read(response.url, self._whole))
        return response

    def close(self) -> None:
        """Nothing to close: the connections are ArxivWeb's."""


def _whole(body: bytes) -> bytes:
    """The body, if it is complete XML: the package would take the first half of a cut answer for all of it."""
    xml_root(body)
    return body


def _unreadable(error: Exception) -> SourceError:
    return SourceError(f"arXiv's API gave an answer that cannot be read ({type(error).__name__})")


def _paper(result: arxiv.Result) -> Paper | None:
    try:
        paper_id = PaperId.parse(result.get_short_id())
    except ValueError:
        return None
    primary = [result.primary_category] if result.primary_category else []
    return Paper(
        paper_id.arxiv_id,
        paper_id.version or 1,
        _even(result.title),
        _even(result.summary),
        tuple(_even(author.name) for author in result.authors),
        tuple(dict.fromkeys([*primary, *result.categories])),
        comment=_even(result.comment) or None,
        doi=_even(result.doi) or None,
        journal_ref=_even(result.journal_ref) or None,
    )


def _even(text: str | None) -> str:
    return " ".join((text or "").split())
