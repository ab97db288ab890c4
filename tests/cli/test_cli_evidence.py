"""`landscape evidence`: claims measured anew, kept, and held against those of before."""

from __future__ import annotations

import json
from pathlib import Path

from commands import refusal

CHEAP = ("iteration", "step")


def test_claims_are_measured_reported_and_compared(run, tmp_path):
    result = run("evidence", *CHEAP, "--quick", "--lang", "zh", "--out", "report")
    assert result.exit_code == 0, result.output
    files = [tmp_path / line for line in result.stdout.split()]
    named = {"findings.json", "report.html", "report.md", *(f"{name}.svg" for name in CHEAP)}
    assert {file.name for file in files} == named
    assert all(file.stat().st_size for file in files)
    page, told = (tmp_path / "report" / name for name in ("report.html", "report.md"))
    assert "http://www" not in page.read_text(encoding="utf-8").replace("http://www.w3.org", "")
    found = {one["claim"]: one for one in json.loads((tmp_path / "report/findings.json").read_text())["findings"]}
    assert set(found) == set(CHEAP)
    for text in (page.read_text(encoding="utf-8"), told.read_text(encoding="utf-8")):
        assert "landscape evidence step --quick" in text
        assert "101,770" in text

    # What is there is not measured again; and what was measured before is what it was.
    content = page.read_bytes()
    again = run(
        "evidence", *CHEAP, "--quick", "--lang", "zh", "--out", "report", "--resume", "--check", "report/findings.json"
    )
    assert again.exit_code == 0, again.output
    assert "Claims to measure: 0" in again.stderr
    assert "Nothing moved." in again.stderr
    assert page.read_bytes() == content


def test_what_moved_is_told(run, tmp_path):
    assert run("evidence", "step", "--out", "report").exit_code == 0
    file = tmp_path / "report/findings.json"
    changed = json.loads(file.read_text())
    (one,) = changed["findings"]
    one["verdict"] = "holds"
    one["values"]["bound"]["value"] *= 2
    Path("before.json").write_text(json.dumps(changed))
    result = run("evidence", "step", "--out", "report", "--resume", "--check", "before.json")
    assert result.exit_code == 1
    assert "step: holds → holds when" in result.stderr
    assert "step: bound " in result.stderr
    assert "Nothing moved." not in result.stderr


def test_what_cannot_be_compared_is_said_before_anything_is_measured(run, tmp_path):
    said = refusal(run("evidence", "step", "--quick", "--check"))
    assert said.endswith("step was measured at scale full: give --full to compare")
    assert "did you mean 'cliff'" in refusal(run("evidence", "clif"))
    assert not list(tmp_path.iterdir())
