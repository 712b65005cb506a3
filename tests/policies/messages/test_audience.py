"""Notices go to those who answer for the venue, or else to those above them."""

from dataclasses import replace

import pytest

from domain.messages import URGENT, Kind
from domain.people import Grant, Role, Scope, ScopeKind
from policies.messages.audience import LADDERS, audience
from tests.contract.samples import estate
from tests.policies.messages.notices import notice

ANNEX = notice("a", venue="annex")
GRANTS = [
    Grant(person="ann", role=Role.MANAGER, scope=Scope(ScopeKind.VENUE, "annex")),
    Grant(person="bo", role=Role.MANAGER, scope=Scope(ScopeKind.VENUE, "reading-room")),
    Grant(person="dai", role=Role.DISTRICT, scope=Scope(ScopeKind.AREA, "city")),
    Grant(person="eve", role=Role.ADMINISTRATOR),
    Grant(person="olu", role=Role.OPERATIONS),
    Grant(person="vic", role=Role.VIEWER),
]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (Kind.PROPOSAL, {"ann"}),
        (Kind.PROPOSAL_LATE, {"dai"}),
        (Kind.PROPOSAL_VERY_LATE, {"eve"}),
        (Kind.SENSOR, {"olu"}),
        (Kind.FULL, {"ann"}),
        (Kind.HOURS, {"ann", "olu"}),
        (Kind.EFFECT, {"ann", "dai"}),
    ],
)
def test_a_notice_is_for_those_who_answer_for_its_venue(kind: Kind, told: set[str]) -> None:
    assert audience(replace(ANNEX, kind=kind), GRANTS, estate()) == told


def test_where_nobody_answers_the_next_above_is_told() -> None:
    nobody = [g for g in GRANTS if g.role is not Role.MANAGER]
    assert audience(ANNEX, nobody, estate()) == {"dai"}
    assert audience(ANNEX, nobody[1:], estate()) == {"eve"}
    assert audience(ANNEX, [], estate()) == frozenset()


def test_whoever_did_it_is_not_told() -> None:
    published = replace(ANNEX, kind=Kind.HOURS, actor="ann")
    assert audience(published, GRANTS, estate()) == {"olu"}


def test_trouble_of_the_whole_service_is_for_those_who_run_it() -> None:
    somewhere = Grant(person="pat", role=Role.OPERATIONS, scope=Scope(ScopeKind.VENUE, "annex"))
    trouble = replace(ANNEX, kind=Kind.STORE, venue="")
    assert audience(trouble, [*GRANTS, somewhere], estate()) == {"eve", "olu"}


def test_every_kind_has_somebody() -> None:
    assert LADDERS.keys() == set(Kind)
    assert set(Kind) >= URGENT
