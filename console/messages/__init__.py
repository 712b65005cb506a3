"""Messages to people: made in words, sent by channels, and how each person wants them.

`compose` makes subject, text and HTML; `envelope` is what waits in the outbox; `channels` reads the
list of channels, and `mail`, `webhook` and `apprised` are the three sorts of them.
"""
