"""What the spool keeps, over crashes and full disks."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domain.errors import StoreUnavailable
from ingest import spool as spool_module
from ingest.message import Messages
from ingest.spool import Spool, adopt

MEGABYTE = 2**20


def some(*numbers: int, size: int = 0) -> Messages:
    """Messages told apart by their numbers."""
    return Messages(
        [b"topic-%d" % n for n in numbers],
        [b"%d" % n + bytes(size) for n in numbers],
        list(numbers),
        [0x32] * len(numbers),
        [1_000 + n for n in numbers],
    )


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """No file grows beyond `size`, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def drained(spool: Spool) -> list[Messages]:
    found = []
    while messages := spool.first():
        found.append(messages)
        spool.drop_first()
    return found


def test_what_goes_in_comes_out_in_order_and_whole(tmp_path: Path) -> None:
    spool = Spool(tmp_path, MEGABYTE)
    spool.append(some(1, 2))
    spool.append(some(3))
    assert len(spool) == 3
    assert drained(spool) == [some(1, 2), some(3)]
    assert len(spool) == 0


def test_what_came_in_many_parts_comes_out_in_one_up_to_a_size(tmp_path: Path) -> None:
    spool = Spool(tmp_path, MEGABYTE)
    for n in range(5):
        spool.append(some(n))
    assert spool.first(3) == some(0, 1, 2)
    spool.append(some(5))
    spool.drop_first()
    assert len(spool) == 3
    assert spool.first(100) == some(3, 4, 5)


def test_what_was_taken_in_is_there_after_a_crash(tmp_path: Path) -> None:
    Spool(tmp_path, MEGABYTE).append(some(1, 2))
    again = Spool(tmp_path, MEGABYTE)
    assert len(again) == 2
    again.append(some(3))
    assert drained(again) == [some(1, 2), some(3)]


def test_half_a_write_is_left_out_and_the_next_one_follows_what_is_whole(tmp_path: Path) -> None:
    Spool(tmp_path, MEGABYTE).append(some(1))
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:-1])
    again = Spool(tmp_path, MEGABYTE)
    again.append(some(2))
    assert drained(Spool(tmp_path, MEGABYTE)) == [some(1), some(2)]


def test_what_the_disk_has_damaged_is_put_aside_and_the_rest_goes_on(tmp_path: Path) -> None:
    spool = Spool(tmp_path, MEGABYTE)
    for n in range(3):
        spool.append(some(n))
    (file,) = tmp_path.iterdir()
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    file.write_bytes(whole)
    again = Spool(tmp_path, MEGABYTE)
    again.append(some(9))
    assert drained(again) == [some(0), some(9)]
    (damaged,) = tmp_path.glob("*.damaged")
    assert damaged.stat().st_size == 2 * len(whole) // 3


def test_zeros_that_a_power_cut_left_at_the_end_hold_nothing_up(tmp_path: Path) -> None:
    Spool(tmp_path, MEGABYTE).append(some(1))
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes() + bytes(4_096))
    again = Spool(tmp_path, MEGABYTE)
    again.append(some(2))
    assert drained(again) == [some(1), some(2)]


def test_what_is_damaged_while_it_runs_is_put_aside_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module, "SEGMENT_BYTES", 100)
    spool = Spool(tmp_path, MEGABYTE)
    for n in range(4):
        spool.append(some(n, size=60))
    file = min(tmp_path.iterdir())
    whole = bytearray(file.read_bytes())
    whole[-1] ^= 0xFF
    file.write_bytes(whole)
    assert drained(spool) == [some(n, size=60) for n in (0, 2, 3)]
    (damaged,) = tmp_path.iterdir()
    assert damaged.read_bytes() == whole[len(whole) // 2 :]
    assert len(spool) == 0


def test_a_file_that_someone_deleted_does_not_hold_up_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module, "SEGMENT_BYTES", 50)
    spool = Spool(tmp_path, MEGABYTE)
    for n in range(3):
        spool.append(some(n, size=60))
    min(tmp_path.iterdir()).unlink()
    assert drained(spool) == [some(1, size=60), some(2, size=60)]
    assert len(spool) == 0


def test_what_comes_after_someone_deleted_the_last_file_is_safe(tmp_path: Path) -> None:
    spool = Spool(tmp_path, MEGABYTE)
    spool.append(some(1))
    (file,) = tmp_path.iterdir()
    file.unlink()
    spool.append(some(2))
    assert drained(spool) == [some(2)]


def test_files_go_when_all_in_them_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module, "SEGMENT_BYTES", 100)
    spool = Spool(tmp_path, MEGABYTE)
    for n in range(6):
        spool.append(some(n, size=60))
    files = len(list(tmp_path.iterdir()))
    assert files > 2
    for _ in range(2):
        spool.first()
        spool.drop_first()
    assert len(list(tmp_path.iterdir())) < files
    assert drained(spool) == [some(n, size=60) for n in range(2, 6)]
    assert list(tmp_path.iterdir()) == []
    assert spool.size == 0


def test_beyond_its_limit_it_takes_nothing_and_keeps_what_it_has(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 1_000)
    spool.append(some(1, size=500))
    with pytest.raises(StoreUnavailable, match="full"):
        spool.append(some(2, size=500))
    assert drained(spool) == [some(1, size=500)]
    spool.append(some(3, size=500))
    assert drained(spool) == [some(3, size=500)]


@pytest.mark.parametrize("size", [2_000, 100_000], ids=["in Python's buffer", "beyond it"])
def test_what_a_full_disk_left_half_written_does_not_spoil_what_follows(
    tmp_path: Path, size: int
) -> None:
    spool = Spool(tmp_path, MEGABYTE)
    spool.append(some(1))
    with files_end_at(1_000), pytest.raises(StoreUnavailable, match="cannot grow"):
        spool.append(some(2, size=size))
    spool.append(some(3))
    assert drained(spool) == [some(1), some(3)]


def test_what_cannot_be_read_at_the_start_is_said_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "000000000001.spool").mkdir()
    with pytest.raises(StoreUnavailable, match=r"cannot be read: .*let this user read and write"):
        Spool(tmp_path, MEGABYTE)


@pytest.mark.parametrize(
    ("before", "now"),
    [(["worker-0", "worker-1"], [""]), ([""], ["worker-0", "worker-1"])],
    ids=["from two workers to one", "from one to two"],
)
def test_what_workers_left_is_in_a_spool_of_those_that_are_there_now(
    tmp_path: Path, before: list[str], now: list[str]
) -> None:
    for n, name in enumerate(before):
        Spool(tmp_path / name, MEGABYTE).append(some(n))
    owned = [tmp_path / name for name in now]
    adopt(tmp_path, owned)
    found = [messages for folder in owned for messages in drained(Spool(folder, MEGABYTE))]
    assert found == [some(n) for n in range(len(before))]


def test_what_is_taken_over_stands_behind_what_is_there(tmp_path: Path) -> None:
    for n in (0, 1):
        Spool(tmp_path / f"worker-{n}", MEGABYTE).append(some(n))
    adopt(tmp_path, [tmp_path / "worker-0"])
    assert drained(Spool(tmp_path / "worker-0", MEGABYTE)) == [some(0), some(1)]
