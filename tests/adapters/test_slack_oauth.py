"""How workspaces install the app by themselves, and leave again: over real sockets, with a real database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.requests import Request

from bot.adapters.database.engine import Database
from bot.adapters.database.installations import Installations, OAuthStates, new_key
from bot.adapters.slack_check import SCOPES
from bot.adapters.slack_oauth import MOST_A_MINUTE, SlackOAuth
from bot.adapters.slack_workspaces import ManyWorkspaces
from bot.clock import SystemClock
from bot.demo.standins.slack import Fault, SlackStandin
from bot.demo.standins.slack_sender import Payloads, send
from bot.demo.standins.slack_views import installed
from bot.domain.message import Said
from bot.errors import SettingsError
from bot.render.environment import render
from tests.fakes.slack_rig import SECRET, FakeFrontDesk, Rig, listening, message, until

TOKEN = "xoxb-of-their-own"
PUBLIC = "https://papers.example.org"


@dataclass
class Site:
    """The bot with many workspaces, and a browser."""

    rig: Rig
    installations: Installations
    database: Database

    def get(self, path: str, cookie: str = "") -> tuple[int, dict[str, str], str]:
        """As a browser does."""
        parts = urlsplit(self.rig.server.url)
        connection = HTTPConnection(str(parts.hostname), parts.port or 80, timeout=10)
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        told = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
        connection.close()
        return told

    def begin(self) -> tuple[str, str]:
        """The state and the cookie of an installation."""
        _, headers, _ = self.get("/slack/install")
        state = parse_qs(urlsplit(headers["location"]).query)["state"][0]
        return state, headers["set-cookie"].partition(";")[0]

    def install(self, code: str = "good") -> tuple[int, str]:
        """All of it."""
        state, cookie = self.begin()
        status, _, body = self.get(f"/slack/oauth_redirect?state={state}&code={code}", cookie)
        return status, body

    def says(self, team: str) -> Payloads:
        """What comes from that workspace."""
        return Payloads(self.rig.slack, team)


def page(outcome: str, name: str) -> str:
    return render("templates/site/slack.html.j2", outcome=outcome, name=name)


@pytest.fixture
def slack() -> Iterator[SlackStandin]:
    with SlackStandin(scopes=tuple(SCOPES)) as standin:
        standin.client = ("123.456", "client-secret")
        standin.codes["good"] = installed("T0NEW", TOKEN)
        yield standin


@pytest.fixture
def site(slack: SlackStandin, tmp_path: Path) -> Iterator[Site]:
    database = Database(f"sqlite:///{tmp_path}/b.db")
    installations = Installations(database, SystemClock(), new_key())
    oauth = SlackOAuth(
        "123.456",
        "client-secret",
        public_url=PUBLIC,
        base_url=slack.url,
        installations=installations,
        states=OAuthStates(database, SystemClock()),
        page=page,
        clock=SystemClock(),
    )
    workspaces = ManyWorkspaces(installations, slack.url)
    with listening(slack, FakeFrontDesk(), tmp_path, workspaces=workspaces, oauth=oauth) as rig:
        yield Site(rig, installations, database)
    database.close()


def test_the_browser_is_sent_to_slack_with_what_the_app_needs(site: Site) -> None:
    status, headers, _ = site.get("/slack/install")
    assert status == 302
    asked = parse_qs(urlsplit(headers["location"]).query)
    assert headers["location"].startswith("https://slack.com/oauth/v2/authorize?")
    assert asked["client_id"] == ["123.456"]
    assert asked["redirect_uri"] == [f"{PUBLIC}/slack/oauth_redirect"]
    assert set(asked["scope"][0].split(",")) == set(SCOPES)
    assert headers["cache-control"] == "no-store"
    for part in ("Secure", "HttpOnly", "SameSite=lax", "Max-Age=600"):
        assert part in headers["set-cookie"]


def test_a_workspace_that_installs_the_app_is_answered_with_its_own_token(site: Site, slack: SlackStandin) -> None:
    status, body = site.install()
    assert status == 200
    assert "Broadsheet is in Team T0NEW" in body
    assert "<script" not in body
    kept = site.installations.find("T0NEW")
    assert kept is not None
    assert (kept.token, kept.bot_id, kept.bot_user, kept.installed_by) == (TOKEN, "B0BOT", "U0BOT", "U0ADA")
    site.rig.send(site.says("T0NEW").command("top 3"))
    assert site.rig.whispers() == ["you said top 3"]
    assert site.rig.desk.heard[0][2].place.team == "T0NEW"
    assert TOKEN not in body


def test_a_token_that_can_be_read_no_more_is_forgotten_when_the_workspace_takes_it_back(site: Site) -> None:
    site.install()
    others = Installations(site.database, SystemClock(), new_key())
    with pytest.raises(SettingsError):
        others.find("T0NEW")
    ManyWorkspaces(others, site.rig.slack.url).gone("T0NEW")
    assert others.teams() == ()


def test_the_cookie_comes_back_where_the_bot_has_a_path_of_a_public_address(site: Site, slack: SlackStandin) -> None:
    with_path = SlackOAuth(
        "123.456",
        "client-secret",
        public_url=f"{PUBLIC}/broadsheet",
        base_url=slack.url,
        installations=site.installations,
        states=OAuthStates(site.database, SystemClock()),
        page=page,
        clock=SystemClock(),
    )
    cookie = with_path.install(Request({"type": "http"})).headers["set-cookie"]
    assert "Path=/broadsheet/slack/;" in cookie
    assert "Path=/slack/;" in site.get("/slack/install")[1]["set-cookie"]


def test_a_state_is_good_once_and_in_the_browser_that_began(site: Site, slack: SlackStandin) -> None:
    state, cookie = site.begin()
    path = f"/slack/oauth_redirect?state={state}&code=good"
    for stranger in ("", "broadsheet-install=other", f"x={state}", "broadsheet-install=ä"):
        assert site.get(path, stranger)[0] == 400
    assert site.get("/slack/oauth_redirect?code=good", "broadsheet-install=")[0] == 400
    assert (
        site.get(f"/slack/oauth_redirect?state=made-up{state}&code=good", f"broadsheet-install=made-up{state}")[0]
        == 400
    )
    assert site.installations.teams() == ()
    assert site.get(path, cookie)[0] == 200
    slack.codes["good"] = installed("T0EVIL", "xoxb-evil")
    status, _, body = site.get(path, cookie)
    assert (status, "too old" in body) == (400, True)
    assert site.installations.teams() == ("T0NEW",)


def test_a_no_in_slack_is_no_error(site: Site) -> None:
    state, cookie = site.begin()
    status, headers, body = site.get(f"/slack/oauth_redirect?state={state}&error=access_denied", cookie)
    assert status == 200
    assert "Nothing was installed" in body
    assert 'broadsheet-install=""' in headers["set-cookie"]


@pytest.mark.parametrize("fault", [Fault(drop=True), Fault(garbage=True, status=500), Fault(error="invalid_code")])
def test_what_goes_wrong_with_slack_is_told_politely_and_logged_without_a_secret(
    site: Site, slack: SlackStandin, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    slack.script("oauth.v2.access", fault)
    status, body = site.install()
    assert status == 502
    assert "That did not work" in body
    logged = " ".join(str(vars(record)) for record in caplog.records)
    assert "could not install" in logged
    for secret in ("client-secret", "code=good", TOKEN):
        assert secret not in logged + body
    assert site.installations.teams() == ()


def test_a_whole_organisation_is_refused_politely(site: Site, slack: SlackStandin) -> None:
    slack.codes["good"] = installed("", TOKEN, is_enterprise_install=True, team=None, enterprise={"id": "E1"})
    status, body = site.install()
    assert status == 400
    assert "in each workspace" in body
    assert site.installations.teams() == ()


def test_names_from_slack_are_no_markup(site: Site, slack: SlackStandin) -> None:
    slack.codes["good"] = installed("T0NEW", TOKEN, team={"id": "T0NEW", "name": "<script>alert(1)</script>\u202e"})
    _, body = site.install()
    assert "<script" not in body
    assert "&lt;script&gt;" in body


def test_the_pages_cannot_be_called_without_end(site: Site) -> None:
    statuses = [site.get("/slack/install")[0] for _ in range(MOST_A_MINUTE + 5)]
    assert statuses == [302] * MOST_A_MINUTE + [503] * 5


@pytest.mark.parametrize("outcome", ["installed", "refused", "stale", "organisation", "busy", "failed"])
def test_every_page_is_whole_and_short(outcome: str) -> None:
    shown = page(outcome, "Ada & Co")
    assert re.search(r"<h1>.+</h1>", shown)
    assert len(re.sub(r"<style>.*</style>", "", shown, flags=re.DOTALL)) < 1500


def test_a_workspace_without_the_app_is_told_so(site: Site, slack: SlackStandin) -> None:
    assert site.rig.send(site.says("T0STRANGE").command("top 3")).status == 200
    assert site.rig.whispers() == ["stranger"]
    assert site.rig.send(site.says("T0STRANGE").typed("top 3")).status == 200
    assert not site.rig.desk.heard
    assert not [name for name, _ in slack.calls if name != "response_url"], "there is no token to call with"


def test_each_workspace_is_spoken_to_with_its_own_token(site: Site, slack: SlackStandin) -> None:
    site.install()
    slack.codes["good"] = installed("T0TWO", "xoxb-two")
    site.install()
    site.rig.send(site.says("T0NEW").typed("x"))
    site.rig.send(site.says("T0TWO").typed("y", user="U0BOB"))
    until(lambda: len(site.rig.called("chat.postMessage")) == 2)
    assert {asker.place.team for _, _, asker in site.rig.desk.heard} == {"T0NEW", "T0TWO"}


@pytest.mark.parametrize("event", ["app_uninstalled", "tokens_revoked"])
def test_a_workspace_that_leaves_is_forgotten(site: Site, slack: SlackStandin, event: str) -> None:
    site.install()
    del slack.tokens[TOKEN]
    assert site.rig.send(site.says("T0NEW").event(event, tokens={"bot": ["U0BOT"]})).status == 200
    until(lambda: site.installations.teams() == ())
    site.rig.send(site.says("T0NEW").command("top 3"))
    assert site.rig.whispers() == ["stranger"]


def test_old_news_of_leaving_does_not_undo_a_new_installation(site: Site, slack: SlackStandin) -> None:
    site.install()
    site.rig.send(site.says("T0NEW").event("app_uninstalled"))
    site.rig.called("auth.test", 2)
    site.rig.send(site.says("T0NEW").command("still there"))
    assert site.rig.whispers() == ["you said still there"]


def test_a_user_s_token_that_is_revoked_is_none_of_ours(site: Site, slack: SlackStandin) -> None:
    site.install()
    del slack.tokens[TOKEN]
    site.rig.send(site.says("T0NEW").event("tokens_revoked", tokens={"oauth": ["U0ADA"], "bot": []}))
    site.rig.send(site.says("T0NEW").command("x"))
    site.rig.whispers()
    assert site.installations.teams() == ("T0NEW",)


def test_a_token_that_cannot_be_decrypted_is_told_of_and_logged(
    slack: SlackStandin, tmp_path: Path, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.install()
    other = Installations(site.database, SystemClock(), new_key())
    with listening(slack, FakeFrontDesk(), tmp_path, workspaces=ManyWorkspaces(other, slack.url)) as rig:
        send(rig.server.url, SECRET, site.says("T0NEW").command("x"))
        assert rig.whispers() == ["broke"]
    assert "SLACK_TOKEN_KEY" in " ".join(str(vars(record)) for record in caplog.records)


def test_what_everybody_is_told_stays_in_the_workspace(site: Site, slack: SlackStandin) -> None:
    site.install()
    site.rig.desk.answer = lambda *_: Said(to_channel=message("changed"), channel="C0DEMO")
    site.rig.send(site.says("T0NEW").press_in_view("apply", "p", {"type": "home"}))
    until(lambda: [one["text"] for one in slack.messages] == ["changed"])
