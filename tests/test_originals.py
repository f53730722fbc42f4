"""Published figures that need the data of the well-known exercises, which are not ours to ship."""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
import pytest
from test_notebooks import cells

pytestmark = pytest.mark.system


def test_regularization_on_the_original_points_gives_the_published_accuracies(tmp_path, monkeypatch, capsys):
    originals = os.environ.get("COURSE_ORIGINALS")
    if not originals or not (Path(originals) / "data.mat").is_file():
        pytest.skip("COURSE_ORIGINALS does not name a folder with data.mat, the points of the well-known exercise")
    (tmp_path / "datasets").symlink_to(Path(originals).resolve())
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for cell in cells("regularization"):
        if cell.kind in ("setup", "given", "solution") or cell.grade_id == "model":
            exec(cell.source, names)
    assert "Data: read from datasets/data.mat.\n" in capsys.readouterr().out
    for settings, costs, on_train, on_test in (
        ({}, [0.6557412523, 0.1632998753, 0.1385164242], 0.9478673, 0.915),
        ({"lambd": 0.7}, [0.6974484493, 0.2684918873, 0.2680916337], 0.9383886, 0.93),
        ({"keep_prob": 0.86}, [0.6543912405, 0.0610169866, 0.0605824358], 0.9289100, 0.95),
    ):
        parameters = names["model"](names["train_X"], names["train_Y"], **settings)
        shown = [float(cost) for cost in re.findall(r"cost at step +\d+: ([\d.]+)", capsys.readouterr().out)]
        np.testing.assert_allclose(shown, costs, rtol=1e-4)
        reached = [names["accuracy"](names[f"{part}_X"], names[f"{part}_Y"], parameters) for part in ("train", "test")]
        np.testing.assert_allclose(reached, [on_train, on_test], atol=1e-6)
