"""How full every room is now: the board, its stream, full venues."""
