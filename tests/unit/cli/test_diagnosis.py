"""The doctor's answer at a terminal."""

from backup_watch.cli.diagnosis import diagnosis
from backup_watch.i18n import Words
from tests.unit.cli.drawing import drawn


def test_what_is_wrong_is_shown_with_what_to_do_below_it():
    check = {"name": "permission getRegionList", "status": "failed", "detail": "not allowed", "advice": "Allow it."}
    well = {"name": "clock", "status": "ok", "detail": "within 1 s", "advice": "Nothing."}
    assert drawn(diagnosis({"healthy": False, "checks": [check, well]}, Words())) == [
        "✗  getRegionList  not allowed",
        "                  > Allow it.",
        "✓  clock          within 1 s",
        "",
        "not healthy",
    ]
