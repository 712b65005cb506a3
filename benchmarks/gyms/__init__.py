"""Hours of real gyms, planned from eight months and judged by the three that followed.

`recording` reads what the gyms saw, `hours` plans from its past by several policies, `judged` holds
the plans against the weeks that followed.
"""
