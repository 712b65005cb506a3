"""Finds what is wrong with an installation and says how to mend it, beside the service or without.

`registry` knows the checks and runs them, `patient` is what they look at; the checks are small
functions: `machine` looks at files, disk and clock, `servers` at broker and stores, `work` at what
the service has to do.
"""

from openhours.doctor import machine, servers, work
from openhours.doctor.registry import Finding, Level, examine

__all__ = ["Finding", "Level", "examine", "machine", "servers", "work"]
