"""How many people would come, were the venue open: the demand profile and where it comes from.

`observed` folds bins into business days, `ordinary` leaves days out; `terms`, `levels` and `edges`
take off what is no demand of an ordinary day; `kinds` says whom a venue takes after; `surface` and
`pooled` are the model of what remains, `beyond` of what lies outside the hours; `model` joins them.
`forecast` looks weeks ahead, `nowcast` says how full it usually is, `ahead` joins them for one day.
"""

from policies.demand.estimated import DemandEstimate
from policies.demand.model import estimate

__all__ = ["DemandEstimate", "estimate"]
