"""Which source reads a topic, and sources that are learned while it runs."""

import json
from typing import Any

from ingest.codecs import homeassistant, native, senml
from ingest.codecs.codec import Context
from ingest.codecs.said import Learned
from ingest.codecs.sparkplug_proto import payload_class
from ingest.message import Message
from ingest.sources import Source, Sources

NOW_US = 1_795_397_400_000_000
CONFIG_TOPIC = "homeassistant/sensor/hall/config"


def payload(metrics: list[dict[str, Any]]) -> bytes:
    return bytes(payload_class()(timestamp=NOW_US // 1000, metrics=metrics).SerializeToString())


def taught(state_topic: str, template: str = "{{ value }}", entity: str = "hall") -> list[Learned]:
    """What a discovery config teaches."""
    config = {
        "name": f"{entity} people",
        "unique_id": entity,
        "state_topic": state_topic,
        "value_template": template,
    }
    topic = f"homeassistant/sensor/{entity}/config"
    message = Message(topic, json.dumps(config).encode(), NOW_US)
    return list(homeassistant.CODEC.decode(message, Context()).learned)


def present(sources: Sources, topic: str, payload: bytes) -> list[int | None]:
    return [r.present for r in sources.decode(Message(topic, payload, NOW_US)).readings]


def test_a_discovered_topic_is_subscribed_to_and_read() -> None:
    sources = Sources()
    assert sources.learn(taught("counters/hall"))
    assert "counters/hall" in sources.filters
    assert present(sources, "counters/hall", b"12") == [12]


def test_learning_the_same_again_changes_nothing() -> None:
    sources = Sources()
    sources.learn(taught("counters/hall"))
    assert not sources.learn(taught("counters/hall"))


def test_another_template_for_a_topic_is_taken_up_without_subscribing_anew() -> None:
    sources = Sources()
    sources.learn(taught("counters/hall"))
    assert not sources.learn(taught("counters/hall", "{{ value_json.n }}"))
    assert present(sources, "counters/hall", b'{"n": 4}') == [4]


def test_two_entities_of_one_topic_are_both_read() -> None:
    sources = Sources()
    sources.learn(taught("counters/all", "{{ value_json.hall }}", "hall"))
    assert not sources.learn(taught("counters/all", "{{ value_json.bar }}", "bar"))
    assert present(sources, "counters/all", b'{"hall": 4, "bar": 2}') == [4, 2]


def test_a_forgotten_source_is_given_up() -> None:
    sources = Sources()
    before = sources.filters
    sources.learn(taught("counters/hall"))
    assert sources.learn([Learned(homeassistant.key_of(CONFIG_TOPIC), "")])
    assert sources.filters == before
    assert sources.of("counters/hall") is None


def test_a_topic_that_is_read_already_is_not_discovered_again() -> None:
    topic = native.topic_of("door")
    sources = Sources()
    assert not sources.learn(taught(topic))
    found = sources.of(topic)
    assert found is not None
    assert found.codec is native.CODEC


def test_a_message_is_read_by_what_the_one_before_it_taught_though_neither_is_kept_yet() -> None:
    sources = Sources(known=lambda _key: None)
    born = {"name": "people", "alias": 1, "datatype": 3, "int_value": 5}
    now = {"alias": 1, "int_value": 6}
    assert present(sources, "spBv1.0/g/NBIRTH/n", payload([born])) == [5]
    assert present(sources, "spBv1.0/g/NDATA/n", payload([now])) == [6]


def test_what_is_kept_is_asked_for_where_it_is_kept() -> None:
    kept: dict[str, str] = {}
    sources = Sources(known=kept.get)
    born = {"name": "people", "alias": 1, "datatype": 3, "int_value": 5}
    message = Message("spBv1.0/g/NBIRTH/n", payload([born]), NOW_US)
    sources.learn(sources.decode(message).learned)
    data = Message("spBv1.0/g/NDATA/n", payload([{"alias": 1, "int_value": 6}]), NOW_US)
    assert sources.decode(data).rejections[0].reason == "birth not seen"
    kept.update(sources.decode(message).learned)
    assert [r.present for r in sources.decode(data).readings] == [6]


def test_what_is_learned_for_other_ends_is_left() -> None:
    assert not Sources().learn([Learned("sparkplug:a/b/", "[]")])


def test_the_first_configured_source_reads_a_topic() -> None:
    both = [Source(topic="plant/#", codec=senml.CODEC), Source(topic="plant/+", codec=native.CODEC)]
    found = Sources(both).of("plant/door")
    assert found is not None
    assert found.codec is senml.CODEC


def test_settings_go_before_what_formats_bring_along() -> None:
    found = Sources([Source(topic="#", codec=senml.CODEC)]).of(native.topic_of("door"))
    assert found is not None
    assert found.codec is senml.CODEC


def test_what_comes_on_the_topic_for_anything_is_read_by_its_shape() -> None:
    assert present(Sources(), "openhours/in/door", b'{"time": 1795397400, "present": 3}') == [3]
