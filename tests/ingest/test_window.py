from ingest.window import Window


def connected() -> tuple[Window, list[int]]:
    """A window on a first connection, and what is acknowledged on it."""
    window, sent = Window(), list[int]()
    window.renew(sent.extend)
    return window, sent


def test_messages_are_acknowledged_in_order() -> None:
    window, sent = connected()
    assert window.admit([3, 1]) == []
    window.acknowledge(window.connection, [3, 1])
    assert sent == [3, 1]


def test_a_packet_id_of_a_lost_connection_is_never_acknowledged_on_the_next() -> None:
    window, sent = connected()
    window.admit([5])
    lost, again = window.connection, list[int]()
    window.renew(again.extend)
    window.admit([5])
    window.acknowledge(lost, [5])
    assert sent == again == []
    window.acknowledge(window.connection, [5])
    assert again == [5]


def test_a_repetition_of_what_is_held_is_named_until_it_was_acknowledged() -> None:
    window, _ = connected()
    window.admit([4, 5])
    assert window.admit([6, 5, 7, 4]) == [1, 3]
    window.acknowledge(window.connection, [5])
    assert window.admit([5, 6]) == [1]


def test_a_repetition_among_messages_that_come_together_is_named() -> None:
    window, _ = connected()
    assert window.admit([8, 9, 8]) == [2]
    assert window.admit([9]) == [0]


def test_messages_without_acknowledgement_are_always_admitted_and_never_acknowledged() -> None:
    window, sent = connected()
    without = [0, 0]
    assert window.admit(without) == []
    assert window.admit([*without, 2]) == []
    window.acknowledge(window.connection, without)
    assert sent == []
