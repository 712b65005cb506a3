"""A report in every form, read back by readers of our own; and its pages."""

import csv
import io
import re
import zipfile
import zlib
from base64 import a85decode
from dataclasses import replace
from datetime import UTC, date, datetime
from math import nan
from xml.etree import ElementTree as ET

import pytest
from starlette.testclient import TestClient

from console.reports.files import report_csv, report_xlsx
from console.reports.paper import report_pdf
from console.reports.report import Report, Row
from console.reports.subscriptions import subscriptions
from console.words import reports as said
from console.words.i18n import LANGUAGES
from domain.estate import Area, Venue
from domain.people import Role
from domain.periods import Period
from policies.reports import Line
from policies.uplift.reasons import Code, reason
from tests.console import people
from tests.console.conftest import visitor
from tests.console.town import Town

EN, ZH = LANGUAGES["en"], LANGUAGES["zh"]
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def venue(name: str, name_zh: str, place: str) -> Venue:
    return Venue.model_validate(
        {"id": place, "name": name, "name_zh": name_zh, "type": "library", "area": "s", "hours": {}}
    )


def line(**changed: float) -> Line:
    known = {
        "open_hours": 40.0,
        "seen_hours": 30.0,
        "visits": 1234.0,
        "staffed_hours": 80.0,
        "person_hours": 90.0,
        "capacity_hours": 300.0,
        "idle_hours": 3.0,
        "idle_of_hours": 30.0,
        "idle_hours_a_week": 4.0,
        "refused": nan,
        "refused_of_hours": 0.0,
    }
    return Line(**known | changed)


REPORT = Report(
    area=Area(id="s", name="Lake Street", name_zh="湖滨街", kind="street"),
    period=Period.parse("2026-W47"),
    until=date(2026, 11, 23),
    rows=(
        (
            venue('=1+2 "Hall"', "图书馆", "hall"),
            Row(line=line(), covered=0.75, decision_days=2.5, decisions=2),
        ),
        (
            venue("Silent", "寂静馆", "silent"),
            Row(line=line(visits=nan, seen_hours=0.0), covered=nan, decision_days=nan, decisions=0),
        ),
    ),
    total=Row(
        line=line(open_hours=80.0, staffed_hours=160.0),
        covered=0.75,
        decision_days=2.5,
        decisions=2,
    ),
    without_rooms=(venue("Kiosk", "亭子", "kiosk"),),
    claim=(
        reason(
            Code.UPLIFT,
            {"share": 0.12, "low": 0.03, "high": 0.21, "p_value": 0.01, "groups": 9, "weeks": 6},
        ),
    ),
    effects=(),
    at=datetime(2026, 11, 24, 1, 30, tzinfo=UTC),
)
FIGURES = ["1234.0", "80.0", "0.3", "0.1", "4.0", "", "0.75", "2.5", "0.75"]
"""By hand: 90 of 300 places, 3 of 30 hours, 30 of 40 hours seen."""


def cells(data: bytes) -> dict[str, str | float]:
    """What a workbook's first sheet has, by the address of each cell."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        shared = [
            "".join(t.text or "" for t in item.iter(f"{SHEET}t"))
            for item in ET.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314 - made here
        ]
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    found: dict[str, str | float] = {}
    for cell in sheet.iter(f"{SHEET}c"):
        assert cell.find(f"{SHEET}f") is None, "nothing is computed"
        value = cell.find(f"{SHEET}v")
        if value is not None and value.text:
            is_text = cell.get("t") == "s"
            found[cell.attrib["r"]] = shared[int(value.text)] if is_text else float(value.text)
    return found


def shown(data: bytes) -> bytes:
    """The drawing instructions of all pages of a PDF."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL)
    return b"".join(zlib.decompress(a85decode(b"<~" + s.strip(), adobe=True)) for s in streams)


def test_csv_has_a_line_for_each_venue_and_nothing_where_nothing_is_known() -> None:
    data = report_csv(EN, REPORT)
    assert data.startswith(b"\xef\xbb\xbf"), "by which spreadsheet programs know UTF-8"
    heads, hall, silent, total = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert heads[:3] == ["Id", "Venue", "Visits"]
    assert hall == ["hall", '\'=1+2 "Hall"', *FIGURES], "no spreadsheet computes a name"
    assert silent[2] == ""
    assert total[:4] == ["", "Total", "1234.0", "160.0"]
    assert "图书馆" in report_csv(ZH, REPORT).decode("utf-8-sig")


def test_a_workbook_has_numbers_and_leaves_cells_empty_that_are_unknown() -> None:
    english = cells(report_xlsx(EN, REPORT))
    assert english["A1"].startswith("Lake Street, week 47 of 2026")  # type: ignore[union-attr]
    assert [english.get(f"{column}5", "") for column in "CDEFGHIJK"] == [
        float(f) if f else "" for f in FIGURES
    ]
    assert english["B5"] == '=1+2 "Hall"', "as text"
    assert "C6" not in english
    assert english["B7"] == "Total"
    chinese = cells(report_xlsx(ZH, REPORT))
    assert chinese["B5"] == "图书馆"
    assert chinese["B4"] == "场所"


