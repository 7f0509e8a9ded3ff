"""The page is for whoever was given its address: other sites, other people and strange names are
kept out."""

import asyncio
import multiprocessing
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest
from filelock import FileLock
from starlette.types import Message, Receive, Scope, Send

from pipeline.page import works
from pipeline.page.desk import address_of
from pipeline.page.safety import Guard, Session, TooMuchError
from pipeline.page.server import listener_at
from pipeline.page.settings import Settings
from pipeline.page.worker import StoppedError, Worker, WorkError
from pipeline.report.theme import HOUSE
from tests.builders import Programme
from tests.end_to_end.commands import pipeline
from tests.page.served import Served, words_of

ONE = address_of("One")


@pytest.fixture
def stranger(page: Served) -> Iterator[Served]:
    """The same page, in a browser that was not let in."""
    page.client.cookies.clear()
    yield page
    page.get("/", params={"token": page.session.token})


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", ""])
def test_a_name_that_was_made_to_point_here_gets_nothing(page: Served, host: str) -> None:
    answer = page.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "Programme" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_site_can_post_nothing_and_look_at_nothing(
    page: Served, headers: dict[str, str]
) -> None:
    assert page.post(f"{ONE}/report", headers=headers).status_code == 403
    assert page.get(ONE, headers=headers).status_code == 403
    page.settle("One")
    assert not page.desk.outputs_of("One").exists()


def test_the_pages_own_form_is_taken(page: Served) -> None:
    headers = {"origin": page.here, "sec-fetch-site": "same-origin"}
    assert page.post(f"{ONE}/check", headers=headers).status_code == 200


@pytest.mark.parametrize("value", ["", "wrong", "é"])
def test_a_form_without_the_pages_own_mark_is_refused(page: Served, value: str) -> None:
    answer = page.client.post(f"{ONE}/report", data={"csrf": value})
    assert answer.status_code == 403
    assert not page.desk.outputs_of("One").exists()


def test_without_the_token_there_is_nothing_to_see(stranger: Served) -> None:
    for address in ("/", ONE, "/jobs/1/events", "/static/page.js", "/?token=wrong", "/?token="):
        answer = stranger.get(address)
        assert answer.status_code == 403, address
        assert "Programme" not in answer.text
    assert stranger.post(f"{ONE}/report").status_code == 403


def test_the_token_is_told_to_no_script_and_no_other_site(stranger: Served) -> None:
    answer = stranger.get("/", params={"token": stranger.session.token}, follow_redirects=False)
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"].casefold()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert stranger.session.token not in answer.headers["set-cookie"]


def test_no_script_but_the_pages_own_runs(page: Served) -> None:
    answer = page.get(ONE)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "address",
    [
        "/programmes/..%2f..",
        "/programmes/../../etc/passwd",
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/programmes/One",
        "/jobs/999999",
    ],
)
def test_no_address_leads_out_of_the_programmes(page: Served, address: str) -> None:
    assert page.get(address).status_code == 404


def test_the_programmes_are_listed_and_shown(page: Served) -> None:
    page.checked("One")
    listed = words_of(page.get("/"))
    assert "Programme One" in listed
    assert "1 error" in listed
    shown = words_of(page.get(ONE))
    assert "finance.xlsx" in shown
    assert "Received" in shown
    # legal.xlsx has come, and nothing of it can be taken: that doesn't read as if all were well.
    assert "Read, but nothing of it counts: Legal." in shown
    text = page.get(ONE).text
    assert re.search(r'<td class="">Received</td>', text)
    assert re.search(r'<td class="bad">Not at all</td>', text)
    headings = [words.strip() for words in re.findall(r"<th[^>]*>([^<]*)</th>", text)]
    assert headings[:5] == ["Department", "Workbook", "State", "Counts", "Errors"]
    assert len(headings) == len(set(headings))


