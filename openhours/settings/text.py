"""Settings as the text of a settings file, without secrets."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from sqlalchemy.engine import make_url

from openhours.settings.model import Settings


def settings_text(settings: Settings) -> str:
    """TOML of all that differs from the defaults; passwords and tokens are left out."""
    top, sections = [], []
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            lines = [f"{inner} = {_toml(told)}" for inner, told in _changed(value)]
            sections += ["", f"[{name}]", *lines] if lines else []
        else:
            top.append(f"{name} = {_toml(value)}")
    return "\n".join([*top, *sections, ""])


def without_password(url: str) -> str:
    """The address of a ledger without its password."""
    if not url:
        return url
    parts = make_url(url).difference_update_query(["password"])
    return parts._replace(password=None).render_as_string()


def _changed(section: BaseModel) -> list[tuple[str, Any]]:
    found = []
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if value == field.default or value is None or isinstance(value, SecretStr):
            continue
        found.append((name, without_password(value) if name == "ledger" else value))
    return found


def _toml(value: Any) -> str:
    """Of the few kinds of values that settings have."""
    if isinstance(value, BaseModel):
        return _toml(value.model_dump(mode="json", exclude_none=True, exclude_defaults=True))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, Path):
        value = str(value)
    return json.dumps(value, ensure_ascii=False)
