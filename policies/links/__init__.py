"""Linked venues: joint opening hours of a hub and its satellites, which stand in for one another.

`walks` says how far the members are from each other and how many people walk it; `group` makes a
problem of venues, demand and walks; `served` says who is served where. `turns` plans one member
after another by the day planner, `exact` sets up the whole as a mixed-integer programme and solves
it with HiGHS; `plan` joins the two and gives the certificate. `change` answers what a change of
budget, limits or hours would bring, `twins` finds venues and rooms that could be one.
"""
