"""Rooms that are used far less than they could be: which, why, and what might be done.

`weeks` sums up what rooms did, `suspect` finds weeks in which the sensor is to blame, `season` and
`shifts` tell passing from lasting changes, `level` how sure it is that a room is used too little,
`assess` joins these, and `flags` decides of which rooms there is news this month.
"""
