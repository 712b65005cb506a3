"""Planning on files, without broker or stores: what any outside simulator closes the loop with.

`tables` reads bins and schedules, `run` plans one week from them, `results` says what a plan looks
like as JSON, `memory` keeps what a later week must know of earlier ones.
"""
