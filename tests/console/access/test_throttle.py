"""Whoever guesses passwords waits longer and longer, and nobody is kept out for good."""

from datetime import UTC, datetime, timedelta

import pytest

from console.access.throttle import (
    FIRST_WAIT,
    FORGET_AFTER,
    FREE_BY_ACCOUNT,
    FREE_BY_ADDRESS,
    KEPT,
    LONGEST_WAIT,
    Throttle,
)

NOW = datetime(2026, 11, 25, tzinfo=UTC)
NONE = timedelta(0)


def spent(throttle: Throttle, account: str, address: str, times: int) -> None:
    for _ in range(times):
        assert throttle.attempt(account, address, NOW) == NONE


def test_the_first_are_free_and_then_the_wait_doubles_up_to_its_longest() -> None:
    throttle, at, waits = Throttle(), NOW, []
    spent(throttle, "mei", "a", FREE_BY_ACCOUNT)
    for _ in range(9):
        wait = throttle.attempt("mei", "a", at)
        waits.append(wait)
        at += wait
        assert throttle.attempt("mei", "a", at) == NONE
    doubled = [FIRST_WAIT * 2**n for n in range(9)]
    assert waits == [min(wait, LONGEST_WAIT) for wait in doubled]
    assert timedelta(minutes=15) == LONGEST_WAIT


def test_an_attempt_that_was_held_up_does_not_lengthen_the_wait() -> None:
    throttle = Throttle()
    spent(throttle, "mei", "a", FREE_BY_ACCOUNT)
    assert {throttle.attempt("mei", "a", NOW) for _ in range(50)} == {FIRST_WAIT}


def test_many_accounts_from_one_address_are_slowed_down_and_others_are_not() -> None:
    throttle = Throttle()
    for n in range(FREE_BY_ADDRESS):
        spent(throttle, f"account {n}", "a", 1)
    assert throttle.attempt("another", "a", NOW) == FIRST_WAIT
    assert throttle.attempt("another", "b", NOW) == NONE


def test_one_account_from_many_addresses_is_slowed_down() -> None:
    throttle = Throttle()
    for n in range(FREE_BY_ACCOUNT):
        spent(throttle, "mei", f"address {n}", 1)
    assert throttle.attempt("mei", "another", NOW) == FIRST_WAIT


def test_success_forgives_the_account_and_not_what_the_address_did_before() -> None:
    throttle = Throttle()
    for n in range(FREE_BY_ADDRESS - 1):
        spent(throttle, f"account {n}", "a", 1)
    for _ in range(3):
        spent(throttle, "mallory", "a", 1)
        throttle.succeeded("mallory", "a")
    spent(throttle, "mei", "a", 1)
    assert throttle.attempt("lin", "a", NOW) == FIRST_WAIT


@pytest.mark.parametrize(("after", "is_free"), [(FORGET_AFTER, True), (FIRST_WAIT, False)])
def test_what_was_long_ago_is_forgotten(after: timedelta, *, is_free: bool) -> None:
    throttle = Throttle()
    spent(throttle, "mei", "a", FREE_BY_ACCOUNT)
    assert throttle.attempt("mei", "b", NOW + after) == NONE
    again = throttle.attempt("mei", "b", NOW + after)
    assert (again == NONE) == is_free


def test_it_keeps_no_more_than_its_share_of_memory() -> None:
    throttle = Throttle()
    spent(throttle, "mei", "a", FREE_BY_ACCOUNT)
    for n in range(KEPT):
        throttle.attempt(f"account {n}", f"address {n}", NOW)
    assert throttle.attempt("mei", "a", NOW) == NONE, "it was forgotten for newer ones"
