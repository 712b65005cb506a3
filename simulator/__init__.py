"""A city with ground truth, and its own encoder of the wire format.

A day, in the order in which `world` plays it: `rates` and `demand` (who would come), `people` (each
drawn whole), `timetable` and `behaviour` (doors, full rooms, neighbours), `truth` (what became of
them), `sightings` (what sensors notice). From these, `counts` and `bins` make arrays for policies,
`sensors` and `messages` what counters publish; `faults` and `wires` spoil it as networks and
vendors do. `city` makes estates and scenarios from families; `loop` plays them under the hours that
a policy and its `managers` decide.
"""
