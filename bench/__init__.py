"""Reproducible measurements; see README.md. Never part of the tests."""
