"""Policies that choose hours, week by week, in a simulated city, beside one another.

`contenders` are the policies (`simple` rules, `planned` ones), `arena` plays one of them through a
city, `guarantees` holds what they did against the venues' limits by rules of its own, `measures`
compares what came of it.
"""
