"""Counters on LoRaWAN: what a network server passes on, and the devices behind it."""

from ingest.codecs.lorawan import (
    browan,
    elsys,
    hkt,
    imbuildings,
    milesight_gates,
    milesight_seats,
    milesight_vs121,
    milesight_vs133,
    milesight_vs321,
    milesight_vs373,
    parametric,
    terabee,
)
from ingest.codecs.lorawan.device import Device

DEVICES: tuple[Device, ...] = (
    *milesight_vs121.DEVICES,
    *milesight_vs133.DEVICES,
    *milesight_gates.DEVICES,
    *milesight_vs321.DEVICES,
    *milesight_seats.DEVICES,
    *milesight_vs373.DEVICES,
    *imbuildings.DEVICES,
    *terabee.DEVICES,
    *parametric.DEVICES,
    *elsys.DEVICES,
    *browan.DEVICES,
    *hkt.DEVICES,
)
"""Every device whose bytes or decoded objects are understood."""
