"""Who is told what, and when: pure functions on notices, roles and preferences.

`alerts` makes notices of causes that stand and go, with hysteresis; `audience` says whom a notice
is for; `quiet` knows people's quiet hours; `timing` says what is due to one person now.
"""
