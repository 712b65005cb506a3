"""Counters on LoRaWAN: what a network server passes on, and the devices behind it."""

from ingest.codecs.lorawan.device import Device

DEVICES: tuple[Device, ...] = ()
"""Every device whose bytes or decoded objects are understood."""
