"""Rooms that are used far less than they could be: which, why, and what might be done.

`weeks` sums up what rooms did and `pattern` what their week is like; `suspect` finds weeks in which
the sensor is to blame, `season` and `shifts` tell passing from lasting changes, `level` how sure it
is that a room is used too little; `assess` joins these, and `flags` decides of which rooms there is
news. With what is `known` of the neighbourhood, `causes` and `hours` say why and what might be
done, in the codes of `reasons`; `digest` is a month of it all.
"""
