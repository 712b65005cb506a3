"""Ways in which devices write what they say, each from its vendor's description."""

from simulator.wires.imbuildings import IMBUILDINGS
from simulator.wires.milesight import MILESIGHT_VS133
from simulator.wires.native import NATIVE
from simulator.wires.senml import SENML
from simulator.wires.wire import Wire
from simulator.wires.xovis import XOVIS

WIRES: tuple[Wire, ...] = (NATIVE, MILESIGHT_VS133, IMBUILDINGS, XOVIS, SENML)
"""All of them."""

__all__ = ["WIRES", "Wire"]
