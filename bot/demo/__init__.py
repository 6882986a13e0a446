"""The invented sample day, and local stand-ins for arXiv, Anthropic, Slack and a mail server."""

from pathlib import Path

FOLDER = Path("var/demo")  # where the demo writes, and is looked for
