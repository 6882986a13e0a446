"""Broadsheet: reads arXiv every announcement day and delivers a digest by topic. Start with bot/pipeline.py."""
