"""People, roles and what lets them in, in every ledger."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.accounts import Accounts, ApiToken, Link, LinkKind, Session
from domain.audit import AuditFilter
from domain.errors import Conflict, NotFound
from domain.people import EVERYTHING, Grant, Person, Role, Scope, ScopeKind
from domain.ports import Ledger
from tests.contract.samples import NOON

HOUR = timedelta(hours=1)
ANA = Person(id="ana", name="Ana", email="ana@example.org", created_at=NOON)
BO = Person(id="bo", name="Bo", created_at=NOON)
ALL_OF_IT = Grant(person="ana", role=Role.ADMINISTRATOR)
LIBRARY = Grant(person="bo", role=Role.MANAGER, scope=Scope(ScopeKind.VENUE, "library"))


@pytest.fixture
def accounts(ledger: Ledger) -> Accounts:
    """With an administrator and a manager."""
    ledger.accounts.add_person(ANA, [ALL_OF_IT], actor="test")
    ledger.accounts.add_person(BO, [LIBRARY], actor="ana")
    return ledger.accounts


def session(digest: str, person: str = "bo") -> Session:
    return Session(digest=digest, person=person, created_at=NOON, seen_at=NOON, client="a browser")


def link(digest: str, person: str = "bo") -> Link:
    return Link(
        digest=digest,
        person=person,
        kind=LinkKind.PASSWORD,
        created_at=NOON,
        expires_at=NOON + HOUR,
    )


def token(digest: str, person: str = "bo") -> ApiToken:
    return ApiToken(
        digest=digest,
        person=person,
        name="door sign",
        role=Role.VIEWER,
        scope=EVERYTHING,
        created_at=NOON,
        expires_at=NOON + HOUR,
    )


def test_people_and_their_roles_come_back_as_they_were_given(accounts: Accounts) -> None:
    assert accounts.people() == [ANA, BO]
    assert accounts.grants() == [ALL_OF_IT, LIBRARY]
    assert accounts.grants("bo") == [LIBRARY]
    assert accounts.person("ana") == ANA
    with pytest.raises(NotFound, match="nobody called “eve”"):
        accounts.person("eve")


def test_an_id_an_address_and_a_subject_are_of_one_person(accounts: Accounts) -> None:
    accounts.change_person(replace(ANA, subject="https://id s1"), actor="ana", at=NOON)
    for taken in (
        replace(BO, name="Another Bo"),
        replace(BO, id="eve", email="ana@example.org"),
        replace(BO, id="eve", subject="https://id s1"),
    ):
        with pytest.raises(Conflict):
            accounts.add_person(taken, [], actor="ana")
    with pytest.raises(Conflict):
        accounts.change_person(replace(BO, email="ana@example.org"), actor="ana", at=NOON)
    assert accounts.people()[1:] == [BO]


def test_a_role_is_given_once_and_taken_once(accounts: Accounts) -> None:
    with pytest.raises(Conflict, match="already"):
        accounts.grant(LIBRARY, actor="ana", at=NOON)
    accounts.revoke(LIBRARY, actor="ana", at=NOON)
    assert accounts.grants("bo") == []
    with pytest.raises(NotFound):
        accounts.revoke(LIBRARY, actor="ana", at=NOON)
    with pytest.raises(NotFound):
        accounts.grant(replace(LIBRARY, person="eve"), actor="ana", at=NOON)


def test_the_last_administrator_stays(accounts: Accounts) -> None:
    with pytest.raises(Conflict, match="nobody would be left"):
        accounts.revoke(ALL_OF_IT, actor="ana", at=NOON)
    with pytest.raises(Conflict, match="nobody would be left"):
        accounts.change_person(replace(ANA, active=False), actor="ana", at=NOON)
    accounts.grant(Grant(person="bo", role=Role.ADMINISTRATOR), actor="ana", at=NOON)
    accounts.change_person(replace(ANA, active=False), actor="bo", at=NOON)
    assert not accounts.person("ana").active
    with pytest.raises(Conflict, match="nobody would be left"):
        accounts.revoke(Grant(person="bo", role=Role.ADMINISTRATOR), actor="bo", at=NOON)


def test_of_two_administrators_who_remove_each_other_one_stays(accounts: Accounts) -> None:
    bo = Grant(person="bo", role=Role.ADMINISTRATOR)
    accounts.grant(bo, actor="ana", at=NOON)

    def remove(grant: Grant) -> bool:
        try:
            accounts.revoke(grant, actor="test", at=NOON)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, [ALL_OF_IT, bo])) == [False, True]


def test_a_new_password_ends_sessions_and_links_and_keeps_tokens(accounts: Accounts) -> None:
    assert accounts.password("bo") is None
    accounts.open_session(session("s1"), how="link")
    accounts.open_session(session("s2", "ana"), how="link")
    accounts.add_link(link("l1"), actor="ana")
    accounts.add_token(token("t1"))
    accounts.set_password("bo", "hash", actor="bo", at=NOON)
    assert accounts.password("bo") == "hash"
    assert accounts.session("s1") is None
    assert accounts.session("s2") is not None
    assert accounts.link("l1", NOON) is None
    assert accounts.token("t1") == token("t1")


def test_a_password_is_hashed_anew_only_where_it_is_the_same(accounts: Accounts) -> None:
    accounts.set_password("bo", "old", actor="bo", at=NOON)
    accounts.rehash_password("bo", "another", "lost")
    assert accounts.password("bo") == "old"
    accounts.rehash_password("bo", "old", "stronger")
    assert accounts.password("bo") == "stronger"


def test_a_link_is_used_once_by_one_of_many(accounts: Accounts) -> None:
    accounts.add_link(link("l1"), actor="ana")
    assert accounts.link("l1", NOON) == link("l1"), "looking does not use it"
    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(lambda _: accounts.use_link("l1", NOON), range(8)))
    assert [g for g in got if g is not None] == [link("l1")]
    assert accounts.link("l1", NOON) is None


def test_a_link_that_is_too_old_or_followed_by_another_is_none(accounts: Accounts) -> None:
    accounts.add_link(link("l1"), actor="ana")
    accounts.add_link(link("l2"), actor="ana")
    accounts.add_link(link("l3", "ana"), actor="ana")
    assert accounts.use_link("l1", NOON) is None
    assert accounts.use_link("l2", NOON + HOUR) is None
    assert accounts.use_link("l3", NOON + HOUR - timedelta(seconds=1)) is not None


def test_sessions_are_touched_listed_and_ended_one_by_one_or_all(accounts: Accounts) -> None:
    for digest in ("s1", "s2", "s3"):
        accounts.open_session(session(digest), how="password")
    accounts.open_session(session("of ana", "ana"), how="password")
    accounts.touch_session("s2", NOON + HOUR)
    assert [s.digest for s in accounts.sessions("bo")] == ["s2", "s1", "s3"]
    accounts.end_sessions("ana", "s1", actor="ana", at=NOON)
    assert accounts.session("s1") is not None, "it is not ana's"
    accounts.end_sessions("bo", "s1", actor="bo", at=NOON)
    assert accounts.session("s1") is None
    accounts.end_sessions("bo", None, actor="bo", at=NOON)
    assert accounts.sessions("bo") == []
    assert accounts.session("of ana") is not None


def test_old_sessions_are_forgotten_by_either_age(accounts: Accounts) -> None:
    accounts.open_session(session("idle"), how="password")
    accounts.open_session(session("used"), how="password")
    accounts.touch_session("used", NOON + 2 * HOUR)
    assert accounts.forget_sessions(NOON - HOUR, NOON + HOUR) == 1
    assert accounts.session("idle") is None
    assert accounts.forget_sessions(NOON + HOUR, NOON - HOUR) == 1


def test_a_closed_account_has_no_sessions_and_no_links(accounts: Accounts) -> None:
    accounts.open_session(session("s1"), how="password")
    accounts.add_link(link("l1"), actor="ana")
    accounts.change_person(replace(BO, active=False), actor="ana", at=NOON)
    assert accounts.session("s1") is None
    assert accounts.link("l1", NOON) is None


def test_tokens_are_their_owners_to_revoke(accounts: Accounts) -> None:
    accounts.add_token(token("t1"))
    assert accounts.tokens("bo") == [token("t1")]
    with pytest.raises(NotFound):
        accounts.revoke_token("ana", "t1", actor="ana", at=NOON)
    accounts.revoke_token("bo", "t1", actor="bo", at=NOON)
    assert accounts.token("t1") is None


def test_what_happens_to_accounts_is_in_the_log_and_no_secret_is(
    accounts: Accounts, ledger: Ledger
) -> None:
    accounts.set_password("bo", "a-hash", actor="bo", at=NOON)
    accounts.add_link(link("l1"), actor="ana")
    accounts.open_session(session("s1"), how="password")
    accounts.add_token(token("t1"))
    accounts.revoke_token("bo", "t1", actor="bo", at=NOON)
    accounts.end_sessions("bo", None, actor="bo", at=NOON)
    accounts.revoke(LIBRARY, actor="ana", at=NOON)
    lines = [(line.actor, line.action, line.subject) for line in reversed(ledger.audit())]
    assert lines == [
        ("test", "people.added", "ana"),
        ("test", "people.granted", "ana"),
        ("ana", "people.added", "bo"),
        ("ana", "people.granted", "bo"),
        ("bo", "people.password", "bo"),
        ("ana", "people.link", "bo"),
        ("bo", "login", "bo"),
        ("bo", "token.made", "bo"),
        ("bo", "token.revoked", "bo"),
        ("bo", "logout", "bo"),
        ("ana", "people.revoked", "bo"),
    ]
    said = " ".join(line.detail for line in ledger.audit())
    assert not {"a-hash", "l1", "s1", "t1"} & set(said.replace(",", " ").split())


def test_the_log_is_found_by_who_what_which_and_when(accounts: Accounts, ledger: Ledger) -> None:
    accounts.open_session(session("s1"), how="password")
    accounts.end_sessions("bo", None, actor="ana", at=NOON + HOUR)

    def found(wanted: AuditFilter) -> list[str]:
        return [numbered.line.action for numbered in ledger.find_audit(wanted)]

    assert found(AuditFilter(actor="bo")) == ["login"]
    assert found(AuditFilter(action="people.")) == ["people.granted", "people.added"] * 2
    assert found(AuditFilter(subject="an", action="people.a")) == ["people.added"]
    assert found(AuditFilter(since=NOON + HOUR)) == ["logout"]
    assert "logout" not in found(AuditFilter(until=NOON + HOUR))
    assert found(AuditFilter(action="%")) == [], "it is text, not a pattern"


@pytest.mark.usefixtures("accounts")
def test_the_log_is_read_in_pages_without_a_gap(ledger: Ledger) -> None:
    whole = [numbered.line for numbered in ledger.find_audit(AuditFilter())]
    pages, before = [], None
    while page := ledger.find_audit(AuditFilter(), before=before, limit=3):
        pages += [numbered.line for numbered in page]
        before = page[-1].number
    assert pages == whole == list(ledger.audit())
