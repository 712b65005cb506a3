"""The hours planner: the best opening hours of an ordinary week within a venue's limits.

`days` plans single days exactly; `price` and `count` tie the days of a week together under a
budget; `plan` joins the three for many venues (problems and plans: `weeks`), and `pool` spreads
these over processes. `limits` makes such a problem of a venue, `venue` plans one venue and comes
back to weekly hours, `kept` says what given hours break, `conflicts` which limits no hours keep.
`dates` plans holidays, `rooms` the rooms of a venue, `bookings` says what must not be closed.
"""
