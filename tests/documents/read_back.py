#!/usr/bin/env python3
"""Reads sample documents back with programs that are not ours.

usage: read_back.py NAME ...    where NAME.docx, NAME.xlsx and NAME.json exist

The JSON file says what must be there. The DOCX file must give its headings, captions and tables to pandoc
and its title and status to LibreOffice's PDF; the XLSX file must open in LibreOffice and hold, sheet by
sheet, one table from A1 without merged cells or formulas.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
import zipfile

problems = []


def check(true, what):
    if not true:
        problems.append(what)


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True, timeout=240).stdout


def words_of(node):
    """The plain text of a piece of pandoc's tree."""
    if isinstance(node, list):
        return "".join(words_of(one) for one in node)
    if not isinstance(node, dict):
        return ""
    if node.get("t") in ("Str", "Code"):
        return node["c"] if node["t"] == "Str" else node["c"][1]
    if node.get("t") in ("Space", "SoftBreak", "LineBreak"):
        return " "
    return words_of(node.get("c", []))


def squeezed(text):
    """Letters and digits only: programs differ in quotes, blanks and marks."""
    return re.sub(r"[^0-9a-z]", "", text.lower())


def tables_of(block):
    kind = block["type"]
    if kind == "table":
        return [block["caption"]]
    if kind == "facts":
        return [block["caption"]]
    return [block["title"] + " (numbers behind the chart)"] if kind == "chart" else []


def check_docx(file, said):
    tree = json.loads(run("pandoc", "-f", "docx", "-t", "json", str(file)))
    headings = [(one["c"][0], squeezed(words_of(one["c"][2]))) for one in tree["blocks"] if one["t"] == "Header"]
    wanted = [(one["level"], squeezed(one["text"])) for one in said["blocks"] if one["type"] == "heading"]
    check(headings == wanted, f"{file}: headings {headings} are not {wanted}")
    captions = [caption for block in said["blocks"] for caption in tables_of(block)]
    tables = [one for one in tree["blocks"] if one["t"] == "Table"]
    check(len(tables) == len(captions), f"{file}: {len(tables)} tables, not {len(captions)}")
    text = squeezed(words_of(tree["blocks"]))
    for number, caption in enumerate(captions, 1):
        check(f"table{number}{squeezed(caption)}" in text, f"{file}: no caption {caption!r}")
    heads = sum(1 for one in tables if one["c"][3][1])
    check(heads >= sum(1 for block in said["blocks"] if block["type"] in ("table", "chart")), f"{file}: header rows are missing")


def check_pdf(file, said, folder):
    run("soffice", "--headless", f"-env:UserInstallation=file://{folder}/office", "--convert-to", "pdf", "--outdir", str(folder), str(file))
    pages = run("pdftotext", "-layout", str(folder / (file.stem + ".pdf")), "-").split("\f")[:-1]
    check(squeezed(said["title"])[:60] in squeezed(" ".join(pages)), f"{file}: the title is not in the PDF")
    for number, page in enumerate(pages, 1):
        for status in said["status"]:
            check(squeezed(status["text"])[:40] in squeezed(page), f"{file}: page {number} does not say {status['text']!r}")
        check(f"page{number}of{len(pages)}" in squeezed(page), f"{file}: page {number} has no number")


def check_xlsx(file, said, folder):
    run("soffice", "--headless", f"-env:UserInstallation=file://{folder}/office", "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", "--outdir", str(folder), str(file))
    count = sum(len(tables_of(block)) for block in said["blocks"])
    with zipfile.ZipFile(file) as book:
        check(book.testzip() is None, f"{file}: the ZIP file is damaged")
        space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
        sheets = [one.get("name") for one in xml.fromstring(book.read("xl/workbook.xml")).iter(space + "sheet")]
        check(sheets[0] == "Cover" and sheets[-1] == "Notes" and len(sheets) == count + 2, f"{file}: sheets {sheets}")
        check(all(len(name) <= 31 for name in sheets), f"{file}: a sheet's name is too long")
        for number, name in enumerate(sheets, 1):
            sheet = xml.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            cells = [one.get("r") for one in sheet.iter(space + "c")]
            check(cells and cells[0] == "A1", f"{file}: sheet {name} does not begin at A1")
            check(next(sheet.iter(space + "mergeCell"), None) is None, f"{file}: sheet {name} has merged cells")
            check(next(sheet.iter(space + "f"), None) is None, f"{file}: sheet {name} has a formula")
            rows = [int(one.get("r")) for one in sheet.iter(space + "row")]
            check(rows == list(range(1, len(rows) + 1)), f"{file}: sheet {name} has an empty row inside")
    read = list(folder.glob(file.stem + "-*.csv"))
    check(len(read) == len(sheets), f"{file}: LibreOffice read {len(read)} sheets of {len(sheets)}")


def main(names):
    for name in names:
        said = json.loads(pathlib.Path(name + ".json").read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch)
            check_docx(pathlib.Path(name + ".docx"), said)
            check_pdf(pathlib.Path(name + ".docx"), said, folder)
            check_xlsx(pathlib.Path(name + ".xlsx"), said, folder)
    for problem in problems:
        print(problem[:600])
    print(f"{len(names)} documents read back, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
