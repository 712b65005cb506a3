from ingest.window import Delivery, Window


def acknowledged(sent: list[tuple[int, int]]) -> list[int]:
    return [packet_id for packet_id, _ in sent]


def window() -> tuple[Window, list[tuple[int, int]]]:
    sent: list[tuple[int, int]] = []
    return Window(lambda packet_id, qos: sent.append((packet_id, qos))), sent


def admitted(window: Window, packet_id: int) -> Delivery:
    delivery = window.admit(packet_id)
    assert delivery is not None
    return delivery


def test_deliveries_are_acknowledged_in_order_at_qos_1() -> None:
    held, sent = window()
    held.acknowledge([admitted(held, 3), admitted(held, 1)])
    assert sent == [(3, 1), (1, 1)]


def test_a_packet_id_of_a_lost_connection_is_never_acknowledged_on_the_next() -> None:
    held, sent = window()
    old = admitted(held, 5)
    held.renew()
    new = admitted(held, 5)
    held.acknowledge([old])
    assert acknowledged(sent) == []
    held.acknowledge([new])
    assert acknowledged(sent) == [5]


def test_a_repetition_of_what_is_held_is_not_admitted_until_it_was_acknowledged() -> None:
    held, _ = window()
    first = admitted(held, 5)
    assert held.admit(5) is None
    held.acknowledge([first])
    assert held.admit(5) is not None


def test_messages_without_acknowledgement_are_always_admitted_and_never_acknowledged() -> None:
    held, sent = window()
    held.acknowledge([admitted(held, 0), admitted(held, 0)])
    assert sent == []
