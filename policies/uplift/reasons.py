"""Every reason code of a claim of uplift, with what its facts mean.

Shares are parts of one: 0.1 is ten in a hundred.
"""

from collections.abc import Mapping
from enum import StrEnum

from domain.planning import Fact, Reason
from policies.reasons import with_facts


class Code(StrEnum):
    """What a reason says: what was found, or why nothing is claimed."""

    UPLIFT = "uplift"
    """Visits of whole linked groups: what neighbours lost is taken off."""
    UPLIFT_AT_CHANGED = "uplift_at_changed"
    """Visits of the venues whose hours changed."""
    UPLIFT_AT_NEIGHBOURS = "uplift_at_neighbours"
    """Visits of venues linked to them whose hours did not."""
    AA_CHECK = "aa_check"
    """The same, of weeks in which nothing had changed yet: it should be nothing."""
    ORDER_NOT_BY_LOT = "order_not_by_lot"
    ORDER_NOT_AS_DRAWN = "order_not_as_drawn"
    """The seed that was noted draws another order."""
    ORDER_FOLLOWS = "order_follows"
    """Who comes first goes with something that was known before, as hardly any lot does."""
    TOO_FEW_GROUPS = "too_few_groups"
    TOO_SHORT_BEFORE = "too_short_before"
    NO_CONTROLS = "no_controls"
    """Hardly a treated week had groups that were still to come, or nobody came at all."""
    GROUPS_DRIFT_APART = "groups_drift_apart"
    """Early and late groups parted before anything had changed."""


_EFFECT: Mapping[str, str] = {
    "share": "share by which visits changed",
    "low": "lower end of its 95 % interval",
    "high": "upper end",
    "p_value": "probability of so much or more, had nothing changed",
}

FACTS: Mapping[Code, Mapping[str, str]] = {
    Code.UPLIFT: {**_EFFECT, "groups": "linked groups that started", "weeks": "weeks judged"},
    Code.UPLIFT_AT_CHANGED: _EFFECT,
    Code.UPLIFT_AT_NEIGHBOURS: _EFFECT,
    Code.AA_CHECK: {name: _EFFECT[name] for name in ("share", "p_value")},
    Code.ORDER_NOT_BY_LOT: {},
    Code.ORDER_NOT_AS_DRAWN: {},
    Code.ORDER_FOLLOWS: {
        "what": "what the order goes with",
        "p_value": "probability that a lot does so",
        "least": "probability below which no uplift is claimed",
    },
    Code.TOO_FEW_GROUPS: {
        "groups": "linked groups",
        "orders": "orders that the lots could have made, at most a million",
        "needed": "orders needed",
    },
    Code.TOO_SHORT_BEFORE: {"weeks": "weeks before the first wave", "needed": "weeks needed"},
    Code.NO_CONTROLS: {},
    Code.GROUPS_DRIFT_APART: {
        "p_value": "probability that a lot does so",
        "least": "probability below which no uplift is claimed",
    },
}


def reason(code: Code, facts: Mapping[str, Fact] | None = None) -> Reason:
    """A reason as `policies.reasons.reason` makes them, to four decimals: shares are small."""
    return with_facts(code, FACTS[code], facts or {}, decimals=4)
