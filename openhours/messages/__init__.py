"""Messages to people: what is wrong or new becomes notices, notices messages, and these are sent.

`causes` says what is wrong now and `news` what is new; `readers` knows people, their addresses and
zones; `run` joins them. Each step starts from what the ledger keeps and may be repeated: a notice
is noted once by its key, a person is told it once, and the outbox sends at least once.
"""
