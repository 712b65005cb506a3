"""Ways in which devices write what they say, each from its vendor's or standard's description.

`wire` says what a way of writing is, `lorawan` wraps devices' bytes as network servers publish
them; every other module has the devices of a vendor, or of a kind.
"""

from simulator.wires.axis import AXIS
from simulator.wires.cameras import CAMERAS
from simulator.wires.csv_line import CSV
from simulator.wires.homes import HOMES
from simulator.wires.imbuildings import IMBUILDINGS
from simulator.wires.milesight import MILESIGHT
from simulator.wires.milesight_json import MILESIGHT_JSON
from simulator.wires.native import NATIVE
from simulator.wires.radars_and_desks import RADARS_AND_DESKS
from simulator.wires.senml import SENML
from simulator.wires.sparkplug import SPARKPLUG
from simulator.wires.terabee import TERABEE
from simulator.wires.wire import Wire
from simulator.wires.xovis import XOVIS

WIRES: tuple[Wire, ...] = (
    NATIVE,
    *MILESIGHT,
    *IMBUILDINGS,
    *XOVIS,
    SENML,
    *TERABEE,
    *RADARS_AND_DESKS,
    *MILESIGHT_JSON,
    *AXIS,
    *CAMERAS,
    *HOMES,
    SPARKPLUG,
    CSV,
)
"""All of them."""
BY_NAME = {wire.name: wire for wire in WIRES}

__all__ = ["BY_NAME", "WIRES", "Wire"]
