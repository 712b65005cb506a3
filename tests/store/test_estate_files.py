import csv
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given

from domain.errors import InvalidEstate
from domain.estate import Estate
from domain.estate_rules import check
from domain.hours import parse_day
from store.estate_columns import COLUMNS
from store.estate_files import read_estate, write_estate
from tests.domain.documents import sound
from tests.strategies import estates, few_at_any_pace

DEPLOY = Path(__file__).parents[2] / "deploy"

TWENTY_FAULTS = """\
areas:
  - {id: town, name: Town, part_of: street}
  - {id: street, name: Street, part_of: town}
departments:
  - {id: arts, name: ""}
venues:
  - id: library
    name: Library
    type: library
    area: steet
    zone: Asia/Shangai
    country: Atlantis
    hours:
      mon: 9-25:00
      tue-wde: 09:00-17:00
      thu: 10:00-12:00, 11:00-13:00
    limits:
      core: {mon: "05:00-07:00"}
      min_block_minutes: 600
      max_block_minutes: 300
      notise_days: 3
    colour: red
  - id: library
    name: Canteen
    name: Kitchen
    type: canteen
    area: town
    hours: {mon-fri: "09:10-17:00", sun: "03:00-12:00"}
    special_days:
      - day: 2026-13-01
rooms:
  - {id: reading, venue: libary, name: Reading room}
  - {id: dining, venue: library, name: Dining hall, capacity: many}
sensors:
  - {id: door, room: reading, beyond: reading, kind: totals}
link_groups:
  - {id: around, hub: library, satellites: [{venue: library, walk_minutes: 121}]}
romos: []
"""
WHERE_THEY_ARE = """\
2 areas[0].part_of
5 departments[0].name
10 venues[0].area
11 venues[0].zone
12 venues[0].country
14 venues[0].hours.mon
15 venues[0].hours.tue-wde
16 venues[0].hours.thu
18 venues[0].limits.core.mon
19 venues[0].limits.min_block_minutes
21 venues[0].limits.notise_days
22 venues[0].colour
23 venues[1].id
25 venues[1].name
28 venues[1].hours.mon-fri
28 venues[1].hours.sun
30 venues[1].special_days[0].day
32 rooms[0].venue
33 rooms[1].capacity
35 sensors[0].beyond
35 sensors[0].kind
37 link_groups[0].satellites[0].venue
37 link_groups[0].satellites[0].walk_minutes
38 romos
"""


def problems_of(path: Path) -> list[str]:
    """Everything that is wrong, without the name of the temporary folder."""
    with pytest.raises(InvalidEstate) as caught:
        read_estate(path)
    return [str(p).replace(f"{path.parent}/", "") for p in caught.value.problems]


def yaml_file(folder: Path, text: str) -> Path:
    path = folder / "estate.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def csv_folder(folder: Path, **files: str) -> Path:
    """A sound folder with some of its files replaced by the texts given."""
    path = folder / "estate"
    write_estate(check(sound()), path)
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["estate.yaml", "estate"])
@few_at_any_pace
@given(estate=estates())
def test_what_was_written_reads_back_equal(name: str, estate: Estate) -> None:
    with TemporaryDirectory() as folder:
        write_estate(estate, Path(folder) / name)
        assert read_estate(Path(folder) / name) == estate


@pytest.mark.parametrize(
    "path", [DEPLOY / "sample-estate.yaml", *sorted((DEPLOY / "replay").glob("*.yaml"))], ids=str
)
def test_the_estates_that_come_along_are_sound(path: Path) -> None:
    assert read_estate(path).venues


def test_the_sample_shows_what_an_estate_can_say() -> None:
    estate = read_estate(DEPLOY / "sample-estate.yaml")
    assert len(estate.venues) == 5
    assert all(v.name_zh for v in estate.venues)
    assert any(b.end > 1440 for v in estate.venues for day in v.hours.days for b in day)
    assert len(estate.link_groups) == 1


