"""What is shipped is what git tracks and the function reads: nothing that lies about, and no link."""

import subprocess

import pytest

from tools import package


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A repository with a tracked module and stray files beside it."""
    source = tmp_path / "handler"
    (source / "__pycache__").mkdir(parents=True)
    for name in ("app.py", "page.html", "README.md", ".env", "stray.py", "__pycache__/app.cpython-313.pyc"):
        (source / name).write_text("x")
    monkeypatch.setattr(package, "ROOT", tmp_path)
    return source


def shipped(source, into):
    package.copy_source(source, into)
    return {str(path.relative_to(into)) for path in into.rglob("*") if path.is_file()}


def test_only_what_git_tracks_is_shipped(checkout, tmp_path, capsys):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "handler/app.py", "handler/page.html", "handler/README.md"], cwd=tmp_path, check=True)
    assert shipped(checkout, tmp_path / "out") == {"app.py", "page.html"}
    assert "not shipped, since git does not track it: handler/stray.py" in capsys.readouterr().err


def test_without_git_the_kinds_of_files_that_the_function_reads_are(checkout, tmp_path):
    assert shipped(checkout, tmp_path / "out") == {"app.py", "page.html", "stray.py"}


@pytest.mark.parametrize("target", ["/etc/passwd", "app.py", "nowhere"])
def test_a_link_is_refused(checkout, tmp_path, target):
    (checkout / "linked.py").symlink_to(target)
    with pytest.raises(SystemExit, match=r"handler/linked\.py is a link"):
        shipped(checkout, tmp_path / "out")
