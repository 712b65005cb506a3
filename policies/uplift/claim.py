"""Whether a roll-out allows to say what it did, and if so, what it did."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from domain.planning import Fact, Reason
from policies.uplift.imputation import log_effect
from policies.uplift.inference import Effect, inferred, is_treated, two_sided
from policies.uplift.panel import Cells, DayTotals, weekly
from policies.uplift.reasons import Code, reason
from policies.uplift.rollout import Rollout

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Mask = NDArray[np.bool_]

LEAST_WEEKS_BEFORE = 4
"""Two to compare with and two to check them by."""
LEAST_ORDERS = 200
"""With fewer, the order itself comes up so often among the draws that intervals have no ends."""
LEAST_P = 0.01
"""A check that fails more clearly than this, over all checks together, forbids a claim. A sound
roll-out is refused once in a hundred times."""
DRAWS = 999
WEEKS_TO_LEARN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What can be said of a roll-out. Where `effect` is None, nothing is to be printed."""

    effect: Effect | None
    """On visits of whole linked groups: what neighbours lost is taken off."""
    changed: Effect | None = None
    """On visits of the venues whose hours changed; None where those are all venues."""
    neighbours: Effect | None = None
    """On visits of the others."""
    aa: Effect | None = None
    """The A/A check: what the same method finds before the first wave, where nothing is."""
    since: tuple[float, ...] = ()
    """Share by which visits changed in the first `WEEKS_TO_LEARN` weeks of each group, the next,
    and so on: people must hear of new hours. Without intervals; NaN where it cannot be told."""
    reasons: tuple[Reason, ...]
    """What is said, or all that forbids it."""


def claimed(
    totals: DayTotals,
    rollout: Rollout,
    rng: np.random.Generator,
    *,
    changed: Mask | None = None,
    standing: Mapping[str, Floats] | None = None,
) -> Claim:
    """What a roll-out by lot did to visits, or why that cannot be said.

    Args:
        totals: visits of all venues of the groups, from weeks before the first wave on.
        rollout: as it was carried out.
        rng: of the draws that the lots are compared with.
        changed: (venues,) whose hours changed; the others are their neighbours. None: all.
        standing: by name, (groups,) how groups stood before the roll-out, such as utilisation: what
            someone might have ordered them by. Visits are always looked at.

    Raises:
        InvalidInput: as of `weekly`.
    """
    if not rollout.is_by_lot:
        code = Code.ORDER_NOT_BY_LOT if rollout.seed is None else Code.ORDER_NOT_AS_DRAWN
        return Claim(effect=None, reasons=(reason(code),))
    by_venue = weekly(totals, rollout)
    if why := tuple(_too_little(by_venue, rollout)):
        return Claim(effect=None, reasons=why)

    place = {group: n for n, group in enumerate(rollout.groups)}
    group = np.array([place[g] for g in totals.group])
    cells = by_venue.of(group, len(place))
    redrawn = rollout.redrawn(DRAWS, rng)
    aa = aa_check(cells, rollout.weeks, redrawn)
    stood = {"visits": _usual_level(cells), **(standing or {})}
    why = tuple(imbalances(aa, stood, rollout.weeks, redrawn))
    effect = inferred(cells, rollout.weeks, redrawn)
    if not effect.is_told:
        why = (*why, reason(Code.NO_CONTROLS))
    if why:
        return Claim(effect=None, aa=aa, reasons=why)
    parts = _parts(by_venue, group, changed, rollout.weeks, redrawn)
    return Claim(
        effect=effect,
        changed=parts.get(Code.UPLIFT_AT_CHANGED),
        neighbours=parts.get(Code.UPLIFT_AT_NEIGHBOURS),
        aa=aa,
        since=_since(cells, rollout.weeks),
        reasons=tuple(_said(effect, parts, aa, cells, rollout)),
    )


