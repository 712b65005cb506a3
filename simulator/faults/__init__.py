"""What goes wrong between a counter and the broker: counters, clocks, connections; truth kept.

`plan` says what may go wrong with a sensor, `rates` draws plans from how often it does. Upon
messages: `spoken` has what the counter says, `network` when it arrives, `posted` the messages
themselves. Upon arrays of quarter-hours, without messages: `bins`.
"""
