from pathlib import Path

from sync.dispatch.jobs.memory import FIRST_GUESS, MB, MemoryRoom, find_limit, measure_memory


def test_without_a_limit_there_is_always_room_and_the_first_job_has_it_anyway() -> None:
    assert MemoryRoom(None, measure=lambda: 1 << 50).is_there(9)
    assert MemoryRoom(1, measure=lambda: 1 << 50).is_there(0)


def test_a_job_that_took_much_leaves_no_room_for_its_like() -> None:
    used = [100 * MB, 150 * MB, 400 * MB, 150 * MB, 150 * MB]
    room = MemoryRoom(500 * MB, measure=lambda: used.pop(0))

    assert room.is_there(1)
    assert not room.is_there(1)
    assert room.a_job == 300 * MB
    assert room.is_there(1)
    room.limit = 499 * MB
    assert not room.is_there(1)


def test_before_any_job_has_shown_it_a_job_counts_as_a_small_one() -> None:
    assert MemoryRoom(2 * FIRST_GUESS, measure=lambda: 0).is_there(1)
    assert not MemoryRoom(FIRST_GUESS, measure=lambda: 0).is_there(1)


def test_the_limit_is_the_one_given_else_the_containers(tmp_path: Path) -> None:
    container, without = tmp_path / "memory.max", tmp_path / "max"
    container.write_text("536870912\n")
    without.write_text("max\n")

    assert find_limit(7, (container,)) == 7
    assert find_limit(None, (tmp_path / "none", without, container)) == 512 * MB
    assert find_limit(None, (without,)) is None


def test_this_process_stands_in_memory() -> None:
    assert 10 * MB < measure_memory() < 100_000 * MB
