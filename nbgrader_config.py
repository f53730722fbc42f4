"""nbgrader's settings for this course; every nbgrader command and the formgrader read them from here."""

import os
from pathlib import Path

from grader import dropin

c = get_config()

c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.course_id = "deep-learning"

# The gradebook is the file gradebook.db here, unless the environment names a database (deploy/kubernetes).
if "COURSE_GRADEBOOK" in os.environ:
    c.CourseDirectory.db_url = os.environ["COURSE_GRADEBOOK"]

# Files beside a hand-in that are nobody's work.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", ".DS_Store"]

# Our engine grades, and our pages are the feedback, whether a command or the formgrader asks for it (docs/engine.md).
dropin.install()

# What lies in the exchange is what students put there (docs/security.md). On Kubernetes the exchange is a service.
if os.environ.get("COURSE_EXCHANGE") != "ngshare":
    c.ExchangeFactory.collect = "grader.exchange.Collect"

# The formgrader shows what students wrote, and a script in it would run with the rights of who marks.
c.HTMLExporter.preprocessors = ["grader.harmless.Harmless"]

# Seconds that a cell, or a check, may take.
c.Execute.timeout = 60
