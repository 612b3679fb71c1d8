"""What a scrape of /metrics takes of a processor, for the databases that an env file names.

python -m tests.benchmarks.scraping var/demo/env
"""

import statistics
import sys
import time
from pathlib import Path

from sync.service.http.metrics import write_metrics
from sync.service.http.readings import read_service
from sync.service.vitals import Vitals
from sync.settings.settings import read_settings

TIMES, FIRST = 40, 5
"""Scrapes; the first ones still import and compile."""


def main() -> None:
    """Print the median, the slowest, and how much is told."""
    settings = read_settings({}, Path(sys.argv[1]))
    took, told = [], b""
    for _ in range(TIMES):
        began = time.process_time()
        told = write_metrics(read_service(settings), Vitals())
        took.append(1000 * (time.process_time() - began))
    usual, most = statistics.median(took[FIRST:]), max(took[FIRST:])
    print(f"median {usual:.1f} ms, slowest {most:.1f} ms of a processor; {len(told):,} bytes")


if __name__ == "__main__":
    main()
