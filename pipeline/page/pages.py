"""Templates to pages: every text escaped, every page with the same frame."""

import itertools
from collections import OrderedDict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pipeline.core.invocation import BUTTONS
from pipeline.core.money import money_text
from pipeline.core.phrases import agreeing, counted, sentence
from pipeline.core.text import date_text
from pipeline.ingest.formats.limits import size_text
from pipeline.page.safety import CSRF, Session
from pipeline.report.printed import printed
from pipeline.report.safe import visible
from pipeline.report.theme import Theme
from schemas.outputs import Show

if TYPE_CHECKING:
    from pipeline.page.desk import Desk

_KEPT_NOTICES = 100
# The pages of a programme, each with what stands behind the programme's address.
SECTIONS = (
    ("Overview", ""),
    ("Drop workbooks", "/drop"),
    ("Issues", "/issues"),
    ("Figures", "/figures"),
    ("Files", "/files"),
    ("Versions", "/versions"),
    ("Layouts", "/layouts"),
)


class Pages:
    """Makes pages, and keeps what is to be said at the top of the next one."""

    def __init__(self, session: Session, theme: Theme) -> None:
        self._session, self.theme = session, theme
        self._notices: OrderedDict[str, str] = OrderedDict()
        self._numbers = itertools.count(1)
        self._environment = Environment(
            loader=PackageLoader("pipeline.page"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "visible": visible,
            "money": money_text,
            "day": date_text,
            "moment": moment,
        }
        self._environment.globals |= {
            "counted": counted,
            "agreeing": agreeing,
            "sentence": sentence,
            "amount": amount,
            "sections": SECTIONS,
            "size_text": size_text,
            "buttons": BUTTONS,
        }

    def render(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """A page; ``notice``: the key of what is said at its top."""
        context["notice"] = self._notices.get(str(context.get("notice", "")), "")
        names = {"csrf_name": CSRF, "csrf": self._session.csrf}
        text = self._environment.get_template(template).render(**names, **context)
        return HTMLResponse(text, status)

    def go(self, address: str, say: str = "") -> Response:
        """Send the browser on, with a GET; ``say``: what the next page says at its top."""
        address = self.noted(address, say) if say else address
        return RedirectResponse(address, 303)

    def noted(self, address: str, say: str) -> str:
        """The address of a page that says something at its top."""
        key = str(next(self._numbers))
        self._notices[key] = say
        while len(self._notices) > _KEPT_NOTICES:
            self._notices.popitem(last=False)
        return f"{address}{'&' if '?' in address else '?'}notice={key}"

    def colours(self) -> str:
        """The theme's colours and font as a style sheet."""
        names = (
            *("ink", "paper", "brand", "on_brand", "muted", "rule", "tint", "strong_tint"),
            *("band", "bad", "caution", "good", "link", "optional", "example", "on_example"),
        )
        pairs = (f"--{name.replace('_', '-')}:{getattr(self.theme, name)}" for name in names)
        font = self.theme.font.replace('"', "").replace("\\", "")
        return f':root{{{";".join(pairs)};--font:"{font}",Arial,Helvetica,sans-serif}}\n'


def amount(pence: int | None, report_unit: int) -> str:
    """An amount as the reports print it; ``report_unit``: pounds in one unit of theirs."""
    return printed(pence, Show.MONEY, report_unit)


def moment(when: datetime) -> str:
    """A day and a time: ``28 November 2026, 17:05``."""
    return f"{date_text(when.date())}, {when:%H:%M}"


def not_there(desk: "Desk") -> Response:
    """What is said where there is no such page."""
    return desk.pages.render("not_there.html", status=404)
