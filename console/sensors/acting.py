"""What people do for sensors: give one a room, turn one round, say what they counted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from console.web.services import Services
from domain.errors import Conflict, InvalidInput
from domain.estate import Estate
from domain.estate_rules import check
from domain.hand_counts import HandCount, HeadCount, check_hand_count, check_head_count
from domain.planning import AuditLine


def register(services: Services, written: Mapping[str, Any], *, actor: str) -> None:
    """Add a sensor to the estate, its fields as an estate file has them.

    Raises `InvalidEstate` with every fault, or `Conflict` where it has a room by now.
    """
    before, name = services.ledger.estate(), str(written["id"])
    if name in before.sensor_by_id:
        raise Conflict(f"the sensor {name} has a room already", hint="look at the list")
    document = before.model_dump(mode="json", exclude_defaults=True)
    document["sensors"] = [*document.get("sensors", ()), written]
    detail = f"room {written['room']}"
    _put(services, check(document), before, _line(services, "registered", name, detail, actor))


def turn(services: Services, name: str, sign: int, *, actor: str) -> None:
    """Give a sensor this sign; one that has it already keeps it.

    Raises `NotFound`, or `Conflict` where the estate changes at the same time.
    """
    before = services.ledger.estate()
    if before.sensor(name).sign == sign:
        return
    turned = tuple(
        s.model_copy(update={"sign": sign}) if s.id == name else s for s in before.sensors
    )
    after = before.model_copy(update={"sensors": turned})
    _put(services, after, before, _line(services, "turned", name, f"sign {sign}", actor))


def count_at_door(services: Services, count: HandCount) -> None:
    """Keep what somebody counted at a door. Raises `InvalidInput` or `NotFound`."""
    now = services.clock.now()
    check_hand_count(count, services.ledger.estate(), now)
    services.ledger.add_hand_count(count, now)


def count_in_room(services: Services, count: HeadCount) -> None:
    """Keep what somebody counted in a room. Raises `InvalidInput` or `NotFound`."""
    now = services.clock.now()
    check_head_count(count, services.ledger.estate(), now)
    services.ledger.add_head_count(count, now)


def instant(text: str, zone: ZoneInfo) -> datetime:
    """An instant as a form has it, by the clocks of `zone`. Raises `InvalidInput`."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError as error:
        hint = "write it as in 2026-11-24T10:00"
        raise InvalidInput(f"“{text}” is no date with a time", hint=hint) from error
    return local if local.tzinfo else local.replace(tzinfo=zone)


def _put(services: Services, after: Estate, before: Estate, line: AuditLine) -> None:
    services.estates.put(after, before, actor=line.actor, line=line)


def _line(services: Services, what: str, name: str, detail: str, actor: str) -> AuditLine:
    at = services.clock.now()
    return AuditLine(at=at, actor=actor, action=f"sensor.{what}", subject=name, detail=detail)
