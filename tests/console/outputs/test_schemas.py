"""Formats against the schemas that their owners publish, or the rules that these write down."""

import csv
import importlib.util
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from jsonschema_rs import validator_for
from pyld import jsonld  # type: ignore[import-untyped]
from starlette.testclient import TestClient

from console.outputs.google import business_profile
from console.outputs.hsds import location
from console.outputs.schema_org import schema_org
from domain.estate import Venue
from tests.console.outputs.test_formats import LONG_FAIR, URL, Versions, venues

SCHEMA_ORG = "https://schema.org/"
SOME = settings(max_examples=40, suppress_health_check=list(HealthCheck))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def offline(url: str, options: Any) -> Any:
    """Stands in for the published contexts: each term is of the vocabulary."""
    del options
    vocabulary = SCHEMA_ORG if "schema.org" in url else "https://smartdatamodels.org/"
    document: dict[str, Any] = {"@context": {"@vocab": vocabulary}}
    if "ngsi-ld" in url:
        core = "https://uri.etsi.org/ngsi-ld/"
        names = ("Property", "Relationship", "GeoProperty")
        document["@context"] = {
            **{name: core + name for name in names},
            "id": "@id", "type": "@type", "value": core + "hasValue",
            "object": {"@id": core + "hasObject", "@type": "@id"},
            "observedAt": {"@id": core + "observedAt", "@type": core + "DateTime"},
            "location": core + "location", "DateTime": core + "DateTime",
        }  # fmt: skip
    return {"contextUrl": None, "documentUrl": url, "document": document}


def google_schema(name: str) -> dict[str, Any]:
    """A type of the Business Information API from the description that its owner publishes."""
    found = importlib.util.find_spec("googleapiclient")
    assert found is not None
    assert found.origin is not None
    folder = Path(found.origin).parent / "discovery_cache" / "documents"
    text = (folder / "mybusinessbusinessinformation.v1.json").read_text()
    text = re.sub(r'"\$ref": "(\w+)"', r'"$ref": "#/schemas/\1"', text)
    schemas: dict[str, Any] = json.loads(text)["schemas"]
    for schema in schemas.values():
        schema.pop("id", None)  # a name, and no address as JSON Schema has it
        schema["additionalProperties"] = False
    return {"$ref": f"#/schemas/{name}", "schemas": schemas}


GOOGLE = validator_for(google_schema("Location"))


@SOME
@example(made=LONG_FAIR)
@given(made=venues())
def test_google_takes_what_is_made_for_it(made: tuple[Venue, Versions, date]) -> None:
    place, versions, today = made
    body = business_profile(place, versions[:1], noon(today))
    assert [str(e) for e in GOOGLE.iter_errors(body)] == []
    for period in body["specialHours"]["specialHourPeriods"]:
        if "closed" not in period:
            start, end = date(**period["startDate"]), date(**period["endDate"])
            opens, closes = at(period["openTime"]), at(period["closeTime"])
            nights = (end - start).days
            assert nights == 0 or (nights == 1 and closes < 12 * 60), "until 11:59 of the next day"
            assert 0 < closes + 1440 * nights - opens < 1440


def at(time: dict[str, int]) -> int:
    return time["hours"] * 60 + time["minutes"]


HSDS = {
    "id": "uuid", "location_id": "uuid", "valid_from": "date", "valid_to": "date",
    "freq": "WEEKLY|MONTHLY", "byday": "(MO|TU|WE|TH|FR|SA|SU)(,(MO|TU|WE|TH|FR|SA|SU))*",
    "opens_at": r"\d\d:\d\d(Z|[+-]\d\d:\d\d)", "closes_at": r"\d\d:\d\d(Z|[+-]\d\d:\d\d)",
}  # fmt: skip
"""Fields of a schedule that are used, as HSDS 3.2 describes them."""


@SOME
@given(made=venues())
def test_hsds_schedules_have_its_fields(made: tuple[Venue, Versions, date]) -> None:
    place, versions, today = made
    body = location(place, versions, noon(today), URL)
    assert str(UUID(body["id"])) == body["id"]
    ids = [row["id"] for row in body["schedules"]]
    assert len(ids) == len(set(ids))
    for row in body["schedules"]:
        assert set(row) == set(HSDS)
        assert date.fromisoformat(row["valid_from"]) <= date.fromisoformat(row["valid_to"])
        for field, pattern in HSDS.items():
            if pattern == "uuid":
                assert str(UUID(row[field])) == row[field]
            elif pattern != "date":
                assert re.fullmatch(pattern, row[field]), field


