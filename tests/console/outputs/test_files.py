"""The addresses of the formats, over the real application."""

import pytest
from icalendar import Calendar
from opening_hours import OpeningHours
from starlette.testclient import TestClient


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [
        ("jsonld", "application/ld+json"),
        ("osm", "text/plain; charset=utf-8"),
        ("google.json", "application/json"),
        ("hsds.json", "application/json"),
        ("csv", "text/csv; charset=utf-8"),
        ("ics", "text/calendar; charset=utf-8"),
    ],
)
def test_each_format_has_an_address_and_its_media_type(
    reader: TestClient, suffix: str, kind: str
) -> None:
    answer = reader.get(f"/venues/night/schedule.{suffix}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


def test_the_tag_of_openstreetmap_is_as_people_write_it(reader: TestClient) -> None:
    text = reader.get("/venues/library/schedule.osm").text
    assert text == (
        "Mo-Fr 09:00-18:00; Sa,Su 10:00-16:00; "
        '2026 Dec 24 10:00-14:00 "Stocktaking"; 2027 Jan 01 off "元旦"'
    )
    assert not OpeningHours(text).warnings


def test_hours_to_come_are_said_with_their_date(reader: TestClient) -> None:
    text = reader.get("/venues/canteen/schedule.osm").text
    assert text == (
        "Mo-Fr 10:30-14:00,16:30-19:30; Sa,Su off; "
        "2026 Dec 07+ Mo-Fr 10:30-14:00,17:00-19:30; 2026 Dec 07+ Sa,Su off"
    )


def test_search_engines_read_the_special_days(reader: TestClient) -> None:
    said = reader.get("/venues/library/schedule.jsonld").json()
    assert said["@type"] == "Library"
    assert said["specialOpeningHoursSpecification"][1] == {
        "@type": "OpeningHoursSpecification",
        "opens": "00:00",
        "closes": "00:00",
        "validFrom": "2027-01-01",
        "validThrough": "2027-01-01",
        "name": "元旦",
    }


def test_an_area_is_one_calendar_of_all_its_venues(reader: TestClient) -> None:
    feed = Calendar.from_ical(reader.get("/areas/yong-an/schedule.ics").content)
    venues = {str(e["UID"]).split(".")[0] for e in feed.walk("VEVENT")}
    assert venues == {"library", "sports", "canteen", "night", "service", "rooms"}
    names = [str(e["UID"]) for e in feed.walk("VEVENT")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("path", ["/venues/x/schedule.osm", "/areas/x/schedule.ics",
                                  "/departments/x/schedule.ics"])  # fmt: skip
def test_what_is_not_there_is_not_found(reader: TestClient, path: str) -> None:
    assert reader.get(path).status_code == 404
