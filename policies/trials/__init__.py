"""Trials: how hours grow. A stretch beside today's hours is opened on days drawn by lot.

`candidates` says what may be tried; `worth` what is believed of it, and what a trial would teach;
`choice` which trials are worth most; `trial` on which days one is open; `evidence` what its days
prove; `verdict` whether it goes on, is kept or withdrawn; `reasons` why.
"""
