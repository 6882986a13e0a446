"""The slash commands: text -> Reply. One table of verbs; each one's docstring is its help text. No Slack in here."""
