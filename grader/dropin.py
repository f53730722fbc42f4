"""Puts our converters in the place of nbgrader's: for its command line, and for the API behind the formgrader's buttons.

`nbgrader_config.py` calls `install`, which every nbgrader program reads before it does anything.
"""

from __future__ import annotations

from nbgrader.apps import api, autogradeapp, generatefeedbackapp

from grader.autograde import Autograde
from grader.feedback import GenerateFeedback


def install() -> None:
    """Let this process autograde and give feedback with our converters."""
    for module in (autogradeapp, api):
        module.Autograde = Autograde
    for module in (generatefeedbackapp, api):
        module.GenerateFeedback = GenerateFeedback
