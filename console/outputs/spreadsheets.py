"""What spreadsheet programs need of text that they open."""

BOM = "\ufeff"
"""Begins a CSV file that they shall read as UTF-8."""


def inert(text: str) -> str:
    """A spreadsheet computes what begins so; behind an apostrophe it is text."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