SPECIFICATION = {"closes", "dayOfWeek", "name", "opens", "validFrom", "validThrough"}
"""Properties of an OpeningHoursSpecification that are used; schema.org has them all."""


@SOME
@given(made=venues())
def test_json_ld_expands_to_terms_of_schema_org(made: tuple[Venue, Versions, date]) -> None:
    place, versions, today = made
    body = schema_org(place, versions, noon(today), URL)
    [thing] = jsonld.expand(body, {"documentLoader": offline})
    assert thing["@id"] == URL
    assert thing["@type"] == [SCHEMA_ORG + "SportsActivityLocation"]
    for name in ("openingHoursSpecification", "specialOpeningHoursSpecification"):
        for spec in thing.get(SCHEMA_ORG + name, []):
            assert spec.pop("@type") == [SCHEMA_ORG + "OpeningHoursSpecification"]
            assert {key.removeprefix(SCHEMA_ORG) for key in spec} <= SPECIFICATION
    assert not any(key.startswith("_:") for key in thing)


def entities(client: TestClient, kind: str) -> Iterator[dict[str, Any]]:
    yield from client.get("/api/v1/ngsi-ld/entities", params={"type": kind}).json()


@pytest.mark.parametrize("kind", ["Building", "CrowdFlowObserved"])
def test_ngsi_ld_entities_are_of_properties_and_relationships(
    reader: TestClient, kind: str
) -> None:
    count = 0
    for entity in entities(reader, kind):
        count += 1
        [expanded] = jsonld.expand(entity, {"documentLoader": offline})
        assert re.fullmatch(rf"urn:ngsi-ld:{kind}:openhours:\S+", expanded["@id"])
        assert expanded["@type"] == [f"https://smartdatamodels.org/{kind}"]
        for name, member in entity.items():
            if name not in {"@context", "id", "type"}:
                wanted = "object" if member["type"] == "Relationship" else "value"
                assert member["type"] in {"Property", "Relationship", "GeoProperty"}, name
                assert set(member) <= {"type", wanted, "observedAt"}, name
                assert member[wanted] is not None, "there is no null"
    assert count in {6, 8}


def test_a_building_has_what_its_data_model_asks_for(reader: TestClient) -> None:
    """Required by the Smart Data Model: id, type, category, address."""
    library = next(e for e in entities(reader, "Building") if e["id"].endswith(":library"))
    assert library["category"]["value"] == ["civic"]
    assert library["address"]["value"] == {"addressCountry": "CN", "streetAddress": "Yong’an Road"}
    assert library["peopleCapacity"]["value"] == 72
    assert library["peopleOccupancy"]["value"] > 0
    assert library["specialOpeningHoursSpecification"]["value"][1]["validFrom"] == "2027-01-01"


def test_a_crowd_is_left_out_where_it_is_unknown(reader: TestClient) -> None:
    crowds = {e["id"].rpartition(":")[2]: e for e in entities(reader, "CrowdFlowObserved")}
    assert "peopleCount" not in crowds["counter"]
    assert crowds["reading"]["peopleCount"]["value"] > 0
    assert crowds["reading"]["dateObserved"]["value"]["@value"] == "2026-11-25T06:40:00Z"


def test_quarter_hours_have_nothing_where_nothing_is_known(reader: TestClient) -> None:
    text = reader.get("/venues/service/counts.csv", params={"days": 1}).text
    lines = list(csv.DictReader(io.StringIO(text)))
    assert len(lines) == 96
    by_start = {line["start"]: line for line in lines}
    heard, silent = by_start["2026-11-25T01:30Z"], by_start["2026-11-25T05:30Z"]
    assert float(heard["entered"]) >= 0
    assert (heard["healthy"], heard["open"]) == ("1", "1")
    assert (silent["entered"], silent["healthy"], silent["open"]) == ("", "0", "1")
    night = by_start["2026-11-24T18:00Z"]
    assert night["open"] == "0"


def test_so_many_days_as_can_be_asked_for(reader: TestClient) -> None:
    assert reader.get("/venues/service/counts.csv", params={"days": 93}).status_code == 400
