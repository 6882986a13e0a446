"""Checks what a draft of a note says against the full text of its paper. Pure."""
