"""What students of the hub leave in the exchange, with the settings of every server of the hub."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory
from traitlets.config.loader import PyFileConfigLoader

SETTINGS = Path(__file__).resolve().parents[1] / "deploy/jupyterhub/nbgrader_config.py"
TOPIC = "centering"


@pytest.fixture
def hand_in(tmp_path):
    """Hands in to an inbound folder of a given mode; returns the folder that came to be."""

    def submit(mode: int) -> Path:
        inbound = tmp_path / "exchange/course/inbound"
        for folder in (inbound, tmp_path / "exchange/course/outbound" / TOPIC, tmp_path / "home" / TOPIC):
            folder.mkdir(parents=True)
        (tmp_path / "home" / TOPIC / f"{TOPIC}.ipynb").write_text("{}")
        inbound.chmod(mode)
        text = SETTINGS.read_text(encoding="utf-8").replace("@COURSE@", "course")
        (tmp_path / "settings.py").write_text(text.replace("@EXCHANGE@", str(tmp_path / "exchange")))
        config = PyFileConfigLoader("settings.py", path=str(tmp_path)).load_config()
        config.Exchange.cache, config.Exchange.assignment_dir = str(tmp_path / "cache"), str(tmp_path / "home")
        config.CourseDirectory.assignment_id = TOPIC
        tools = {"coursedir": CourseDirectory(config=config), "authenticator": Authenticator(config=config)}
        ExchangeFactory(config=config).Submit(**tools, config=config).start()
        (found,) = inbound.iterdir()
        return found

    return submit


def test_a_hand_in_is_closed_to_everybody_but_its_student_and_the_course(hand_in):
    folder = hand_in(0o3733)
    assert stat.S_IMODE(folder.stat().st_mode) & 0o777 == 0o770
    assert (folder / f"{TOPIC}.ipynb").exists() and (folder / "timestamp.txt").exists()


def test_where_the_course_could_not_read_it_otherwise_a_hand_in_stays_open(hand_in):
    assert stat.S_IMODE(hand_in(0o733).stat().st_mode) & 0o777 == 0o777
