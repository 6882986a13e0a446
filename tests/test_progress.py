"""How far a long step is: a bar on a terminal, plain lines elsewhere."""

import io

from bot.progress import shown_on


class Screen(io.StringIO):
    """A stream that calls itself a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_elsewhere_than_on_a_terminal_each_quarter_is_a_line() -> None:
    stream = io.StringIO()
    with shown_on(stream) as progress:
        for done in range(101):
            progress.step("judging", done, 100)
        progress.step("reading arXiv", 1, 0)
    assert stream.getvalue().splitlines() == [
        "judging: 0 of 100",
        "judging: 25 of 100",
        "judging: 50 of 100",
        "judging: 75 of 100",
        "judging: 100 of 100",
        "reading arXiv",
    ]


def test_on_a_terminal_each_stage_has_a_bar_that_ends_full() -> None:
    stream = Screen()
    with shown_on(stream) as progress:
        for stage in ("reading arXiv", "judging"):
            for done in range(4):
                progress.step(stage, done, 3)
    assert "reading arXiv" in stream.getvalue()
    assert stream.getvalue().count("3/3") >= 2
