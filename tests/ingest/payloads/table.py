"""The page of real messages: `python -m tests.ingest.payloads.table > docs/vendors.md`."""

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from itertools import groupby

import tests.ingest.payloads
from tests.ingest.payloads.case import Case

SHOWN = 3
"""Readings of one message that are written out."""
HEAD = """\
# Real messages, and what they come to

Messages of real devices, collected from vendors' documents, decoder tests and open codecs, and
what openhours reads in them: each line is held by a test. *At receipt* is a reading whose message
gives no time that could be. What a device counts in lines, doors or zones stands after the colon.
How each format is read, and on which topics it comes, is in [formats](formats.md).

| vendor, device | message | format | read as |
|---|---|---|---|
"""


def every_case() -> list[Case]:
    """All cases of all modules of this package, in order of vendor and file."""
    names = [m.name for m in pkgutil.iter_modules(tests.ingest.payloads.__path__)]
    modules = [importlib.import_module(f"tests.ingest.payloads.{name}") for name in names]
    cases = [case for module in modules for case in getattr(module, "CASES", [])]
    return sorted(cases, key=lambda c: (c.vendor.lower(), c.file, c.where))


def page() -> str:
    """The page as it should be."""
    return HEAD + "".join(_rows(every_case()))


def _rows(cases: Sequence[Case]) -> Iterator[str]:
    for vendor, alike in groupby(cases, key=lambda c: c.vendor):
        for number, case in enumerate(alike):
            place = f" `{case.where}`" if case.where not in ("", "raw", "payload") else ""
            message = f"{case.file.removesuffix('.json')}{place}".replace("|", "\\|")
            read = "<br>".join(f"`{line}`" for line in case.expected[:SHOWN])
            more = len(case.expected) - SHOWN
            read += f"<br>and {more} more" if more > 0 else ""
            read = read or "nothing: it says nothing of people, and is no fault"
            yield f"| {vendor if not number else ''} | {message} | {case.codec} | {read} |\n"


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - this is what it is run for
