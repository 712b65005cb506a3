"""An estate as people write it: one YAML file, or a folder of CSV files."""

from pathlib import Path

from domain.estate import Estate
from domain.estate_rules import check
from store.estate_csv import read_csv, write_csv
from store.estate_yaml import read_yaml, write_yaml


def read_estate(path: Path) -> Estate:
    """The estate in the YAML file `path`, or in the folder `path` of CSV files.

    Raises `InvalidEstate` with every fault, each naming file, line and field.
    """
    draft = read_csv(path) if path.is_dir() else read_yaml(path)
    return check(draft.document, draft.locate, draft.problems)


def write_estate(estate: Estate, path: Path) -> None:
    """Write YAML where `path` ends in .yaml or .yml, else a folder of CSV files.

    What stands there is replaced. Raises `OSError` when it cannot be written.
    """
    if path.suffix.lower() in (".yaml", ".yml"):
        write_yaml(estate, path)
    else:
        write_csv(estate, path)
