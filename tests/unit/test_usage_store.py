"""What was used, kept in memory and in real databases."""

import math
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import hammering
import pytest
import sqlalchemy as sa
from service_database import KINDS, database_url, opened

from occoder.database import USAGE
from occoder.errors import DatabaseUnreachable
from occoder.service.throttle.throttle import DAY_S, HOUR_S, UNLIMITED
from occoder.service.throttle.usage_store import DatabaseUsage, MemoryUsage, UsageStore
from occoder.settings.limits import Limits

NOW = 1_750_000_000.0
HOURLY = Limits(per_hour=3)


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database without tables."""
    with database_url(request.param) as found:
        yield found


@pytest.fixture
def engine(url: str, tmp_path: Path) -> Iterator[sa.Engine]:
    """The same database with its tables."""
    with opened(url, tmp_path) as found:
        yield found


@pytest.fixture(params=["memory", *KINDS])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[UsageStore]:
    """Every kind of store."""
    if request.param == "memory":
        yield MemoryUsage()
        return
    with database_url(request.param) as url, opened(url, tmp_path) as engine:
        yield DatabaseUsage(engine)


def verdicts(store: UsageStore, *times: float, key: str = "someone") -> list[bool]:
    """Tell which of the calls at these times after NOW are admitted, 3 an hour."""
    return [store.take(key, HOURLY, NOW + at).admitted for at in times]


def rows(engine: sa.Engine) -> list[str]:
    """Return the keys in the database."""
    with engine.begin() as connection:
        return sorted(connection.execute(sa.select(USAGE.c.key)).scalars())


def test_r78_calls_are_counted(store: UsageStore) -> None:
    """The fourth call is refused, and admitted when the first is an hour ago."""
    assert [True, True, True, False, True] == verdicts(store, 0, 1, 2, 3, 3600)


def test_every_key_has_its_own(store: UsageStore) -> None:
    """What one client used is not missing for another."""
    verdicts(store, 0, 0, 0)

    assert [False] == verdicts(store, 0)
    assert [True] == verdicts(store, 0, key="someone else")


def test_b20_refused_calls_are_free(store: UsageStore) -> None:
    """However many calls are refused, the next is admitted when it is time."""
    verdicts(store, 0, 1, 2, *([3] * 50))

    assert [False, True] == verdicts(store, 3599, 3600)


def test_unlimited_is_not_counted(store: UsageStore) -> None:
    """Where nothing is limited nothing is kept."""
    verdict = store.take("someone", Limits(), NOW)

    assert UNLIMITED == verdict
    assert 0 == store.forget(NOW + 1)


def test_burst_is_passed_on(store: UsageStore) -> None:
    """A burst lets that many calls come at once."""
    taken = [store.take("a", Limits(per_second=1), NOW, burst=2) for _ in range(3)]

    assert [True, True, False] == [verdict.admitted for verdict in taken]


def test_forgets_what_is_old(store: UsageStore) -> None:
    """Keys without a call since then are forgotten, others are not."""
    verdicts(store, 0, 0, 0, key="old")
    verdicts(store, DAY_S, DAY_S, DAY_S, key="young")
    n_forgotten = store.forget(NOW + 1)

    assert (1, 0) == (n_forgotten, store.forget(NOW + 1))
    assert [True] == verdicts(store, 0, key="old")
    assert [False] == verdicts(store, DAY_S, key="young")


def test_memory_is_bounded() -> None:
    """Of too many keys the one that was asked for longest ago goes."""
    store = MemoryUsage(max_keys=2)
    for key in ("a", "b", "a", "c"):
        verdicts(store, 0, 0, 0, key=key)

    assert 2 == len(store)
    assert [False] == verdicts(store, 0, key="a")
    assert [True] == verdicts(store, 0, key="b")


def test_database_memory_is_bounded(engine: sa.Engine) -> None:
    """A key that is no longer remembered is looked up."""
    store = DatabaseUsage(engine, max_keys=1)
    verdicts(store, 0, 0, 0, key="a")
    verdicts(store, 0, 0, 0, key="b")

    assert store.refusal("a", HOURLY, NOW) is None
    assert [False] == verdicts(store, 0, key="a")


def test_usage_outlives_the_process(url: str, tmp_path: Path) -> None:
    """Whoever opens the database next knows every call, to the last bit of its time."""
    again_at = NOW + 0.1 + HOUR_S
    with opened(url, tmp_path) as engine:
        verdicts(DatabaseUsage(engine), 0.1, 0.2, 0.3)
    with opened(url, tmp_path) as engine:
        store = DatabaseUsage(engine)
        early = store.take("someone", HOURLY, math.nextafter(again_at, 0))
        on_time = store.take("someone", HOURLY, again_at)

    assert [False, True] == [early.admitted, on_time.admitted]


def test_refusal_needs_no_database(engine: sa.Engine) -> None:
    """What is certain to be refused is refused without asking the database."""
    store = DatabaseUsage(engine)
    unknown = store.refusal("someone", HOURLY, NOW)
    verdicts(store, 0, 0, 0)
    with engine.begin() as connection:
        USAGE.drop(connection)
    refused = store.refusal("someone", HOURLY, NOW + 1)

    assert (unknown, store.refusal("someone", HOURLY, NOW + 3600)) == (None, None)
    assert refused is not None
    assert refused == store.take("someone", HOURLY, NOW + 1)


def test_two_stores_see_one_another(engine: sa.Engine) -> None:
    """What one has counted the other counts too."""
    one, other = DatabaseUsage(engine), DatabaseUsage(engine)
    taken = [verdicts(store, 0) for store in (one, other, one, other, one)]

    assert [[True], [True], [True], [False], [False]] == taken


def test_database_away_is_told(engine: sa.Engine) -> None:
    """When the database can't be asked, the error says which and not who called."""
    store = DatabaseUsage(engine)
    with engine.begin() as connection:
        USAGE.drop(connection)
    with pytest.raises(DatabaseUnreachable) as taking:
        store.take("someone", HOURLY, NOW)
    with pytest.raises(DatabaseUnreachable):
        store.forget(NOW)

    assert "occoder_usage" in taking.value.problem
    assert "someone" not in str(taking.value)


def test_threads_share_a_store(store: UsageStore) -> None:
    """Calls from several threads at once are counted one by one."""
    limits = Limits(per_hour=20)
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(lambda _: store.take("a", limits, NOW), range(60)))

    assert 20 == sum(verdict.admitted for verdict in taken)


def test_b20_exact_between_processes(url: str, tmp_path: Path) -> None:
    """Two processes that hammer one key together get as many calls as one would."""
    program = [sys.executable, hammering.__file__, url, str(tmp_path)]
    with opened(url, tmp_path) as engine:
        processes = [started(program) for _ in range(2)]
        ready = [process.stdout.readline() for process in processes]
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        printed = [process.communicate(timeout=60)[0].split() for process in processes]
        by_quota, by_rate = zip(*printed, strict=True)

        assert ["ready\n", "ready\n"] == ready
        assert 150 == sum(map(int, by_quota))
        assert 1 == sum(map(int, by_rate))
        assert ["quota", "rate"] == rows(engine)


def started(program: list[str]) -> subprocess.Popen[str]:
    """Return a process that reads and writes lines."""
    pipe = subprocess.PIPE
    return subprocess.Popen(program, stdin=pipe, stdout=pipe, text=True)
