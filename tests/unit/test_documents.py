"""What the documents name is there: files, headings, modules, settings, parameters, targets, every error."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import ncloud.errors
from backup_watch.config.accounts_settings import ACCOUNTS_VARIABLES
from backup_watch.config.settings import ACCESS_KEY_NAMES, SECRET_KEY_NAMES
from tools.translate import read_template

ROOT = Path(__file__).parents[2]
PRODUCT = ROOT / "handler" / "backup_watch"
SETTINGS = PRODUCT / "config" / "settings.py"
DOCUMENTS = sorted([
    *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("layers/*/*.md"), *ROOT.glob("tests/**/*.md"),
])  # fmt: skip
KOREAN = ROOT / "README.ko.md"
README, DEPLOYMENT, INTERFACE = (ROOT / name for name in ("README.md", "docs/deployment.md", "docs/interface.md"))


def part(path: Path, heading: str) -> str:
    """What stands below *heading*, up to the next one of its level or above."""
    level = heading.partition(" ")[0]
    below = path.read_text().split(f"\n{heading}\n", 1)[1]
    return re.split(rf"\n#{{1,{len(level)}}} ", below)[0]


def first_cells(table: str) -> Iterator[str]:
    for row in re.findall(r"^\| *(.+?) *\|", table, re.MULTILINE):
        yield from re.findall(r"`([^`]+)`", row)


def anchors_of(path: Path) -> set[str]:
    text = path.read_text()
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    made = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return made | set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_every_link_leads_somewhere(document):
    for link in re.findall(r"\]\(([^)\s]+)\)", document.read_text()):
        if link.startswith(("http://", "https://")):
            continue
        target, _, anchor = link.partition("#")
        path = (document.parent / target).resolve() if target else document
        assert path.exists(), link
        assert not anchor or anchor in anchors_of(path), link


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_every_target_of_make_that_is_named_is_there(document):
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    commands = re.findall(r"(?:`|^|ap-northeast-2 )make ([a-z][a-z0-9 -]*)", document.read_text(), re.MULTILINE)
    named = {target for command in commands for target in command.split()}
    assert named <= targets


def test_the_architectures_modules_are_there():
    named = set(re.findall(r"([\w/]+\.py)\b", (ROOT / "docs" / "architecture.md").read_text()))
    assert [name for name in named if not any((root / name).exists() for root in (PRODUCT, PRODUCT.parent, ROOT))] == []
    assert len(named) > 20


def test_the_runbook_knows_every_error_that_an_alert_can_name():
    kinds = {kind.__name__ for kind in _leaves(ncloud.errors.NcloudError)}
    kinds |= {"SecretUnreadable", "PolicyUnreadable", "RowsUnattributed", "SettingsError", "AlertNotDelivered"}
    assert kinds <= set(first_cells(part(README, "### When the alert is about the monitor")))


def _leaves(error: type[Exception]) -> Iterator[type[Exception]]:
    below = error.__subclasses__()
    if not below:
        yield error
    for each in below:
        yield from _leaves(each)


def test_the_interface_lists_every_setting_and_no_other():
    read = set(re.findall(r'read\.get\(\s*"([A-Z_]+)"', SETTINGS.read_text())) | {"POLICY", *ACCOUNTS_VARIABLES}
    listed = set(first_cells(part(INTERFACE, "## 2. Settings")))
    assert listed == read | {*ACCESS_KEY_NAMES, *SECRET_KEY_NAMES}
    assert set(first_cells(part(README, "## Settings"))) <= listed


def test_the_deployment_lists_every_parameter_with_its_default():
    rows = re.findall(r"^\| *(`.+?`) *\| *(.*?) *\|", part(DEPLOYMENT, "## Parameters"), re.MULTILINE)
    told = {name: default for names, defaults in rows for name, default in _paired(names, defaults)}
    parameters = {name: str(known["Default"]) for name, known in read_template()["Parameters"].items()}
    assert told.keys() == parameters.keys()
    plain = {name: default for name, default in told.items() if default != "all four"}
    assert plain == {name: parameters[name] for name in plain}


def _paired(names: str, defaults: str) -> list[tuple[str, str]]:
    known = re.findall(r"`([^`]+)`", names)
    told = [default.strip("` ") for default in defaults.split(",")] if defaults else [""]
    return list(zip(known, told * len(known) if len(told) == 1 else told, strict=True))


def commands_in(path: Path) -> list[str]:
    """The lines of all shell blocks, without comments."""
    blocks = re.findall(r"^```sh\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL)
    return [bare for block in blocks for line in block.splitlines() if (bare := re.sub(r"\s+# .*", "", line).strip())]


def codes_in(table: str) -> set[str]:
    """What the first cells of *table* name in the code's own words: verdicts, settings, errors, alarms."""
    cells = re.findall(r"^\| *([^|]+?) *\|", table, re.MULTILINE)
    return {code for cell in cells for code in re.findall(r"`[^`]+`|\b[A-Z]{3,}\b|\b[A-Z]\w*[a-z]\w*\b", cell)}


def test_the_korean_readme_has_the_same_commands():
    assert commands_in(KOREAN) == commands_in(README)


@pytest.mark.parametrize(
    ("path", "english", "korean"),
    [
        (README, "## What it tells you, and when", "## 무엇을 언제 알리나"),
        (README, "## Settings", "## 설정"),
        (README, "### When the alert is about the monitor", "### 알림이 점검 자체에 관한 것일 때"),
        (DEPLOYMENT, "## Alarms", "### 경보"),
    ],
)
def test_what_operators_need_at_night_stands_in_korean_too(path, english, korean):
    named = codes_in(part(path, english))
    assert named == codes_in(part(KOREAN, korean))
    assert named


def test_the_korean_settings_have_the_same_defaults():
    rows = r"^\| *(`.+?`) *\| *(.*?) *\|"
    tables = (part(README, "## Settings"), part(KOREAN, "## 설정"))
    english, korean = (re.findall(rows, table, re.MULTILINE) for table in tables)
    assert english == korean
