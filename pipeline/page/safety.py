"""What keeps others out of the page: other sites that the browser has open, other people of the
machine, and names that lead elsewhere.

The page is for whoever has the token that its address was opened with. It goes into a cookie that
no script reads and no other site's request carries; a site that has its name point to this machine
(DNS rebinding) is told by Host, one that posts here by Origin.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN = "token"
CSRF = "csrf"
_HEADERS = {
    # No script and no style but the page's own files; nothing from elsewhere.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With no-referrer a browser posts the page's own forms with the Origin “null”.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_STRANGER = (
    "This page opens by the address that was printed when it was started: copy all of it, with "
    "what stands behind token=."
)
_TOO_LARGE = "That is more than the page takes at once: drop fewer workbooks at a time."


@dataclass(frozen=True)
class Session:
    """The secrets of one run of the page, new each time; ``port`` is where it listens."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def address(self) -> str:
        """What to open."""
        return f"http://127.0.0.1:{self.port}/?{TOKEN}={self.token}"

    @property
    def hosts(self) -> frozenset[str]:
        """The names that the page answers to."""
        return frozenset({f"127.0.0.1:{self.port}", f"localhost:{self.port}"})

    @property
    def cookie(self) -> str:
        """The cookie's name: those of a machine are shared by all of its ports."""
        return f"savings-page-{self.port}"

    @property
    def csrf(self) -> str:
        """What every form of the page bears."""
        return hmac.new(self.secret.encode(), b"form", sha256).hexdigest()

    def knows(self, request: Request) -> bool:
        """Whether the browser was let in before."""
        return _same(request.cookies.get(self.cookie, ""), self.secret)

    def lets_in(self, request: Request) -> bool:
        """Whether the address bears the token."""
        return _same(request.query_params.get(TOKEN, ""), self.token)

    def takes(self, form_value: object) -> bool:
        """Whether a form is the page's own."""
        return isinstance(form_value, str) and _same(form_value, self.csrf)


def _same(value: str, expected: str) -> bool:
    return hmac.compare_digest(value.encode("utf-8", "surrogatepass"), expected.encode())


class Guard:
    """Lets through what comes from the page's own browser, ``most_bytes`` of it at a time, and sets
    on every answer what a browser must know."""

    def __init__(self, app: ASGIApp, session: Session, most_bytes: int) -> None:
        self.app, self.session, self.most_bytes = app, session, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As every ASGI application."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        refusal = self._refusal(Request(scope))
        if refusal is not None:
            await refusal(scope, receive, send_safely)
            return
        bounded = _Bounded(receive, self.most_bytes)
        await self.app(scope, bounded, send_safely)

    def _refusal(self, request: Request) -> Response | None:
        """What is answered in place of the page; None where nothing is amiss."""
        headers = request.headers
        if headers.get("host", "") not in self.session.hosts:
            return _refused("There is no such page here.", 421)
        if _is_foreign(headers, self.session):
            return _refused("That came from another site, and was not done.", 403)
        if _length(headers) > self.most_bytes:
            return _refused(_TOO_LARGE, 413)
        if request.method == "GET" and self.session.lets_in(request):
            entered = RedirectResponse("/", 303)
            entered.set_cookie(
                self.session.cookie, self.session.secret, httponly=True, samesite="strict"
            )
            return entered
        return None if self.session.knows(request) else _refused(_STRANGER, 403)


def _refused(sentence: str, status: int) -> Response:
    return PlainTextResponse(sentence, status)


def _is_foreign(headers: Headers, session: Session) -> bool:
    """Whether another site asks. Browsers say of every post where it comes from; a page that is
    only looked at may come from nowhere (typed, bookmarked)."""
    origin = headers.get("origin")
    if origin is not None and origin not in {f"http://{host}" for host in session.hosts}:
        return True
    return headers.get("sec-fetch-site", "none") in ("cross-site", "same-site")


def _length(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


class TooMuchError(Exception):
    """More is sent than the page takes."""


class _Bounded:
    """What is received, up to a number of bytes."""

    def __init__(self, receive: Receive, most: int) -> None:
        self.receive, self.left = receive, most

    async def __call__(self) -> Message:
        message = await self.receive()
        self.left -= len(message.get("body", b""))
        if self.left < 0:
            raise TooMuchError(_TOO_LARGE)
        return message
