"""Every colour, font and number format of the outputs, once.

Few colours, each dark or light enough to survive a black-and-white printer; nothing is said by
colour alone. ``Theme.pairings`` lists every text colour with what it stands on; the tests hold
them to WCAG AA.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.core.money import MILLION, POUND, THOUSAND
from pipeline.report.spec import Purpose, Role, Tone
from schemas.fields import Kind
from schemas.outputs import Show

# Properties of a format, by the writer's names for them.
Properties = dict[str, object]

# The fills of the ratings, and what their words are set in: in every house the same, and told
# apart, by lightness where not by hue, whichever cones somebody lacks.
RAG_FILLS = {
    Tone.BLUE: ("#1F4E9E", "#FFFFFF"),
    Tone.GREEN: ("#3DAA85", "#1B1F24"),
    Tone.AMBER: ("#FFBF2B", "#1B1F24"),
    Tone.RED: ("#B71C1C", "#FFFFFF"),
    Tone.BLACK: ("#1B1F24", "#FFFFFF"),
}

WCAG_AA, WCAG_GRAPHICS = 4.5, 3.0

# Brackets mean a saving or an income, a dash nil; a text that strays into the column stays as it
# is. The scaling is the format's alone: the cell keeps full pounds.
_IN_UNITS = {
    POUND: '#,##0_);(#,##0);"–"_);@_)',
    THOUSAND: '#,##0,_);(#,##0,);"–"_);@_)',
    MILLION: '#,##0.00,,_);(#,##0.00,,);"–"_);@_)',
}
_NUMBER_FORMATS = {
    Show.PENCE: '#,##0.00_);(#,##0.00);"–"_);@_)',
    Show.COUNT: "#,##0_);(#,##0);0_);@_)",
    Show.SHARE: '0.000%_);(0.000%);"–"_);@_)',
    Show.PERCENT: "0%_);(0%);0%_);@_)",
    Show.RATE: "0.0%_);(0.0%);0.0%_);@_)",
    Show.FLAG: '"Yes"_);"Yes"_);"No"_);@_)',
    Show.YEARS: "0.00_);(0.00);0.00_);@_)",
    # As exact as it is, with its thousands told apart where it is large.
    Show.WEIGHT: "[>=1000]#,##0;General",
    Show.QUANTITY: '#,##0.0##;-#,##0.0##;"–";@',
    Show.DATE: "d mmmm yyyy",
}
NUMBERS = frozenset(
    (
        *(Show.MONEY, Show.PENCE, Show.COUNT, Show.SHARE, Show.PERCENT, Show.YEARS, Show.WEIGHT),
        *(Show.QUANTITY, Show.RATE, Show.FLAG),
    )
)

# Text where Excel would make something else of what is typed: 2011/12 is a date to it, 012 is 12.
_WRAPPED = (Kind.LONG_TEXT, Kind.TEXT, Kind.CHOICE, Kind.DATE_OR_TEXT, Kind.NAMES)
_ENTRY_FORMATS = {
    # In thousands and millions a penny is far behind the point.
    Kind.AMOUNT: '#,##0.00######;-#,##0.00######;"–";@',
    Kind.WEIGHT: "[>=1000]#,##0;General",
    Kind.QUANTITY: '#,##0.0##;-#,##0.0##;"–";@',
    Kind.DATE: "d mmmm yyyy",
    Kind.YEAR: "@",
    Kind.REFERENCE: "@",
    Kind.PARTNER: "@",
}


def number_format(show: Show, report_unit: int = POUND) -> str:
    """The number format of a column; money in the report units."""
    if show is Show.MONEY:
        return _IN_UNITS[report_unit]
    return _NUMBER_FORMATS.get(show, "General")


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours (``#RRGGBB``), 1 to 21, as WCAG defines it."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@dataclass(frozen=True)
class Theme:
    """The looks. ``digit_pixels``, ``column_pixels`` and ``row_pixels`` are what the font makes of
    a digit and a default cell. ``logo``: a picture for the cover, ``logo_words`` what it shows.
    ``marking``: for programmes that have none of their own. ``document``: a .docx whose styles and
    page the documents take; empty: our own.
    """

    font: str = "Arial"
    size: float = 11
    digit_pixels: int = 8
    column_pixels: int = 72
    row_pixels: int = 19
    title_size: float = 16
    answer_size: float = 12
    cover_size: float = 24
    ink: str = "#1B1F24"
    paper: str = "#FFFFFF"
    brand: str = "#12355B"
    on_brand: str = "#FFFFFF"
    muted: str = "#5A6470"
    rule: str = "#C9D0D8"
    tint: str = "#EEF3F8"
    strong_tint: str = "#D9E4EF"
    band: str = "#DCE6F1"
    bad: str = "#9B1C1C"
    caution: str = "#7A4A00"
    good: str = "#1B5E3A"
    link: str = "#1D4F91"
    optional: str = "#51606F"
    example: str = "#FFF5D6"
    on_example: str = "#5A4600"
    chart: tuple[str, ...] = ("#12355B", "#D06A00", "#5B8FB9", "#8C2D04")
    table_style: str = "Table Style Light 2"
    logo: bytes = b""
    logo_words: str = "Logo"
    marking: str = ""
    document: bytes = b""

    @property
    def base(self) -> Properties:
        """What every cell starts from."""
        return {"font_name": self.font, "font_size": self.size, "font_color": self.ink}

    def pairings(self) -> Iterator[tuple[str, str]]:
        """Every colour that text is set in, with every colour that it is set on, by name."""
        for text in ("ink", "muted", "bad", "caution", "good", "link"):
            for ground in ("paper", "tint", "strong_tint", "band"):
                yield text, ground
        for ground in ("paper", "tint", "strong_tint"):
            yield "brand", ground
        yield "on_brand", "brand"
        yield "on_brand", "optional"
        yield "on_example", "example"
        yield "link", "example"

    def title(self, *, cover: bool) -> Properties:
        """The title in A1."""
        size = self.cover_size if cover else self.title_size
        return {"bold": True, "font_size": size, "font_color": self.brand, "valign": "vcenter"}

    def answer(self) -> Properties:
        """The sentence under the title that answers the sheet's question."""
        return {"font_color": self.ink, "font_size": self.answer_size, "valign": "top"}

    def line(self) -> Properties:
        """A line of text under the title."""
        return {"font_color": self.muted, "valign": "top"}

    def fact(self, *, last: bool) -> Properties:
        """A line of a fact, with a rule below the last one."""
        rule = {"bottom": 1, "bottom_color": self.rule} if last else {}
        return {"valign": "top", **rule}

    def source(self) -> Properties:
        """The line below a chart."""
        return {"font_color": self.muted, "valign": "bottom"}

    def caption(self) -> Properties:
        """The caption of a table."""
        return {
            "bold": True,
            "font_size": self.size + 2,
            "font_color": self.brand,
            "valign": "bottom",
        }

    def heading(
        self, show: Show, *, required: bool = True, indented: bool = False, quiet: bool = False
    ) -> Properties:
        """A cell of a header row."""
        fill = self.brand if required else self.optional
        fill = self.strong_tint if quiet else fill
        return {
            "bold": True,
            "font_color": self.brand if quiet else self.on_brand,
            "bg_color": fill,
            "text_wrap": True,
            "valign": "top",
            "align": "right" if show in NUMBERS else "left",
            "right": 1,
            "right_color": fill,
            **({"indent": 1} if indented and show not in NUMBERS else {}),
        }

    def typed_heading(self) -> Properties:
        """A cell of a header row whose heading is typed in, as text: 2011/12 stays what it is."""
        return {
            "bold": True,
            "font_color": self.brand,
            "bg_color": self.tint,
            "border": 1,
            "border_color": self.optional,
            "text_wrap": True,
            "valign": "top",
            "num_format": "@",
        }

    def cell(
        self,
        show: Show,
        role: Role = Role.BODY,
        tone: Tone = Tone.PLAIN,
        *,
        start: bool = False,
        indented: bool = False,
        report_unit: int = POUND,
    ) -> Properties:
        """A cell of a table; ``start``: in the first row of a group; ``indented``: a text that
        must not touch the figures before it."""
        properties: Properties = {
            "valign": "top",
            "bottom": 1,
            "bottom_color": self.rule,
            **_ALIGNMENT[show],
            **self._role(role),
            **self._tone(tone, role),
        }
        if (code := number_format(show, report_unit)) != "General":
            properties["num_format"] = code
        if start:
            properties |= {"top": 2, "top_color": self.brand}
        if indented and show not in NUMBERS:
            properties["indent"] = 1
        return properties

    def _role(self, role: Role) -> Properties:
        match role:
            case Role.SUBTOTAL:
                return {"bold": True, "bg_color": self.tint}
            case Role.TOTAL:
                return {"bold": True, "bg_color": self.strong_tint}
            case Role.ASIDE:
                return {"italic": True}
            case Role.BODY:
                return {}

    def _tone(self, tone: Tone, role: Role) -> Properties:
        if tone is Tone.PLAIN:
            return {"bold": True} if role in (Role.SUBTOTAL, Role.TOTAL) else {}
        tones: dict[Tone, Properties] = {
            Tone.MUTED: {"font_color": self.muted, "bold": False},
            Tone.BAD: {"font_color": self.bad, "bold": True},
            Tone.CAUTION: {"font_color": self.caution, "bold": True},
            Tone.GOOD: {"font_color": self.good},
            Tone.LABEL: {"font_color": self.brand, "bold": True},
            Tone.LINK: {"font_color": self.link, "underline": 1},
            **{
                tone: {"font_color": ink, "bg_color": fill, "bold": True}
                for tone, (fill, ink) in RAG_FILLS.items()
            },
        }
        return tones[tone]

    def entry(self, kind: Kind) -> Properties:
        """A cell that people fill in."""
        properties: Properties = {
            "border": 1,
            "border_color": self.rule,
            "valign": "top",
            "text_wrap": kind in _WRAPPED,
        }
        if code := _ENTRY_FORMATS.get(kind):
            properties["num_format"] = code
        return properties

    def changeable(self) -> Properties:
        """What sets off a value that a reader may change from formulas and fixed words: a frame
        beside the colours, for those who can't tell these apart."""
        frame = {"border": 1, "border_color": self.optional}
        return {"font_color": self.link, "bg_color": self.example, **frame}

    def strip(self) -> Properties:
        """The lines below the title that say whether the figures hold."""
        return {"font_color": self.muted, "valign": "vcenter"}

    def link_text(self) -> Properties:
        """What sets a link off."""
        return self._tone(Tone.LINK, Role.BODY)

    def tab(self, purpose: Purpose) -> str:
        """The colour of a sheet's tab."""
        colours = {
            Purpose.DECIDE: self.brand,
            Purpose.EVIDENCE: self.optional,
            Purpose.CHECKS: self.good,
        }
        return colours[purpose]

    def alarm(self, tone: Tone = Tone.BAD) -> Properties:
        """What a condition makes of a cell: no font or size, which no condition may change."""
        return self._tone(tone, Role.BODY)

    def sample(self, kind: Kind) -> Properties:
        """A cell that gives an example."""
        return self.entry(kind) | {
            "italic": True,
            "font_color": self.on_example,
            "bg_color": self.example,
        }

    def label(self) -> Properties:
        """The name of a setting, or a text beside it."""
        return {
            "border": 1,
            "border_color": self.rule,
            "bg_color": self.tint,
            "text_wrap": True,
            "valign": "top",
        }


_ALIGNMENT: dict[Show, Properties] = {
    Show.TEXT: {"align": "left", "text_wrap": True},
    Show.LONG_TEXT: {"align": "left", "text_wrap": True},
    Show.DATE: {"align": "left"},
    **{show: {"align": "right"} for show in NUMBERS},
}

HOUSE = Theme()
