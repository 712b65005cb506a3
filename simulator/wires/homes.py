"""Home automation: ESPHome with Roode, Zigbee2MQTT, and Home Assistant's discovery.

- ESPHome's MQTT client publishes plain text on `{prefix}/{platform}/{entity}/state`, kept by the
  broker; Roode has a number of people and a text, “Entry” or “Exit”, for each crossing.
- Zigbee2MQTT publishes an object on `zigbee2mqtt/{friendly name}`: the CSM-300ZB counts up to 50
  `people`, presence sensors tell `occupancy`; `last_seen` where it is switched on.
- Home Assistant's MQTT discovery: a config, kept by the broker, says on which topic a state is
  published and how to read it.
"""

from collections.abc import Callable, Sequence

from domain.readings import CountKind
from simulator.wires.wire import Letter, Statement, Wire, as_json, zulu

CSM_300ZB_TO = 50


def _roode_people(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    (said,) = statements
    topic = f"{device}/number/{device}_people_counter/state"
    return Letter(topic, str(said.present).encode())


def _roode_crossing(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    (said,) = statements
    topic = f"{device}/text_sensor/{device}_last_direction/state"
    return Letter(topic, b"Entry" if said.entered else b"Exit")


def _will_of_esphome(device: str, _at_s: int, _number: int) -> Sequence[Letter]:
    return (Letter(f"{device}/status", b"offline"),)


def _zigbee(device: str, said: Statement, **state: object) -> Letter:
    seen = {**state, "last_seen": zulu(said.written_s)}
    return Letter(f"zigbee2mqtt/{device}", as_json({"battery": 87, "linkquality": 131, **seen}))


def _csm_300zb(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    (said,) = statements
    return _zigbee(device, said, voltage=3_000, people=said.present)


def _occupancy(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    (said,) = statements
    return _zigbee(device, said, occupancy=bool(said.present))


def _config(device: str, _at_s: int) -> Sequence[Letter]:
    config = {
        "name": "People",
        "unique_id": device,
        "state_topic": f"counters/{device}",
        "unit_of_measurement": "people",
        "value_template": "{{ value_json.people | int }}",
        "expire_after": 3_600,
        "device": {"name": f"Counter {device}", "identifiers": [device]},
    }
    return (Letter(f"homeassistant/sensor/{device}/people/config", as_json(config)),)


def _state(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    (said,) = statements
    return Letter(f"counters/{device}", as_json({"people": said.present}))


def _zigbee_wire(
    name: str, write: Callable[[str, Sequence[Statement], int], Letter], present_to: int
) -> Wire:
    return Wire(
        name=name,
        codec="zigbee2mqtt",
        kinds=(CountKind.PRESENT,),
        device=lambda number: f"hall-{number}",
        write=write,
        filter="zigbee2mqtt/+",
        present_to=present_to,
    )


HOMES = (
    Wire(
        name="esphome",
        codec="esphome",
        kinds=(CountKind.PRESENT,),
        device=lambda number: f"roode{number}",
        write=_roode_people,
        farewell=_will_of_esphome,
        filter="+/number/+/state",
        has_clock=False,
    ),
    Wire(
        name="esphome/crossings",
        codec="esphome",
        kinds=(CountKind.CHANGE,),
        device=lambda number: f"roode{number}",
        write=_roode_crossing,
        filter="+/text_sensor/+/state",
        has_clock=False,
    ),
    _zigbee_wire("zigbee2mqtt", _csm_300zb, CSM_300ZB_TO),
    _zigbee_wire("zigbee2mqtt/occupancy", _occupancy, 1),
    Wire(
        name="home-assistant",
        codec="home-assistant",
        kinds=(CountKind.PRESENT,),
        device=lambda number: f"hall_{number}",
        write=_state,
        greeting=_config,
        filter="homeassistant/+/+/+/config",
        has_clock=False,
    ),
)
