"""Text that an attacker, a bad feed or a language model may send."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

NASTY = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "<!channel> <!here|here> <@U0123> <#C0123|x> <!subteam^S1>",
            "&lt;!channel&gt; &amp;lt;!everyone&amp;gt;",
            "*bold* _it_ ~no~ `code` ```pre``` :tada: > quote\n> quote\n- list\nhttps://evil.example",
            "<b>tag</b><script>alert(1)</script></p><a href='https://evil.example'>x</a>",
            'quotes " and \\ back \\" slashes',
            "\u202egnp.exe\u0000\u0007 \ud800 \ufeff",
            "\x1b]0;owned\x07\x1b[2J\x9b31m",
            "a: b: c\nup: x",
            "word " * 900,
            '"' * 5000,
            "😀" * 3000,
            "",
        ]
    ),
)
slowly = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
