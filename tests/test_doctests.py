"""The examples in docstrings print what they say."""

from __future__ import annotations

import doctest
import importlib

import pytest
from sample_class import ROOT

pytestmark = pytest.mark.system  # some import TensorFlow

MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for package in ("grader", "utils")
    for path in sorted((ROOT / package).rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_print_what_they_say(name):
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert failed == 0 < tried


def test_examples_are_found():
    assert len(MODULES) >= 7