class TestYaml:
    def test_every_fault_is_told_at_once_with_file_line_and_field(self, tmp_path: Path) -> None:
        found = problems_of(yaml_file(tmp_path, TWENTY_FAULTS))
        places = sorted(p.partition(": ")[0].removeprefix("estate.yaml:") for p in found)
        assert places == sorted(WHERE_THEY_ARE.splitlines())

    def test_a_fault_reads_as_a_sentence(self, tmp_path: Path) -> None:
        found = problems_of(yaml_file(tmp_path, TWENTY_FAULTS))
        assert (
            "estate.yaml:14 venues[0].hours.mon: “9-25:00” is not a block of hours "
            "(write it as 09:00-17:30)"
        ) in found
        assert (
            "estate.yaml:23 venues[1].id: the venue “library” is there already "
            "(first at estate.yaml:7 venues[0].id)"
        ) in found

    def test_texts_stay_what_they_are(self, tmp_path: Path) -> None:
        estate = read_estate(
            yaml_file(
                tmp_path,
                "areas: [{id: 0012, name: 2026-10-01}]\n"
                "venues:\n"
                "  - {id: off, name: yes, type: t, area: 0012, name_zh: '~', department: ~,\n"
                "     hours: {sat: off, sun: 10:00-12:00}, day_starts: 10:00}\n",
            )
        )
        area, venue = estate.areas[0], estate.venues[0]
        assert (area.id, area.name) == ("0012", "2026-10-01")
        assert (venue.id, venue.name, venue.name_zh) == ("off", "yes", "~")
        assert (venue.day_starts, venue.department) == (600, None)
        assert venue.hours.days[5:] == ((), parse_day("10:00-12:00"))

    def test_aliases_are_read_and_their_faults_told_where_they_stand(self, tmp_path: Path) -> None:
        text = (
            "areas: [{id: a, name: A}]\n"
            "venues:\n"
            "  - &one {id: v, name: V, type: t, area: a, hours: &hours {mon: '9'}}\n"
            "  - {id: w, name: W, type: t, area: a, hours: *hours}\n"
        )
        fault = "“9” is not a block of hours (write it as 09:00-17:30)"
        assert problems_of(yaml_file(tmp_path, text)) == [
            f"estate.yaml:3 venues[0].hours.mon: {fault}",
            f"estate.yaml:3 venues[1].hours.mon: {fault}",
        ]

    def test_a_node_that_holds_itself_is_told_not_followed(self, tmp_path: Path) -> None:
        found = problems_of(yaml_file(tmp_path, "areas: &a [*a]\n"))
        assert "is nested too deeply" in found[0]

    @pytest.mark.parametrize("text", ["[" * 200_000, "- " * 200_000, "{a: " * 200_000])
    def test_nesting_without_end_is_told_before_it_is_followed(
        self, text: str, tmp_path: Path
    ) -> None:
        (found,) = problems_of(yaml_file(tmp_path, f"areas:\n  {text}"))
        assert found.startswith("estate.yaml:2: is nested too deeply")

    def test_aliases_that_multiply_are_read_once(self, tmp_path: Path) -> None:
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"] + [
            f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 11)
        ]
        assert len(problems_of(yaml_file(tmp_path, "\n".join(lines)))) == len(lines)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("areas: [\n", r"estate.yaml:2: is not YAML"),
            ("areas:\n\t- {id: a}\n", r"estate.yaml:2: is not YAML"),
            ("areas: []\n---\nareas: []\n", r"estate.yaml:2: is not YAML"),
            ("", r"estate.yaml: is not an estate \(begin with lists"),
            ("# nothing\n", r"estate.yaml: is not an estate"),
            ("- id: a\n", r"estate.yaml: is not an estate"),
            ("? [a]\n: b\n", r"estate.yaml:1: has a key that is not text"),
        ],
    )
    def test_a_file_that_is_no_estate_at_all_is_told(
        self, text: str, says: str, tmp_path: Path
    ) -> None:
        assert re.match(says, problems_of(yaml_file(tmp_path, text))[0])

    def test_a_file_that_cannot_be_read_is_told(self, tmp_path: Path) -> None:
        assert "cannot read it: No such file" in problems_of(tmp_path / "none.yaml")[0]
        (tmp_path / "gbk.yaml").write_bytes("areas: [{id: a, name: 街道}]".encode("gb18030"))
        assert "gbk.yaml: is not UTF-8" in problems_of(tmp_path / "gbk.yaml")[0]


