"""Checks data files (evenhand-data/1) against the vocabulary in core/record and against their inventory.

    python3 tests/golden/data_files.py FILE...        (from anywhere; the vocabulary is read beside this file)

For each FILE: the frame, record types, field names, required fields, choices, references (the label exists and has
an allowed type), unique labels, grades in half steps, whole numbers, decimals as text, and the size limits. When
NAME.inventory.json stands beside NAME.json, its counts must be met. Exit 1 with the first 20 errors, each naming
file, record and field; exit 0 with one line per file when all is well.

An inventory is one JSON object. A key says what is counted; a value that is text is a note and is not compared:
    "records"              all records
    "grade" or "grades"    records of one type (singular or plural, `_` for a space)
    "objective.due"        records of a type that have the field ("objectives_dated" is another word for this one)
    "gap.kind=no_date"     records of a type whose field equals, or contains, the value
    "sum:gap.printed_count"  the sum of a number field; a record without it adds 1
    "percentages"          figures in percent: values, plus comparators counted once per evidence, name and period
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ERRORS_SHOWN_MAX = 20
WORD_BYTES_MAX = 300
PROSE_BYTES_MAX = 60 * 1024
RECORD_BYTES_MAX = 16 * 1024
LABEL = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.]{0,15}")
DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
PLACEHOLDER = re.compile(r"(tbc|tbd|tba|leave blank|to be confirmed)", re.IGNORECASE)
STRING = r'"((?:[^"\\]|\\.)*)"'


# --- The vocabulary, read from its C++ rows -----------------------------------------------------------------------

def calls(source):
    """Yields (function, text of its arguments) for each outermost call in `source`; strings may hold brackets."""
    at = 0
    while head := re.compile(r"(\w+)\(").search(source, at):
        depth, quoted, end = 1, False, head.end()
        while depth:
            char = source[end]
            if quoted and char == "\\":
                end += 1
            elif char == '"':
                quoted = not quoted
            elif not quoted:
                depth += {"(": 1, ")": -1}.get(char, 0)
            end += 1
        yield head.group(1), source[head.end():end - 1]
        at = end


def field_of(function, arguments, rag_choices):
    """One row of a field table as (name, {type, choices, required})."""
    if function == "rag":
        return "rag", {"type": "choice", "choices": rag_choices, "required": False}
    if function == "position":
        return "position", {"type": "integer", "choices": [], "required": False}
    texts = re.findall(STRING, arguments)
    listed = function in ("choice", "reference", "references")
    bare = re.sub(STRING, "", arguments)
    return texts[0], {"type": function, "choices": texts[1].split("|") if listed else [], "required": "kRequired" in bare}


def read_vocabulary(folder):
    """{record type: {plural, fields}} from vocabulary*.cpp; stops the run when the rows cannot be read."""
    rag_choices = re.search(r'"(red\|[^"]*)"', (folder / "vocabulary_rows.h").read_text("utf-8")).group(1).split("|")
    tables = {}
    for path in sorted(folder.glob("vocabulary_*.cpp")):
        for name, body in re.findall(r"const FieldSpec (k\w+)\[\] = \{\n(.*?)\n\};", path.read_text("utf-8"), re.DOTALL):
            tables[name] = dict(field_of(f, a, rag_choices) for f, a in calls(body))
    rows = re.findall(r'\{\d+,\s*"(\w+)",\s*"([^"]+)",.*?t::(k\w+)', (folder / "vocabulary.cpp").read_text("utf-8"), re.DOTALL)
    if not rows or len(rows) != len(tables):
        sys.exit(f"{folder}: read {len(rows)} record types but {len(tables)} field tables; this checker no longer fits")
    return {name: {"plural": plural.replace(" ", "_"), "fields": tables[table]} for name, plural, table in rows}


# --- One value ------------------------------------------------------------------------------------------------------

def text_problem(value, bytes_max, one_line):
    if not isinstance(value, str):
        return f"must be text, is {type(value).__name__}"
    if not value.strip():
        return "is empty; leave the field out"
    if len(value.encode("utf-8")) > bytes_max:
        return f"is longer than {bytes_max} bytes"
    if one_line and re.search(r"[\x00-\x1f\x7f]", value):
        return "must be one line"
    if PLACEHOLDER.fullmatch(value.strip()):
        return f'"{value}" is no value; make it a gap record'
    return None


def number_problem(value, whole):
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        return f"must be a {'whole ' if whole else ''}number, is {json.dumps(value)}"
    return None


def label_problem(value, spec, labels):
    if not isinstance(value, str) or not value.startswith("@"):
        return f'must be "@label", is {json.dumps(value)}'
    if value[1:] not in labels:
        return f"{value} names no record of this file"
    if labels[value[1:]] not in spec["choices"]:
        return f"{value} is of type {labels[value[1:]]}, not {' or '.join(spec['choices'])}"
    return None


def list_problem(value, item_problem):
    if not isinstance(value, list) or not value:
        return "must be a list with at least one item"
    if len({json.dumps(item) for item in value}) != len(value):
        return "names an item twice"
    return next(filter(None, map(item_problem, value)), None)


def value_problem(value, spec, labels, field_name):
    """What is wrong with one value, in words, or None."""
    kind = spec["type"]
    if kind in ("word", "date"):
        # A gap says what was printed in place of a value, so a placeholder is right there.
        problem = text_problem(value, WORD_BYTES_MAX, True)
        return None if field_name == "printed" and problem and "no value" in problem else problem
    if kind == "prose":
        return text_problem(value, PROSE_BYTES_MAX, False)
    if kind == "integer":
        return number_problem(value, True)
    if kind == "grade":
        wrong = number_problem(value, False)
        return wrong or (None if 0 <= value <= 3 and value * 2 == int(value * 2) else f"{value} is no half step from 0 to 3")
    if kind == "decimal":
        return None if isinstance(value, str) and DECIMAL.fullmatch(value) else f"{json.dumps(value)} is no decimal as text"
    if kind == "flag":
        return None if isinstance(value, bool) else f"must be true or false, is {json.dumps(value)}"
    if kind == "choice":
        return None if value in spec["choices"] else f"{json.dumps(value)} is none of {', '.join(spec['choices'])}"
    if kind == "code":
        return None if isinstance(value, str) and CODE.fullmatch(value) else f"{json.dumps(value)} is no code"
    if kind == "reference":
        return label_problem(value, spec, labels)
    if kind == "references":
        return list_problem(value, lambda item: label_problem(item, spec, labels))
    if kind == "words":
        return list_problem(value, lambda item: text_problem(item, WORD_BYTES_MAX, True))
    return f"a {kind} cannot stand in a data file"


# --- One file ---------------------------------------------------------------------------------------------------------

def table_problem(rows_text):
    """data_table.rows: a JSON array of equally long rows, the first one being the column names."""
    try:
        rows = json.loads(rows_text)
    except ValueError as error:
        return f"is no JSON ({error})"
    if not isinstance(rows, list) or len(rows) < 2 or not all(isinstance(row, list) and row for row in rows):
        return "must be a JSON array of rows: column names, then at least one row"
    if len({len(row) for row in rows}) != 1:
        return "has rows of different length"
    return None


def record_errors(record, vocabulary, labels):
    """Yields (field, problem) for one record."""
    spec = vocabulary.get(str(record.get("type")))
    if spec is None:
        yield "type", f"{json.dumps(record.get('type'))} is no record type"
        return
    fields = record.get("fields")
    if not isinstance(fields, dict) or set(record) != {"type", "id", "fields"}:
        yield "fields", "a record has exactly: type, id, fields (an object)"
        return
    for name, field in spec["fields"].items():
        if field["required"] and name not in fields:
            yield name, "is required and missing"
    for name, value in fields.items():
        if name not in spec["fields"]:
            yield name, f"is no field of {record['type']}"
        elif problem := value_problem(value, spec["fields"][name], labels, name):
            yield name, problem
        elif record["type"] == "data_table" and name == "rows" and (problem := table_problem(value)):
            yield name, problem
    if len(json.dumps(fields, ensure_ascii=False).encode("utf-8")) >= RECORD_BYTES_MAX:
        yield "", f"body is not below {RECORD_BYTES_MAX} bytes"


def frame_errors(data):
    """Yields (field, problem) for what stands around the records."""
    if data.get("format") != "evenhand-data/1":
        yield "format", 'must be "evenhand-data/1"'
    if text_problem(data.get("title"), WORD_BYTES_MAX, True):
        yield "title", "must be one line of text"
    if not isinstance(data.get("published_figures"), bool):
        yield "published_figures", "must be true or false"
    source = data.get("source")
    if data.get("published_figures") and not (isinstance(source, dict) and source.get("document")):
        yield "source", "published figures need source.document"
    for name in set(data) - {"format", "title", "published_figures", "source", "records"}:
        yield name, "is unknown in the frame"


def label_errors(records):
    seen = set()
    for record in records:
        label = record.get("id")
        if not isinstance(label, str) or not LABEL.fullmatch(label):
            yield str(label), "id", "must be 1..80 of a-z 0-9 _ . -, starting with a letter or digit"
        elif label in seen:
            yield label, "id", "stands twice in this file"
        seen.add(str(label))


def file_errors(data, vocabulary):
    """Yields (record label, field, problem) for a whole file."""
    records = data.get("records") if isinstance(data, dict) else None
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        yield "", "records", "the file must be an object with a list of records"
        return
    for field, problem in frame_errors(data):
        yield "", field, problem
    yield from label_errors(records)
    labels = {record.get("id"): record.get("type") for record in records if isinstance(record.get("id"), str)}
    for record in records:
        for field, problem in record_errors(record, vocabulary, labels):
            yield str(record.get("id")), field, problem


# --- The inventory ------------------------------------------------------------------------------------------------------

def percentages(records):
    figures, comparators = 0, set()
    for record in records:
        fields = record["fields"]
        if record["type"] != "measure" or fields.get("unit") != "percent":
            continue
        figures += "value" in fields
        if "comparator" in fields:
            comparators.add(tuple(fields.get(f) for f in ("evidence", "name", "period", "comparator_name", "comparator")))
    return figures + len(comparators)


def counted(key, records, vocabulary):
    """What the file holds for an inventory key; None for a key that means nothing."""
    if key == "records":
        return len(records)
    if key == "percentages":
        return percentages(records)
    summed = key.startswith("sum:")
    key = {"objectives_dated": "objective.due"}.get(key, key.removeprefix("sum:"))
    head, _, field = key.partition(".")
    field, equals, value = field.partition("=")
    name = next((n for n, spec in vocabulary.items() if head in (n, spec["plural"], n + "s")), None)
    if name is None or (field and field not in vocabulary[name]["fields"]) or (summed and not field):
        return None
    chosen = [record["fields"] for record in records if record["type"] == name]
    if summed:
        return sum(fields.get(field, 1) for fields in chosen)
    if equals:
        return sum(str(fields.get(field)) == value or (isinstance(fields.get(field), list) and value in fields[field])
                   for fields in chosen)
    return sum(field in fields for fields in chosen) if field else len(chosen)


def inventory_errors(path, records, vocabulary):
    inventory_path = path.with_name(path.stem + ".inventory.json")
    if not inventory_path.exists():
        return
    for key, wanted in json.loads(inventory_path.read_text("utf-8")).items():
        if isinstance(wanted, str):
            continue
        found = counted(key, records, vocabulary)
        if found is None:
            yield "inventory", key, "counts nothing known; see the head of data_files.py"
        elif found != wanted:
            yield "inventory", key, f"says {wanted}, the file holds {found}"


def reject_repeated(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError(f"a name stands twice in one object: {sorted(n for n in set(names) if names.count(n) > 1)}")
    return dict(pairs)


def check(path, vocabulary):
    """All errors of one file, and how many records it holds."""
    try:
        data = json.loads(path.read_text("utf-8"), object_pairs_hook=reject_repeated)
        errors = list(file_errors(data, vocabulary))
        if not errors:
            errors = list(inventory_errors(path, data["records"], vocabulary))
        return errors, len(data["records"]) if not errors else 0
    except (OSError, ValueError, RecursionError) as error:
        return [("", "", f"cannot be read: {error}")], 0


def main(arguments):
    if not arguments:
        sys.exit("usage: python3 tests/golden/data_files.py FILE...")
    vocabulary = read_vocabulary(ROOT / "core" / "record")
    errors = 0
    for path in map(Path, arguments):
        found, records = check(path, vocabulary)
        for label, field, problem in found[:max(0, ERRORS_SHOWN_MAX - errors)]:
            print(f"{path}: {label or '(file)'}: {field or '(whole)'}: {problem}")
        errors += len(found)
        if not found:
            print(f"{path}: {records} records, all well")
    if errors > ERRORS_SHOWN_MAX:
        print(f"and {errors - ERRORS_SHOWN_MAX} more")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
