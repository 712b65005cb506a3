"""How many people would come, were the venue open: the demand profile and where it comes from."""

from policies.demand.model import DemandEstimate, estimate

__all__ = ["DemandEstimate", "estimate"]
