import re
from pathlib import Path

from simulator.city.making import make
from simulator.city.reading import load, names
from simulator.city.reference import SECTIONS, reference

DOCS = Path(__file__).parents[2] / "docs" / "simulator.md"


def test_the_documentation_has_every_field_with_its_meaning() -> None:
    """`python -m simulator.city.reference` prints what belongs between the two marks."""
    fields = [
        f"{model.__name__}.{name}"
        for _, model in SECTIONS
        for name, field in model.model_fields.items()
        if not field.description
    ]
    assert fields == []
    text = DOCS.read_text(encoding="utf-8")
    found = re.search(
        r"<!-- begin: simulator.city.reference -->\n(.*)\n<!-- end -->", text, re.DOTALL
    )
    assert found is not None
    assert found[1].strip() == reference()


def test_the_documentation_names_every_family_and_its_example_can_be_played(
    tmp_path: Path,
) -> None:
    text = DOCS.read_text(encoding="utf-8")
    for name in names():
        assert f"`{name}`" in text
    [example] = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "example.yaml").write_text(example, encoding="utf-8")
    assert make(load(tmp_path / "example.yaml"), 1).estate.venues
