import re
from pathlib import Path

from typer.testing import CliRunner

from domain.estate import Estate
from openhours.commands.estate import app
from openhours.entering.estate_reference import SECTIONS, reference
from store.estate_columns import COLUMNS
from store.estate_files import read_estate

DOCS = Path(__file__).parents[3] / "docs" / "estate.md"


def test_every_field_has_a_meaning() -> None:
    fields = [
        (model.__name__, name, field.description)
        for _, model in SECTIONS
        for name, field in model.model_fields.items()
    ]
    assert [f for f in fields if not f[2]] == []


def test_every_list_of_an_estate_has_a_table() -> None:
    assert set(Estate.model_fields) <= {title for title, _ in SECTIONS}


def test_the_documentation_has_the_tables_of_today() -> None:
    """`openhours estate fields` prints what belongs between the two marks."""
    text = DOCS.read_text(encoding="utf-8")
    found = re.search(
        r"<!-- begin: openhours estate fields -->\n(.*)\n<!-- end -->", text, re.DOTALL
    )
    assert found is not None
    assert found[1].strip() == reference()
    assert CliRunner().invoke(app, ["fields"]).stdout.strip() == reference()


def test_the_documentation_names_every_file_and_its_own_columns() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for name in COLUMNS:
        assert f"`{name}.csv`" in text
    for column in (*COLUMNS["special_days"], *COLUMNS["link_groups"], "core_mon", "core_sun"):
        assert f"`{column}`" in text


def test_the_example_of_the_documentation_reads_as_it_says(tmp_path: Path) -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    area = "areas: [{id: yuyuan-road, name: Yuyuan Road}]\n"
    (tmp_path / "example.yaml").write_text(area + example, encoding="utf-8")
    [venue] = read_estate(tmp_path / "example.yaml").venues
    assert (venue.name_zh, venue.limits.latest) == ("梧桐书屋", 22 * 60)
    assert venue.limits.max_change_minutes is None