class TestCsv:
    def test_faults_are_told_with_the_lines_and_columns_of_the_files(self, tmp_path: Path) -> None:
        folder = csv_folder(
            tmp_path,
            areas='id,name\ntown,"Old\nTown"\n\nstreet,\n',
            rooms="id,venue,name,capacity\nreading,libary,Reading,40\nlending,library,L,x\n",
            special_days="venue,day,hours\nlibrary,2026-13-01,9\nlibary,soon,10:00-12:00\n",
            link_groups="id,hub,venue,walk_minutes\ng,library,canteen,5\ng,canteen,cinema,far\n",
        )
        hours = "“9” is not a block of hours (write it as 09:00-17:30)"
        date = "is not a date (write it as 2026-10-01)"
        hub = "“canteen” is not the first, “library” (a group has one hub)"
        near = "there is no venue “libary” (did you mean “library”?)"
        assert problems_of(folder) == [
            f"estate/special_days.csv:3 venue: {near}",
            f"estate/special_days.csv:3 day: “soon” {date}",
            f"estate/link_groups.csv:3 hub: {hub}",
            "estate/areas.csv:5 name: is missing",
            f"estate/special_days.csv:2 day: “2026-13-01” {date}",
            f"estate/special_days.csv:2 hours: {hours}",
            f"estate/rooms.csv:2 venue: {near}",
            "estate/rooms.csv:3 capacity: “x” is not a whole number",
            "estate/link_groups.csv:3 walk_minutes: “far” is not a number",
            "estate/link_groups.csv:3 venue: there is no venue “cinema” (add it to venues)",
        ]

    def test_hours_and_limits_have_columns_of_their_own(self, tmp_path: Path) -> None:
        folder = csv_folder(
            tmp_path,
            venues=(
                "id,name,type,area,mon,sat,core_mon,earliest,max_change_minutes,staff\n"
                "library,Library,library,street,9-17:00,14:10-16:00,05:00-06:00,6:00,none,\n"
                "canteen,Canteen,canteen,street,closed,,,,,none\n"
            ),
        )
        outside = (
            "05:00-06:00 does not lie between earliest and latest, 06:00-23:00 "
            "(move core hours, or earliest and latest)"
        )
        assert problems_of(folder) == [
            "estate/venues.csv:2 mon: “9-17:00” is not a block of hours (write it as 09:00-17:30)",
            f"estate/venues.csv:2 core_mon: {outside}",
            "estate/venues.csv:3 staff: is empty",
        ]

    def test_an_empty_cell_is_the_default_and_none_is_no_limit(self, tmp_path: Path) -> None:
        folder = csv_folder(
            tmp_path,
            venues=(
                "id,name,type,area,mon,max_change_minutes,latest\n"
                "library,Library,library,street,09:00-17:00,,\n"
                "canteen,Canteen,canteen,street,18:00-02:00,None,26:00\n"
            ),
        )
        library, canteen = read_estate(folder).venues
        assert (library.limits.max_change_minutes, library.limits.latest) == (60, 23 * 60)
        assert (canteen.limits.max_change_minutes, canteen.limits.latest) == (None, 26 * 60)
        assert canteen.hours.days[0] == parse_day("18:00-02:00")

    def test_what_a_spreadsheet_makes_of_a_folder_is_understood(self, tmp_path: Path) -> None:
        folder = csv_folder(tmp_path)
        for file in folder.glob("*.csv"):
            rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
            with file.open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream, delimiter=";", lineterminator="\n").writerows(
                    [*([*row, "", ""] for row in rows), [""] * (len(rows[0]) + 2)]
                )
        (folder / "special_days.csv").write_text(
            "venue\tday\thours\tname\nlibrary\t2026/10/1\t\t国庆节\n", encoding="utf-8"
        )
        document = sound()
        document["venues"][0]["special_days"] = [{"day": "2026-10-01", "name": "国庆节"}]
        assert read_estate(folder) == check(document)

    def test_times_with_seconds_are_understood(self, tmp_path: Path) -> None:
        folder = csv_folder(tmp_path)
        venues = (folder / "venues.csv").read_text(encoding="utf-8-sig")
        (folder / "venues.csv").write_text(venues.replace(",20:00,", ",24:00:00,"))
        assert read_estate(folder).venues[0].limits.latest == 24 * 60

    def test_a_spreadsheet_sees_the_chinese_names(self, tmp_path: Path) -> None:
        text = (csv_folder(tmp_path) / "venues.csv").read_bytes()
        assert text.startswith(b"\xef\xbb\xbf")
        assert "图书馆".encode() in text

    def test_a_file_that_is_not_there_means_there_are_none(self, tmp_path: Path) -> None:
        folder = csv_folder(tmp_path)
        for name in ("sensors", "link_groups", "special_days"):
            (folder / f"{name}.csv").unlink()
        estate = read_estate(folder)
        assert (len(estate.venues), estate.sensors, estate.link_groups) == (2, (), ())

    @pytest.mark.parametrize(
        ("files", "says"),
        [
            (
                {"rooms": "id,nmae,venue,id\nr,R,library,r\n"},
                [
                    "estate/rooms.csv:1 nmae: there is no such column (did you mean “name”?)",
                    "estate/rooms.csv:1 id: this column is there twice",
                ],
            ),
            (
                {"departments": "id,name\nculture,Arts, Sports\n"},
                ["estate/departments.csv:2: has 3 cells, the header 2 (quote cells with commas)"],
            ),
            (
                {"departments": 'id,name\nculture,"Arts\nsports,Sports\n'},
                [
                    (
                        "estate/departments.csv:3: is not CSV: unexpected end of data "
                        "(is a quotation mark left open?)"
                    )
                ],
            ),
            (
                {"room": "id,name,venue\n"},
                ["estate/room.csv: there is no such file in an estate (did you mean “rooms”?)"],
            ),
        ],
    )
    def test_a_fault_of_form_is_told(
        self, files: dict[str, str], says: list[str], tmp_path: Path
    ) -> None:
        assert problems_of(csv_folder(tmp_path, **files))[: len(says)] == says

    def test_each_file_that_is_not_utf_8_is_told(self, tmp_path: Path) -> None:
        folder = csv_folder(tmp_path)
        for name in ("areas", "departments"):
            (folder / f"{name}.csv").write_bytes("id,name\na,街道\n".encode("gb18030"))
        assert problems_of(folder)[:2] == [
            "estate/areas.csv: is not UTF-8 (in a spreadsheet, save as “CSV UTF-8”)",
            "estate/departments.csv: is not UTF-8 (in a spreadsheet, save as “CSV UTF-8”)",
        ]

    def test_a_folder_without_any_of_the_files_is_told(self, tmp_path: Path) -> None:
        names = ", ".join(f"{name}.csv" for name in COLUMNS)
        (tmp_path / "empty").mkdir()
        assert problems_of(tmp_path / "empty") == [f"empty: holds no estate (files: {names})"]
