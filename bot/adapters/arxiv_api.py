"""arXiv's API, through the `arxiv` package: ids -> papers."""

import io
from collections.abc import Mapping, Sequence

import arxiv  # type: ignore[import-untyped]
import requests

from bot.adapters.arxiv_web import ArxivWeb, xml_root
from bot.domain.paper import Paper, PaperId
from bot.errors import SourceError


class ArxivApi:
    """Asks arXiv's API for papers by id. url: where a query goes, https://export.arxiv.org/api/query."""

    def __init__(self, web: ArxivWeb, url: str) -> None:
        self._transport = _ThroughWeb(web)
        self._url = url

    def papers(self, ids: Sequence[str]) -> Mapping[str, Paper]:
        """arXiv id -> its newest version, in one request for at most 2000 ids without versions.

        An id that the API does not know, or an entry that it garbles, is missing. Raises SourceError when it gives no
        paper at all: a throttled or failing API answers with an empty page too.
        """
        search = arxiv.Search(id_list=list(ids), max_results=len(ids))
        papers = {}
        try:
            for result in self._client(len(ids)).results(search):
                if paper := _paper(result):
                    papers[paper.arxiv_id] = paper
        except (
            arxiv.ArxivError,
            ValueError,
            OverflowError,
        ) as error:  # an empty page after the first; a date that is none
            if not papers:
                raise SourceError(f"arXiv's API gave an answer that cannot be read ({type(error).__name__})") from error
        if not papers:
            raise SourceError(f"arXiv's API gave none of {len(ids)} papers")
        return papers

    def _client(self, page_size: int) -> arxiv.Client:
        """A client whose requests go through the gate. It has neither time limits nor Retry-After of its own."""
        client = arxiv.Client(page_size=page_size, delay_seconds=0, num_retries=0)
        client.query_url_format = f"{self._url}?{{}}"
        for scheme in ("https://", "http://"):
            client._session.mount(scheme, self._transport)  # no public way: pinned to 4.0.2
        return client


class _ThroughWeb(requests.adapters.BaseAdapter):
    """Lets a requests session read its documents through ArxivWeb, whose errors pass through to the caller."""

    def __init__(self, web: ArxivWeb) -> None:
        super().__init__()
        self._web = web

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        """Read the document; it always comes whole and with status 200, or not at all. Raises SourceError."""
        response = requests.Response()
        response.status_code = requests.codes.ok
        response.request, response.url = request, request.url or ""
        response.raw = io.BytesIO(self._web.read(response.url, _whole))
        return response

    def close(self) -> None:
        """Nothing to close: the connections are ArxivWeb's."""


def _whole(body: bytes) -> bytes:
    """The body, if it is complete XML: the package would take the first half of a cut answer for all of it."""
    xml_root(body)
    return body


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