def test_a_fault_of_the_program_is_said_in_words_and_logged(
    page: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("secret words of the fault")

    monkeypatch.setattr(page.desk, "tree", broken)
    answer = page.get("/")
    assert answer.status_code == 500
    assert "The program has a fault here" in words_of(answer)
    assert "secret" not in answer.text
    # The server answers first, and then logs.
    patience = time.monotonic() + 10
    while not any("ZeroDivisionError" in (record.exc_text or "") for record in caplog.records):
        assert time.monotonic() < patience, caplog.records
        time.sleep(0.01)


@pytest.mark.usefixtures("started_by_itself")
def test_a_fault_of_the_program_in_the_work_is_said_in_words_and_logged(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    worker = Worker(Settings(tmp_path, tmp_path, HOUSE))
    try:
        with pytest.raises(WorkError) as fault:
            worker.do(works.check, "One", print, "one argument too many")
    finally:
        worker.close()
    assert "That is a fault of the program (TypeError: " in str(fault.value)
    assert "The window from which the page was started shows more of it" in str(fault.value)
    assert "Traceback" in capfd.readouterr().err


def test_more_than_the_page_takes_is_refused_before_it_is_read(page: Served) -> None:
    connection = HTTPConnection("127.0.0.1", page.session.port)
    connection.putrequest("POST", f"{ONE}/drop")
    connection.putheader("Content-Length", str(2_000_000_000))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_a_body_that_does_not_say_how_long_it_is_ends_at_the_limit() -> None:
    session, pieces = Session(8000), [0]

    async def endless() -> Message:
        pieces[0] += 1
        return {"type": "http.request", "body": b"x" * 10, "more_body": True}

    async def send(_: Message) -> None:
        raise AssertionError("nothing is answered")

    async def read_all(_: Scope, receive: Receive, __: Send) -> None:
        while True:
            await receive()

    cookie = f"{session.cookie}={session.secret}"
    headers = [(b"host", b"127.0.0.1:8000"), (b"cookie", cookie.encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
    # In a thread of its own: a browser that other tests drive leaves a loop running in this one.
    with ThreadPoolExecutor(1) as thread, pytest.raises(TooMuchError):
        thread.submit(
            lambda: asyncio.run(Guard(read_all, session, 55)(scope, endless, send))
        ).result()
    assert pieces == [6]


def test_a_port_that_something_else_has_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "inputs").mkdir()
    with listener_at(0) as taken:
        port = taken.getsockname()[1]
        folders = ("--inputs", tmp_path / "inputs", "--outputs", tmp_path / "outputs")
        said = pipeline("page", *folders, "--no-browser", "--port", port)
    assert said.status == 2
    assert said.err == (
        f"Error: Port {port} is in use. Name another one, or none: a free one is taken then."
    )


def test_a_port_is_free_again_as_soon_as_its_page_has_ended() -> None:
    with listener_at(0) as page:
        port = page.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            served, _ = page.accept()
            served.close()  # the page's end of it first, as when the page ends
    with listener_at(port) as next_page:
        assert next_page.getsockname()[1] == port


def test_a_worker_that_is_closed_while_it_works_is_not_replaced(tmp_path: Path) -> None:
    Programme().write(tmp_path / "inputs")
    outputs = tmp_path / "outputs"
    outputs.mkdir()
    before = set(multiprocessing.active_children())
    worker = Worker(Settings(tmp_path / "inputs", outputs, HOUSE))
    is_at_work = threading.Event()
    faults: list[Exception] = []

    def ask() -> None:
        try:
            worker.do(works.report, ".", lambda _: is_at_work.set())
        except WorkError as fault:
            faults.append(fault)

    asking = threading.Thread(target=ask)
    with FileLock(outputs / ".lock"):  # so that it waits, and is at work, when it is closed
        asking.start()
        assert is_at_work.wait(60)
        worker.close()
        asking.join(60)
    assert not asking.is_alive()
    assert [type(fault) for fault in faults] == [StoppedError]
    assert set(multiprocessing.active_children()) <= before
