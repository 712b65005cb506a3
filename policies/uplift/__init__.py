"""Did it help? A staggered roll-out by lot, and what can be claimed of it.

`rollout` draws the order; `panel` sums day totals by unit and week; `imputation` says what would
have been; `inference` how sure that is, by the lots themselves; `claim` whether the design allows
to say so at all; `decision` what came of a single decision; `days` sums bins by day, `breaches`
guarantees broken; `figures` what became of venues, groups and areas; `reasons` why not.
"""
