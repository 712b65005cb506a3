"""From demand to the proposals of a run: linked venues together, all others each by itself.

`week` finds the joint week of a group and leaves out changes that gain too little; `members` makes
a proposal with reasons of each member; `jobs` cuts a run into pieces that any executor may work on.
"""
