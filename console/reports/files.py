"""A report as CSV and as XLSX."""

import csv
import io

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from console.outputs.spreadsheets import BOM, inert
from console.reports.columns import COLUMNS, Unit, headings, named_rows
from console.reports.report import Report
from console.words import reports as said
from console.words.i18n import Language, mark

_FORMATS = {Unit.COUNT: "#,##0", Unit.SHARE: "0%", Unit.DECIMAL: "#,##0.0"}
_NAME_WIDTH, _WIDTH = 30, 13


def report_csv(lang: Language, report: Report) -> bytes:
    """A line for each venue and one for all, whose id is empty; nothing is unknown.

    RFC 4180, in UTF-8 with the mark by which spreadsheet programs know it.
    """
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(_heads(lang))
    for venue, name, row in named_rows(lang, report):
        lines.writerow([venue, inert(name), *(column.number(row) for column in COLUMNS)])
    return (BOM + out.getvalue()).encode()


def report_xlsx(lang: Language, report: Report) -> bytes:
    """A workbook: the table as numbers with headline and notes; a cell that is empty is unknown."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": said.title(lang, report), "created": report.at})
    bold, head = book.add_format({"bold": True}), book.add_format({"bold": True, "text_wrap": True})
    formats = {unit: book.add_format({"num_format": shape}) for unit, shape in _FORMATS.items()}
    sheet = book.add_worksheet(report.period.name)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 1, _NAME_WIDTH)
    sheet.set_column(2, 1 + len(COLUMNS), _WIDTH)
    sheet.write_string(0, 0, said.title(lang, report), bold)
    sheet.write_string(1, 0, said.headline(lang, report))
    at = 3
    for n, text in enumerate(_heads(lang)):
        sheet.write_string(at, n, text, head)
    for venue, name, row in named_rows(lang, report):
        at += 1
        sheet.write_string(at, 0, venue)
        sheet.write_string(at, 1, name, None if venue else bold)
        for n, column in enumerate(COLUMNS, 2):
            if (value := column.number(row)) is not None:
                sheet.write_number(at, n, value, formats[column.unit])
    for text in (*said.changes(lang, report), *said.notes(lang, report)):
        at += 1
        sheet.write_string(at + 1, 0, text)
    sheet.repeat_rows(3)
    book.close()
    return out.getvalue()


def _heads(lang: Language) -> list[str]:
    return [lang.text(mark("Id")), lang.text(mark("Venue")), *headings(lang)]
