"""Limits on a venue's page: who may change them, what is refused, what is said of their cost."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from console.linkage.questions import Answer, Way
from console.venues.limits import NO_CORE, edited, texts
from console.words.i18n import LANGUAGES
from console.words.limits import cost
from domain.errors import InvalidInput
from domain.estate import Limits, Venue
from domain.planning import Interval
from policies.links.change import Outlook
from tests.console import people
from tests.console.conftest import visitor
from tests.console.town import Town

LIBRARY = "/venues/library/limits"


@pytest.fixture
def root(changing: Town) -> Iterator[TestClient]:
    with visitor(changing) as client:
        people.log_in(client, changing.ledger.accounts, "root")
        yield client


def limits(town: Town) -> Limits:
    return town.ledger.estate().venue("library").limits


def form(client: TestClient, do: str, **changed: str) -> dict[str, str]:
    page = client.get(LIBRARY)
    venue = client.app.state.access.ledger.estate().venue("library")  # type: ignore[attr-defined]
    before = texts(venue.limits)
    return {
        "token": people.token_in(page),
        "do": do,
        **{f"before-{name}": text for name, text in before.items()},
        **(before | changed),
    }


def venue(**said: object) -> Venue:
    return Venue.model_validate(
        {"id": "v", "name": "V", "type": "hall", "area": "a", "hours": {}, "limits": said}
    )


def test_a_form_that_changes_nothing_changes_nothing() -> None:
    for place in (
        venue(),
        venue(core={"mon-fri": "10:00-12:00"}, staff_hours=57.5, latest="26:00"),
    ):
        same = edited(place, texts(place.limits))
        assert same.changed == {}
        assert same.limits == place.limits


def test_empty_fields_take_limits_away() -> None:
    place = venue(core={"mon-fri": "10:00-12:00"}, staff_hours=57.5)
    new = edited(place, texts(place.limits) | {"core": "", "staff_hours": ""})
    assert new.limits == Limits()
    assert new.changed == {"core": NO_CORE, "staff_hours": "none"}


@pytest.mark.parametrize(
    ("field", "text"),
    [("earliest", "noon"), ("max_blocks", "9"), ("core", "someday 10:00-12:00"), ("core", "mon"),
     ("staff_hours", "-3"), ("min_gap_minutes", "7"), ("latest", "")],
)  # fmt: skip
def test_what_cannot_be_names_its_field(field: str, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        edited(venue(), texts(Limits()) | {field: text})
    assert [p.where for p in refused.value.problems] == [field]


def test_saved_limits_hold_and_leave_an_audit_line(root: TestClient, changing: Town) -> None:
    before = limits(changing)
    sent = root.post(LIBRARY, data=form(root, "save", latest="21:00"), follow_redirects=False)
    assert sent.status_code == 303
    assert limits(changing) == before.model_copy(update={"latest": 21 * 60})
    (line,) = (n for n in changing.ledger.audit(5) if n.actor == "root" and "estate" in n.action)
    assert "1 changed" in line.detail


def test_a_preview_changes_nothing(root: TestClient, changing: Town) -> None:
    before = limits(changing)
    page = root.post(LIBRARY, data=form(root, "preview", latest="17:00"))
    assert page.status_code == 200
    assert "was: 23:00" in page.text
    assert "Best within these limits" in page.text
    assert limits(changing) == before


def test_a_faulty_form_is_kept_with_what_is_wrong(root: TestClient, changing: Town) -> None:
    before = limits(changing)
    page = root.post(LIBRARY, data=form(root, "save", earliest="noon"))
    assert page.status_code == 400
    assert 'value="noon"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert limits(changing) == before


def test_who_was_slower_is_told_so(root: TestClient, changing: Town) -> None:
    late = form(root, "save", max_blocks="3")
    root.post(LIBRARY, data=form(root, "save", latest="21:00"))
    assert root.post(LIBRARY, data=late).status_code == 409
    assert limits(changing).max_blocks == 2


def test_who_may_not_configure_sees_them_and_cannot_change_them(
    manager: TestClient, changing: Town
) -> None:
    before = limits(changing)
    assert "Save these limits" not in manager.get(LIBRARY).text
    assert "readonly" in manager.get(LIBRARY).text
    token = people.token(manager)
    assert manager.post(LIBRARY, data={"token": token, "do": "save"}).status_code == 403
    assert limits(changing) == before


def test_the_cost_is_against_the_best_hours_within_todays_limits() -> None:
    def way(people_served: float, hours: float) -> Way:
        whole = Interval(people_served, people_served, people_served)
        outlook = Outlook(own=whole, neighbours=Interval(0, 0, 0), staffed_hours=hours, covered=1)
        return Way(hours={}, outlook=outlook)

    answer = Answer(today=way(100, 50), supposed=way(110, 45), best=way(130, 50), doubtful=())
    said = cost(LANGUAGES["en"], answer)
    assert said == "The best hours would serve −20 people and take −5 staffed hours a week."
    same = Answer(today=way(100, 50), supposed=way(130, 50), best=way(130, 50), doubtful=())
    assert "cost nothing" in cost(LANGUAGES["en"], same)
