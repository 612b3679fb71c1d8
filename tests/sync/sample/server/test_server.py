"""The server itself: real sockets, kept alive, counted, gone when the block ends."""

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from sync.sample.company.company import Company
from sync.sample.server.faults import Fault
from sync.sample.server.server import SampleJira
from tests.sync.sample.asking import ask, credentials

MYSELF = "/rest/api/3/myself"


def test_one_connection_serves_many_requests(cloud: SampleJira) -> None:
    connection = HTTPConnection(urlsplit(cloud.url).netloc, timeout=5)
    sockets = set()
    for _ in range(3):
        connection.request("GET", MYSELF, headers=credentials(cloud))
        sockets.add(connection.sock)
        assert connection.getresponse().read()
    connection.close()

    assert len(sockets) == 1


def test_requests_are_listed_in_order(cloud: SampleJira) -> None:
    ask(cloud, MYSELF)
    ask(cloud, "/rest/api/3/nothing")

    assert cloud.requests == [("GET", MYSELF, 200), ("GET", "/rest/api/3/nothing", 404)]


def test_it_knows_how_many_were_served_at_once(cloud: SampleJira) -> None:
    together = threading.Barrier(3)
    cloud.faults.append(Fault("myself", lambda: together.wait(5)))
    threads = [threading.Thread(target=ask, args=(cloud, MYSELF)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert cloud.highest_concurrency == 3


def test_large_replies_are_compressed_for_who_accepts_it(cloud: SampleJira) -> None:
    accepting = {**credentials(cloud), "Accept-Encoding": "gzip"}

    answer = ask(cloud, "/rest/api/3/field", headers=accepting)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.body)) == ask(cloud, "/rest/api/3/field").json


def test_after_the_block_nobody_answers(company: Company) -> None:
    with SampleJira(company) as jira:
        assert ask(jira, MYSELF).status == 200

    with pytest.raises(ConnectionError):
        ask(jira, MYSELF)


@pytest.mark.parametrize("dialect", ["cloud", "datacenter"])
def test_as_a_program_it_says_how_to_reach_it_and_stops_when_told(dialect: str) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "sync.sample.server.server", "--dialect", dialect],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    with program, program.stdout as lines:
        url = lines.readline().split()[1]
        connection = HTTPConnection(urlsplit(url).netloc, timeout=5)
        connection.request("GET", "/rest/api/2/serverInfo")
        told = json.loads(connection.getresponse().read())
        connection.close()
        os.kill(program.pid, signal.SIGINT)

    assert told["baseUrl"] == url
    assert program.returncode == 0
