"""How well demand in closed hours is told: simulated and real windows with hours hidden on purpose.

`families` makes worlds whose true rates are known, `real` hides hours of real footfall, `rivals`
are what one would do otherwise, `score` compares, `plots` shows it to a person.
"""
