"""The limits of a venue, in English and Chinese."""

from console.linkage.questions import Answer
from console.words.i18n import Language, mark

FIELDS = {
    "core": (
        mark("Core hours"),
        mark("Always open then, as in mon-fri 10:00-12:00; sat 10:00-12:00"),
    ),
    "earliest": (mark("Earliest opening"), mark("Never open before")),
    "latest": (mark("Latest closing"), mark("Never open after; 26:00 is 2 in the morning")),
    "max_blocks": (mark("Blocks a day"), mark("At most")),
    "min_block_minutes": (mark("Shortest block"), mark("Minutes")),
    "max_block_minutes": (mark("Longest block"), mark("Minutes")),
    "min_gap_minutes": (mark("Shortest break"), mark("Minutes between two blocks")),
    "staff_hours": (
        mark("Staffed hours a week"),
        mark("At most; empty: as many as the hours entered take"),
    ),
    "staff": (mark("Staff on duty"), mark("People while open")),
    "min_shift_minutes": (mark("Shortest shift"), mark("Minutes that are paid at least")),
    "notice_days": (mark("Notice"), mark("Days between a decision and its effect")),
    "max_change_minutes": (mark("Largest change"), mark("Minutes in a week; empty: any")),
    "break_even_visits": (mark("Break-even"), mark("Visits that make an open hour worth its cost")),
}


def name(lang: Language, field: str) -> str:
    """What a field of the form is called."""
    return lang.text(FIELDS[field][0])


def hint(lang: Language, field: str) -> str:
    """How a field is read."""
    return lang.text(FIELDS[field][1])


def cost(lang: Language, answer: Answer) -> str:
    """What the new limits bring or cost, against the best hours within today's."""
    new, old = answer.supposed.outlook, answer.best.outlook
    people = new.own.mean + new.neighbours.mean - old.own.mean - old.neighbours.mean
    hours = new.staffed_hours - old.staffed_hours
    if not round(people) and not round(hours, 1):
        return lang.text(mark("The best hours would be the same: these limits cost nothing."))
    return lang.text(
        mark("The best hours would serve {people} people and take {hours} staffed hours a week."),
        people=lang.signed(people),
        hours=lang.signed(hours, 1),
    )
