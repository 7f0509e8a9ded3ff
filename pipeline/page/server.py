"""The page on this machine's own address, and nowhere else."""

import socket
import webbrowser
from collections.abc import Callable
from errno import EADDRINUSE

import uvicorn

from pipeline.page.app import build_app
from pipeline.page.desk import Desk
from pipeline.page.pages import Pages
from pipeline.page.safety import Session
from pipeline.page.settings import Settings
from pipeline.page.worker import Worker

_LOOPBACK = "127.0.0.1"


class PortError(Exception):
    """A port that can't be listened to, and what to do."""


def serve(
    settings: Settings, port: int, say: Callable[[str], None], *, opens_browser: bool
) -> None:
    """Serve the page until Ctrl-C; ``port``: 0 for any that is free. ``say`` is told its address.
    Raises PortError."""
    listener = listener_at(port)
    session = Session(listener.getsockname()[1])
    worker = Worker(settings)
    desk = Desk(settings, worker, Pages(session, settings.theme))
    try:
        desk.check_all()
        config = uvicorn.Config(
            build_app(desk, session),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        say(session.address)
        if opens_browser:
            webbrowser.open(session.address)
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        worker.close()
        desk.close()


def listener_at(port: int) -> socket.socket:
    """A socket that only this machine reaches; PortError where something has the port."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows would share a port otherwise
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:  # elsewhere a page that has just ended would keep its port for a minute
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_LOOPBACK, port))
    except OSError as fault:
        listener.close()
        in_use = fault.errno == EADDRINUSE
        why = "is in use" if in_use else f"can't be used here ({fault.strerror})"
        raise PortError(
            f"Port {port} {why}. Name another one, or none: a free one is taken then."
        ) from fault
    listener.listen()
    return listener
