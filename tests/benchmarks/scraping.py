"""What a scrape of /metrics takes of a processor, for the databases that an env file names: of a
service with one list, or of a clock over several, where it is what a reading takes and not an
answer between two readings.

python -m tests.benchmarks.scraping var/demo/env
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sync.pipeline.sites.overview import read_overview
from sync.service.http.list_metrics import write_list_metrics
from sync.service.http.metrics import write_metrics
from sync.service.http.readings import read_service
from sync.service.lists_reading import ListsReading
from sync.service.vitals import Vitals
from sync.settings.installation import Installation
from sync.settings.settings import read_installation

TIMES, FIRST = 40, 5
"""Scrapes; the first ones still import and compile."""


def choose_writer(installation: Installation) -> Callable[[], bytes]:
    """What a scrape does, without the web stack."""
    if len(installation.lists) == 1:
        settings = installation.select_list()
        return lambda: write_metrics(read_service(settings), Vitals())

    def write() -> bytes:
        now = datetime.now(UTC)
        lists = read_overview(installation, now)
        return write_list_metrics(ListsReading(read_at=now, lists=lists, jobs=None))

    return write


def main() -> None:
    """Print the median, the slowest, and how much is told."""
    write = choose_writer(read_installation({}, Path(sys.argv[1])))
    took, told = [], b""
    for _ in range(TIMES):
        began = time.process_time()
        told = write()
        took.append(1000 * (time.process_time() - began))
    usual, most = statistics.median(took[FIRST:]), max(took[FIRST:])
    print(f"median {usual:.1f} ms, slowest {most:.1f} ms of a processor; {len(told):,} bytes")


if __name__ == "__main__":
    main()
