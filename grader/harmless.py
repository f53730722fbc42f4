"""What the formgrader shows of a hand-in: text and pictures, and nothing that runs or loads something.

The formgrader's page has the rights of who marks, also to change marks, and nbconvert puts HTML and JavaScript of outputs
and of text cells into it as they are. `nbgrader_config.py` lets this preprocessor come first.
"""

from __future__ import annotations

import base64
import html
import re
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

_LINE_END = re.compile("\r\n?|[\n\v\f\x1c-\x1e\x85\u2028\u2029]")  # a blank line would begin Markdown again
_TEXTS = ("text/plain", "text/latex")  # which the page escapes
_PICTURES = ("image/png", "image/jpeg")


class Harmless(Preprocessor):
    """Leaves the course's own cells as they are, and of the student's what cannot do harm."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        cell = cell.copy()
        cell.metadata = (
            NotebookNode(nbgrader=cell.metadata["nbgrader"]) if "nbgrader" in cell.metadata else NotebookNode()
        )
        if cell.cell_type == "code":
            cell.outputs = [_shown(output) for output in cell.outputs]
        elif not cell.metadata.get("nbgrader", {}).get("locked"):
            cell.source = _as_text(cell.source)
            cell.pop("attachments", None)
        return cell, resources


def _as_text(source: str) -> str:
    """Markdown that shows a text as it was written; formulas between dollar signs stay formulas."""
    return f"<div>{_LINE_END.sub('<br>', html.escape(source))}</div>"


def _shown(output: NotebookNode) -> NotebookNode:
    if "data" not in output:
        return output
    data = {
        kind: text for kind, text in output.data.items() if kind in _TEXTS or (kind in _PICTURES and _is_base64(text))
    }
    return NotebookNode({**output, "data": NotebookNode(data), "metadata": NotebookNode()})


def _is_base64(text: Any) -> bool:
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except (ValueError, AttributeError):
        return False
    return True
