"""What is tried, and what roll-outs did.

- `outcome`: what came of a roll-out, as the service works it out.
- `pages`: `/trials`.
"""
