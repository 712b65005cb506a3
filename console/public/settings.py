"""What the operator decides about the public pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublicSettings:
    """How much the public pages say, and to whom."""

    blur_below: int = 5
    """Fewer people than this are never told apart from nobody."""
    numbers: bool = False
    """Whether numbers of people are shown beside the words."""
    embed_origins: tuple[str, ...] = ()
    """Origins whose pages may hold a public page in a frame; "*": any."""
