"""A page served as it is, by a thread of this process, and a client that was let in."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import uvicorn
from httpx import Client, Response

from pipeline.page.app import build_app
from pipeline.page.desk import Desk, address_of
from pipeline.page.pages import Pages
from pipeline.page.safety import CSRF, Session
from pipeline.page.server import listener_at
from pipeline.page.settings import Settings
from pipeline.page.worker import Worker
from pipeline.report.theme import HOUSE


@dataclass
class Served:
    """A page, and a client that was let in."""

    client: Client
    desk: Desk
    session: Session
    settings: Settings

    @property
    def here(self) -> str:
        return f"http://127.0.0.1:{self.session.port}"

    def get(self, address: str, **more: Any) -> Response:
        return self.client.get(address, **more)

    def post(self, address: str, data: dict[str, Any] | None = None, **more: Any) -> Response:
        """A form of the page's own."""
        return self.client.post(address, data={CSRF: self.session.csrf, **(data or {})}, **more)

    def settle(self, name: str = ".") -> None:
        """Wait until nothing is being done for a programme."""
        while jobs := self.desk.jobs.of(name):
            assert jobs[0].ended.wait(60)

    def reach(self, address: str, name: str = ".") -> Response:
        """A page that may have to wait for what is being done for a programme."""
        return self.follow(self.get(address), name)

    def follow(self, answer: Response, name: str) -> Response:
        """What comes of an answer once all that was to be done for a programme is done."""
        while answer.url.path.startswith("/jobs/") and 'role="alert"' not in answer.text:
            self.settle(name)
            answer = self.get(answer.url.path)
        return answer

    def checked(self, name: str = ".") -> str:
        """The address of a programme that has been checked."""
        self.get(address_of(name))
        self.settle(name)
        return address_of(name)


@contextmanager
def served(inputs: Path, outputs: Path) -> Iterator[Served]:
    """The page of these folders."""
    settings = Settings(inputs, outputs, HOUSE)
    listener = listener_at(0)
    session = Session(listener.getsockname()[1])
    worker = Worker(settings)
    desk = Desk(settings, worker, Pages(session, HOUSE))
    server = uvicorn.Server(
        uvicorn.Config(build_app(desk, session), log_level="error", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        address = f"http://127.0.0.1:{session.port}"
        with Client(base_url=address, follow_redirects=True, timeout=60) as client:
            client.get("/", params={"token": session.token})
            yield Served(client, desk, session, settings)
    finally:
        server.should_exit = True
        thread.join()
        worker.close()


def words_of(page: Response) -> str:
    """The text of a page, on one line."""
    text = re.sub(r"<(script|style).*?</\1>", " ", page.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())
