"""Planning on files, without broker or stores: what any outside simulator closes the loop with.

`tables` reads bins and schedules, `known` says what they tell on the morning of a day, `run` plans
a week from that, `look` finds under-used rooms and unmet demand, `results` says what that looks
like as JSON, `memory` keeps what a later week must know of earlier ones, `files` joins them.
"""
