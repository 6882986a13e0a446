"""Real local servers that speak as arXiv, Anthropic, Slack and SMTP do. The demo and the tests run against them."""
