"""What real messages of vendors must come to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One real message."""

    vendor: str
    """Vendor and device, as people name them."""
    file: str
    """Path below the folder of payloads."""
    where: str = ""
    """Which of the file's messages: a JMESPath; empty for the whole file."""
    topic: str
    """Topic it is published on in the test."""
    codec: str
    """Name of the codec that reads it."""
    device: str = ""
    """Model, where bytes do not say."""
    expected: tuple[str, ...]
    """Each reading as `str_of_reading` writes it, or “rejected: reason”."""