def test_a_workbook_s_sheet_is_named_by_the_period() -> None:
    with zipfile.ZipFile(io.BytesIO(report_xlsx(EN, REPORT))) as book:
        assert 'name="2026-W47"' in book.read("xl/workbook.xml").decode()


def test_paper_sets_chinese_in_a_font_that_every_reader_has() -> None:
    english, chinese = report_pdf(EN, REPORT), report_pdf(ZH, REPORT)
    for data in (english, chinese):
        assert data.startswith(b"%PDF-")
        assert data.rstrip().endswith(b"%%EOF")
        assert b"FontFile" not in data, "no font is put into the file"
        assert len(re.findall(rb"/Type /Page\b", data)) == 1
    assert b"/STSong-Light" in chinese
    assert b"/UniGB-UCS2-H" in chinese
    assert b"Lake Street, week 47 of 2026" in shown(english)


def test_paper_sets_a_chinese_name_in_an_english_report() -> None:
    named = replace(REPORT, area=Area(id="s", name="湖滨街", kind="street"))
    assert b"/STSong-Light" in report_pdf(EN, named)


def test_the_head_of_the_table_is_on_every_page() -> None:
    many = replace(REPORT, rows=REPORT.rows * 40)
    data = report_pdf(EN, many)
    pages = len(re.findall(rb"/Type /Page\b", data))
    assert pages > 1
    assert shown(data).count(b"(Venue)") == pages


def test_the_headline_says_what_is_known_and_how_much_that_is() -> None:
    english = said.headline(EN, REPORT)
    assert english == (
        "1,234 visits in 160 staffed hours. Of the places 30% were used; for 10% of the open time"
        " nobody was there, 4 hours a week."
    )
    notes = "\n".join(said.notes(EN, REPORT))
    assert "known for 38% of the open time" in notes, "30 of 80 hours"
    assert "Kiosk" in notes
    silent = replace(REPORT, total=replace(REPORT.total, line=line(visits=nan, seen_hours=0.0)))
    assert said.headline(EN, silent).startswith("Nothing was counted")


def test_an_uplift_is_told_with_its_interval() -> None:
    (sentence,) = said.changes(EN, REPORT)
    assert "+12% (95% sure: between +3% and +21%" in sentence


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("2026-W47", "week 47 of 2026, Mon 16 Nov to Sun 22 Nov 2026", "2026年第47周"),
        ("2026-11", "November 2026", "2026年11月"),
        ("2026-Q4", "quarter 4 of 2026", "2026年第4季度"),
    ],
)
def test_periods_are_said_as_people_say_them(name: str, english: str, chinese: str) -> None:
    assert said.period(EN, Period.parse(name)) == english
    assert said.period(ZH, Period.parse(name)).startswith(chinese)


def test_the_list_names_the_periods_that_an_area_s_size_asks_for(reader: TestClient) -> None:
    text = reader.get("/reports").text
    assert 'href="/reports/yong-an/2026-W47"' in text
    assert "2026-Q4" not in text, "a street is looked at by the week"


def test_a_report_is_a_page_and_files_to_take_away(reader: TestClient) -> None:
    path = "/reports/yong-an/2026-W47"
    text = reader.get(path).text
    assert "Yong’an Library" in text
    assert "So far" not in text
    for form, begins in {"pdf": b"%PDF-", "csv": b"\xef\xbb\xbfId", "xlsx": b"PK"}.items():
        assert f'href="{path}.{form}"' in text
        answer = reader.get(f"{path}.{form}")
        assert answer.content.startswith(begins)
        assert f'filename="yong-an-2026-W47.{form}"' in answer.headers["content-disposition"]


def test_a_period_that_runs_says_which_days_are_in_it(reader: TestClient) -> None:
    assert "days until Tue 24 Nov 2026 are in it" in reader.get("/reports/yong-an/2026-W48").text


@pytest.mark.parametrize(
    "path",
    [
        "yong-an/2026-W49",
        "yong-an/2026-W99",
        "yong-an/lately",
        "atlantis/2026-W47",
        "yong-an/2026-W47.doc",
        "yong-an/2026-W49.pdf",
    ],
)
def test_what_is_no_report_is_not_found(reader: TestClient, path: str) -> None:
    assert reader.get(f"/reports/{path}").status_code == 404


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.ADMINISTRATOR, Role.MANAGER])
def test_a_district_has_a_report_sent_and_stops_it(changing: Town, role: Role) -> None:
    people.add(changing.ledger.accounts, "jun", role)
    path = "/reports/yong-an/2026-W47"
    with visitor(changing) as client:
        people.log_in(client, changing.ledger.accounts, "jun")
        if role is Role.MANAGER:
            assert "Send me this report" not in client.get(path).text
            return
        assert "Send me this report, each week" in client.get(path).text
        form = {"token": people.token(client), "wanted": "true"}
        answer = client.post("/reports/yong-an/subscription", data=form)
        assert "You are sent this report: each week." in answer.text
        found = [*subscriptions(changing.ledger)]
        assert [(s.person, s.area, s.after.name) for s in found] == [("jun", "yong-an", "2026-W47")]
        client.post("/reports/yong-an/subscription", data=form | {"wanted": "false"})
        assert [*subscriptions(changing.ledger)] == []
