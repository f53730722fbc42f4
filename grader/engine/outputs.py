"""Outputs that came from a student's process, reduced to what the notebook format allows.

They are shown to people, never judged: a student's process may claim to have printed anything.
"""

from __future__ import annotations

import json
from typing import Any

MOST = 1_000  # outputs of a cell
LARGEST = 8_000_000  # bytes of all of them as JSON
LARGEST_OF_A_NOTEBOOK = 20_000_000  # bytes of the outputs of all its own cells
CUT_OFF = "... the rest of what this notebook showed was cut off ...\n"
MOST_VALUES = 200_000  # of one output
DEEPEST = 50  # lists and dictionaries inside each other in an output


def plain_outputs(outputs: Any) -> list[dict]:
    """Valid outputs of the notebook format, whatever `outputs` is; what has no valid form is left out.

    >>> plain_outputs([{"output_type": "stream", "name": "stdout", "text": "a", "extra": 1}, 7])
    [{'output_type': 'stream', 'name': 'stdout', 'text': 'a'}]
    """
    if type(outputs) is not list:
        return []
    kept, size = [], 0
    for output in outputs[:MOST]:
        plain = _plain(output) if _is_written_out_within(output, LARGEST - size) else None
        if plain is None:
            continue
        size += len(json.dumps(plain))
        if size > LARGEST:
            break
        kept.append(plain)
    return kept


def within(outputs: list[dict], room: int) -> tuple[list[dict], int]:
    """As many outputs as there is room for, and the bytes that are left; a line says that something was cut off."""
    kept: list[dict] = []
    for output in outputs:
        size = len(json.dumps(output))
        if size > room:
            return [*kept, {"output_type": "stream", "name": "stderr", "text": CUT_OFF}], 0
        kept.append(output)
        room -= size
    return kept, room


def _is_written_out_within(value: Any, room: int) -> bool:
    """Whether a value has at most so many characters, if what stands in many places counts in each of them."""
    waiting, count = [value], 0
    while waiting:
        part = waiting.pop()
        count += 1
        if type(part) is str:
            room -= len(part)
        elif type(part) is dict:
            waiting += [*part, *part.values()]
        elif type(part) is list:
            waiting += part
        if room < 0 or count + len(waiting) > MOST_VALUES:
            return False
    return True


def _plain(output: Any) -> dict | None:
    if type(output) is not dict:
        return None
    kind = as_utf8(output.get("output_type"))
    if kind == "stream":
        name = "stderr" if as_utf8(output.get("name")) == "stderr" else "stdout"
        return {"output_type": kind, "name": name, "text": as_utf8(output.get("text"))}
    if kind == "error":
        lines = output.get("traceback")
        lines = [as_utf8(line) for line in lines] if type(lines) is list else []
        return {
            "output_type": kind,
            "ename": as_utf8(output.get("ename")),
            "evalue": as_utf8(output.get("evalue")),
            "traceback": lines,
        }
    if kind in ("display_data", "execute_result"):
        plain: dict[str, Any] = {"output_type": kind, "data": _bundle(output.get("data"))}
        plain["metadata"] = _bundle(output.get("metadata"))
        if kind == "execute_result":
            count = output.get("execution_count")
            plain["execution_count"] = count if type(count) is int and 0 <= count < 2**31 else None
        return plain
    return None


def joined(text: Any) -> Any:
    """Text of several lines, which a notebook's file may hold as a list."""
    is_lines = type(text) is list and all(type(line) is str for line in text)
    return "".join(text) if is_lines else text


def _bundle(bundle: Any) -> dict:
    """A dictionary of MIME types; text stays text, and anything but text belongs to a JSON type."""
    if type(bundle) is not dict:
        return {}
    plain = {}
    for mime, content in bundle.items():
        content = content if "json" in str(mime) else joined(content)
        is_json = type(mime) is str and ("json" in mime or type(content) is dict)
        if type(mime) is str and (type(content) is str or (is_json and _depth(content) <= DEEPEST)):
            try:
                text = json.dumps(content, allow_nan=False, ensure_ascii=False)
                plain[as_utf8(mime)] = json.loads(text.encode("utf-8", "replace"))
            except (TypeError, ValueError, RecursionError):
                continue
    return plain


def _depth(content: Any) -> int:
    """How deep a JSON value is nested, as far as it matters."""
    level, depth = [content], 0
    while level and depth <= DEEPEST:
        inside = [item for item in level if type(item) in (list, dict)]
        level = [part for item in inside for part in (item.values() if type(item) is dict else item)]
        depth += 1
    return depth


def as_utf8(text: Any) -> str:
    """Text that can be written as UTF-8; empty if it is no text."""
    text = joined(text)
    return text.encode("utf-8", "replace").decode() if type(text) is str else ""