def aa_check(cells: Cells, starts: Ints, redrawn: Ints) -> Effect:
    """The effect of starting early on weeks before anyone started: there should be none.

    The earlier half of the groups is taken to start in the middle of these weeks.

    Args:
        cells: (groups, periods)
        starts: as of `inferred`.
        redrawn: as of `inferred`.
    """
    before = cells.week < 0
    middle = -((-int(cells.week.min())) // 2)
    half = float(np.median(starts))
    is_split = bool((starts > half).any())

    def pretended(weeks: Ints) -> Ints:
        early = weeks <= half if is_split else weeks < half
        return np.where(early, middle, 0)

    return inferred(cells.during(before), pretended(starts), pretended(redrawn))


def imbalances(
    aa: Effect, stood: Mapping[str, Floats], starts: Ints, redrawn: Ints
) -> Iterator[Reason]:
    """Reasons for checks that fail as hardly any lot makes them fail.

    Args:
        aa: the A/A check.
        stood: by name, (groups,) how groups stood before the roll-out.
        starts: as of `inferred`.
        redrawn: as of `inferred`.
    """
    least = LEAST_P / (1 + len(stood))
    if aa.p_value <= least:
        yield reason(Code.GROUPS_DRIFT_APART, {"p_value": aa.p_value, "least": least})
    for what, level in stood.items():
        ranks = rankdata(level) - (len(level) + 1) / 2
        p_value = two_sided((redrawn - starts) @ ranks)
        if p_value <= least:
            facts: dict[str, Fact] = {"what": what, "p_value": p_value, "least": least}
            yield reason(Code.ORDER_FOLLOWS, facts)


def _too_little(by_venue: Cells, rollout: Rollout) -> Iterator[Reason]:
    before = -int(by_venue.week.min(initial=0))
    if before < LEAST_WEEKS_BEFORE:
        yield reason(Code.TOO_SHORT_BEFORE, {"weeks": before, "needed": LEAST_WEEKS_BEFORE})
    if rollout.arrangements < LEAST_ORDERS:
        facts: dict[str, Fact] = {
            "groups": len(rollout.groups),
            "orders": rollout.arrangements,
            "needed": LEAST_ORDERS,
        }
        yield reason(Code.TOO_FEW_GROUPS, facts)


def _usual_level(cells: Cells) -> Floats:
    """Visits a known day before the first wave; (groups,)."""
    before = cells.week < 0
    days = cells.days[:, before].sum(axis=1)
    return np.asarray(cells.total[:, before].sum(axis=1) / np.maximum(days, 1))


def _parts(
    by_venue: Cells, group: Ints, changed: Mask | None, starts: Ints, redrawn: Ints
) -> dict[Code, Effect]:
    """Effects on the venues whose hours changed and on their neighbours, where there are both."""
    if changed is None or changed.all() or not changed.any():
        return {}
    found = {
        code: inferred(by_venue.of(np.where(some, group, -1), len(starts)), starts, redrawn)
        for code, some in (
            (Code.UPLIFT_AT_CHANGED, changed),
            (Code.UPLIFT_AT_NEIGHBOURS, ~changed),
        )
    }
    return {code: effect for code, effect in found.items() if effect.is_told}


def _since(cells: Cells, starts: Ints) -> tuple[float, ...]:
    age = cells.week - starts[:, None]
    spans = range(0, int(age.max()) + 1, WEEKS_TO_LEARN)
    treated = is_treated(cells.week, starts[None])
    among = [(age >= span) & (age < span + WEEKS_TO_LEARN) for span in spans]
    logs = [log_effect(cells.total, cells.usual, treated, some)[0] for some in among]
    return tuple(np.expm1(logs).tolist())


def _said(
    effect: Effect, parts: Mapping[Code, Effect], aa: Effect, cells: Cells, rollout: Rollout
) -> Iterator[Reason]:
    judged = np.unique(cells.week[(cells.week >= 0) & (cells.week < np.sort(rollout.weeks)[-2])])
    facts = _facts(effect) | {"groups": len(rollout.groups), "weeks": len(judged)}
    yield reason(Code.UPLIFT, facts)
    for code, part in parts.items():
        yield reason(code, _facts(part))
    yield reason(Code.AA_CHECK, {"share": aa.share, "p_value": aa.p_value})


def _facts(effect: Effect) -> dict[str, Fact]:
    return {
        "share": effect.share,
        "low": effect.low,
        "high": effect.high,
        "p_value": effect.p_value,
    }
