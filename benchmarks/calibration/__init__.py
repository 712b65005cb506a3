"""How the simulated city compares with recordings of real doors.

`statistics` says what is compared, `recordings` reads real footfall, `simulated` plays the sample
neighbourhood; `python -m benchmarks.calibration` prints all of it.
"""
