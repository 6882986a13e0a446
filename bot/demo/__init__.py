"""The invented sample day, and local stand-ins for arXiv, Anthropic, Slack and a mail server."""
