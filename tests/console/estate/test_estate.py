"""The estate's page: what is found, and how a file takes its place: seen first, then applied."""

import re
from base64 import b64encode
from collections.abc import Iterator
from html import unescape
from io import BytesIO

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from console.estate.finding import found_in
from console.estate.handed import packed, text_of, unpacked
from console.words import estate as estate_words
from console.words.i18n import LANGUAGES
from domain.errors import InvalidInput
from domain.estate import Estate
from domain.estate_diff import Change, ChangeKind, diff
from domain.estate_rules import KINDS
from domain.people import Role
from tests.console import people
from tests.console.conftest import visitor
from tests.console.town import Town


@pytest.fixture
def district(changing: Town) -> Iterator[TestClient]:
    """Who answers for the estate."""
    people.add(changing.ledger.accounts, "dan", Role.DISTRICT)
    with visitor(changing) as client:
        people.log_in(client, changing.ledger.accounts, "dan")
        yield client


def taken(client: TestClient) -> str:
    """The present estate's file."""
    answer = client.get("/estate/estate.yaml")
    assert answer.status_code == 200
    return answer.text


def shown(client: TestClient, text: str) -> Response:
    return client.post("/estate/import", data={"token": people.token(client), "text": text})


def fields(answer: Response) -> dict[str, str]:
    """The hidden fields of the form that applies what the page shows."""
    form = answer.text.partition('action="/estate/apply"')[2].partition("</form>")[0]
    return {n: unescape(v) for n, v in re.findall(r'name="(\w+)" value="([^"]*)"', form)}


def without_dance(text: str) -> str:
    """The estate's file without the dance room's sensor, and with more places in the courts."""
    text = text.replace("- id: s-dance\n  room: dance\n  interval_s: 300\n", "")
    return text.replace("capacity: 50", "capacity: 55")


def test_a_file_is_seen_in_words_before_anything_changes_and_then_applied(
    changing: Town, district: TestClient
) -> None:
    before = changing.ledger.estate()
    answer = shown(district, without_dance(taken(district)))
    assert "0 come, 1 go, 1 change." in answer.text
    assert "Sensor “s-dance”" in answer.text
    assert "capacity: 50 becomes 55" in answer.text
    assert changing.ledger.estate() == before
    assert district.post("/estate/apply", data=fields(answer)).url.path == "/estate"
    after = changing.ledger.estate()
    assert "s-dance" not in after.sensor_by_id
    assert after.room("courts").capacity == 55
    line = changing.ledger.audit()[0]
    assert (line.action, line.actor) == ("estate.put", "dan")


def test_an_uploaded_file_is_named_where_it_is_wrong(district: TestClient) -> None:
    text = (
        taken(district)
        .replace("capacity: 12", "capacity: twelve")
        .replace("room: lamp", "room: lamb")
    )
    sent = {"file": ("ours.yaml", BytesIO(text.encode()))}
    answer = district.post(
        "/estate/import", data={"token": people.token(district), "text": ""}, files=sent
    )
    assert answer.status_code == 400
    line = 1 + text.splitlines().index("  capacity: twelve")
    assert f"ours.yaml:{line} rooms[1].capacity" in answer.text
    assert "“twelve” is not a whole number" in answer.text
    assert "did you mean “lamp”?" in answer.text
    assert "/estate/apply" not in answer.text


@pytest.mark.parametrize("text", ["- a list", "a: [", "x: &x [*x]"])
def test_what_is_no_estate_is_refused_in_words(district: TestClient, text: str) -> None:
    answer = shown(district, text)
    assert answer.status_code == 400
    assert "Nothing can be applied" in answer.text


def test_what_was_shown_is_not_applied_to_another_estate(
    changing: Town, district: TestClient
) -> None:
    form = fields(shown(district, without_dance(taken(district))))
    estate = changing.ledger.estate()
    rooms = tuple(r.model_copy(update={"name": "Big courts"}) for r in estate.rooms)
    renamed = estate.model_copy(update={"rooms": rooms})
    changing.services.estates.put(renamed, estate, actor="ana")
    answer = district.post("/estate/apply", data=form)
    assert answer.status_code == 409
    assert "changed meanwhile" in answer.text
    assert "name: Big courts becomes Courts" in answer.text
    assert changing.ledger.estate() == renamed
    assert district.post("/estate/apply", data=fields(answer)).status_code == 200
    assert changing.ledger.estate().room("courts").name == "Courts"


def test_a_file_that_changes_nothing_offers_nothing_to_apply(district: TestClient) -> None:
    answer = shown(district, taken(district))
    assert "nothing to apply" in answer.text
    assert "/estate/apply" not in answer.text


def test_a_form_that_holds_no_estate_is_refused(changing: Town, district: TestClient) -> None:
    before = changing.ledger.estate()
    for held in ("", "!", b64encode(b"not deflated").decode(), packed("rooms: [")):
        form = fields(shown(district, without_dance(taken(district)))) | {"estate": held}
        assert district.post("/estate/apply", data=form).status_code == 400
    assert changing.ledger.estate() == before


@pytest.mark.parametrize("text", ["", "a: b\r\n", "名: 永安 “”\n" * 1000])
def test_a_text_is_carried_whole(text: str) -> None:
    assert unpacked(packed(text)) == text


def test_a_file_that_is_too_large_or_no_text_is_refused_before_it_is_read() -> None:
    with pytest.raises(InvalidInput, match="more than 8 MB"):
        unpacked(packed("x" * (8 * 2**20 + 1)))
    with pytest.raises(InvalidInput, match="more than 8 MB"):
        text_of(BytesIO(b"x" * (8 * 2**20 + 1)), "f")
    with pytest.raises(InvalidInput, match="not UTF-8"):
        text_of(BytesIO(b"\xff\xfe\x00"), "f")


def test_a_search_finds_a_venue_with_what_is_in_it(changing: Town) -> None:
    found = found_in(changing.ledger.estate(), "图书馆")
    assert [v.id for v in found.venues] == ["library"]
    assert [r.id for r in found.rooms] == ["reading", "children"]
    assert [s.id for s in found.sensors] == ["s-reading", "s-children"]


def test_a_search_for_a_room_brings_its_doors_from_either_side(changing: Town) -> None:
    found = found_in(changing.ledger.estate(), "READING ROOM")
    assert [s.id for s in found.sensors] == ["s-reading", "s-children", "s-lamp"]


def test_viewers_see_the_estate_and_no_way_to_change_it(changing: Town) -> None:
    with visitor(changing) as client:
        page = client.get("/estate").text
        assert "Riverside Sports Hall" in page
        assert "/estate/import" not in page
        assert client.get("/estate/estate.yaml").url.path == "/login"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_change_has_its_sentence(code: str, changing: Town) -> None:
    language, estate = LANGUAGES[code], changing.ledger.estate()
    for change in [*diff(Estate(), estate), *diff(estate, Estate())]:
        assert estate_words.told(language, change) or change.items == "areas"
    for items in KINDS:
        for kind in ChangeKind:
            change = Change(kind=kind, items=items, id="x", field="name", old="a")
            said = estate_words.item(language, change, Estate(), Estate())
            assert "x" in said
            assert "{" not in said + estate_words.told(language, change)
