"""A report as PDF, to print or to send."""

import io
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from reportlab.lib import colors  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4, landscape  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle  # type: ignore[import-untyped]

from console.reports.columns import COLUMNS, headings, named_rows
from console.reports.report import Report
from console.words import reports as said
from console.words.i18n import Language, mark

CHINESE = "STSong-Light"
"""A font that readers of PDF have: none is put into the file."""
LATIN, LATIN_BOLD = "Helvetica", "Helvetica-Bold"
_PAGE = landscape(A4)
_MARGIN = 15 * mm
_NAME_WIDTH = 62 * mm
_LINE = colors.HexColor("#c9ced6")


def report_pdf(lang: Language, report: Report) -> bytes:
    """Pages of A4 on their side; the head of the table is on each."""
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=_PAGE,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=said.title(lang, report),
        author="openhours",
        lang=lang.tag,
        invariant=1,
    )
    made = lang.text(said.AT, when=lang.moment(report.at, ZoneInfo("UTC")) + " UTC")
    found: list[Flowable] = [
        _text(said.title(lang, report), 16, bold=True),
        Spacer(0, 3 * mm),
        _text(said.headline(lang, report), 11),
        Spacer(0, 5 * mm),
        _table(lang, report),
        Spacer(0, 5 * mm),
    ]
    for text in (*said.changes(lang, report), *said.notes(lang, report), made):
        found += [_text(text, 8.5), Spacer(0, 1 * mm)]

    def number(canvas: Any, page: Any) -> None:
        text = lang.text(mark("Page {n}"), n=page.page)
        canvas.setFont(_font(text), 8)
        canvas.drawRightString(_PAGE[0] - _MARGIN, 8 * mm, text)

    document.build(found, onFirstPage=number, onLaterPages=number)
    return out.getvalue()


def _table(lang: Language, report: Report) -> Table:
    heads = [
        _text(lang.text(mark("Venue")), 8, bold=True),
        *(_text(text, 8, bold=True, right=True) for text in headings(lang)),
    ]
    rows = [
        [
            _text(name, 9, bold=not venue),
            *(_text(c.text(lang, row), 9, bold=not venue, right=True) for c in COLUMNS),
        ]
        for venue, name, row in named_rows(lang, report)
    ]
    width = (_PAGE[0] - 2 * _MARGIN - _NAME_WIDTH) / len(COLUMNS)
    style = TableStyle(
        [
            ("LINEBELOW", (0, 0), (-1, 0), 1, colors.black),
            ("LINEBELOW", (0, 1), (-1, -2), 0.4, _LINE),
            ("LINEABOVE", (0, -1), (-1, -1), 0.8, colors.black),
            ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
        ]
    )
    return Table([heads, *rows], [_NAME_WIDTH, *[width] * len(COLUMNS)], repeatRows=1, style=style)


def _text(text: str, size: float, *, bold: bool = False, right: bool = False) -> Paragraph:
    font = _font(text, bold=bold)
    style = ParagraphStyle(
        "text",
        fontName=font,
        fontSize=size,
        leading=1.35 * size,
        alignment=2 if right else 0,
        wordWrap="CJK" if font == CHINESE else None,
    )
    return Paragraph(escape(text), style)


def _font(text: str, *, bold: bool = False) -> str:
    """Helvetica where it has all the letters."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return CHINESE
    return LATIN_BOLD if bold else LATIN
