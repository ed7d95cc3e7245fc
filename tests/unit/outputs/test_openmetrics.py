"""What Prometheus reads: held against prometheus_client's own parsers of both formats."""

import subprocess
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.parser import text_string_to_metric_families as classic_families

from backup_watch.model.plain_text import shown
from backup_watch.outputs.openmetrics import MAX_LABEL_CHARS, exposition
from tests.builders import (
    NOW,
    a_report,
    an_error,
    disabled,
    fresh,
    late,
    misdated,
    missing,
    never,
    new,
    skipped,
    stale,
    too_few,
    unread,
)  # fmt: skip
from tests.unit.outputs.prometheus import promtool
from tests.unit.web.asking import ask

EVERYTHING = a_report(
    stale("orders-db", number="1"), late(number="2"), never(number="3", size_bytes=None),
    disabled(number="4"), misdated(number="5"), unread(number="6", region="SGN"), missing(), too_few(),
    others=[fresh(number="7"), new(number="8"), skipped(number="9")],
    errors=[an_error("ReadTimeout", region="SGN"), an_error("ReadTimeout", region="SGN"), an_error("X", region=None)],
    regions=("KR", "SGN"),
)  # fmt: skip


def samples(report) -> dict[str, dict[frozenset, float]]:
    """Samples by family and by labels; the parser rejects what is no OpenMetrics."""
    text = exposition(report, took=timedelta(seconds=0.25))[0].decode()
    found: dict[str, dict[frozenset, float]] = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation
        assert family.name.startswith("backup_watch_")
        for sample in family.samples:
            labels = frozenset(sample.labels.items())
            assert labels not in found.setdefault(family.name.removeprefix("backup_watch_"), {})
            found[family.name.removeprefix("backup_watch_")][labels] = sample.value
    return found


def by_number(values: dict[frozenset, float]) -> dict[str, float]:
    return {dict(labels)["instance_no"]: value for labels, value in values.items()}


def test_the_parser_accepts_it_under_its_own_content_type():
    answer = ask("/metrics", report=EVERYTHING)
    assert answer.kind == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert answer.text.endswith("# EOF\n")
    assert len(list(text_string_to_metric_families(answer.text))) > 10


def test_ages_are_in_seconds_and_there_is_none_where_none_is_known():
    ages = by_number(samples(EVERYTHING)["backup_age_seconds"])
    assert ages == {"1": 51 * 3600, "2": 25 * 3600, "4": 9 * 3600, "7": 9 * 3600}


def test_what_is_not_known_has_no_sample_and_is_not_zero():
    found = samples(EVERYTHING)
    assert "3" not in by_number(found["backup_size_bytes"])
    assert by_number(found["backup_size_bytes"])["7"] == 10_422_991
    assert all(value for family in ("backup_age_seconds", "backup_size_bytes") for value in found[family].values())


def test_each_instance_has_its_labels_and_what_is_allowed():
    [labels] = [
        dict(labels) for labels in samples(EVERYTHING)["backup_max_age_seconds"] if ("instance_no", "6") in labels
    ]
    assert labels == {
        "account": "default", "product": "postgresql", "region": "SGN", "instance_no": "6", "service_name": "unread-db",
    }  # fmt: skip
    assert set(samples(EVERYTHING)["backup_max_age_seconds"].values()) == {26 * 3600}
    assert set(samples(EVERYTHING)["backup_retention_seconds"].values()) == {10 * 86_400}


def test_verdicts_are_counted_also_those_that_do_not_occur():
    counts = {dict(labels)["verdict"]: value for labels, value in samples(EVERYTHING)["findings"].items()}
    assert counts == {
        "FRESH": 1, "LATE": 1, "STALE": 1, "NEVER": 1, "DISABLED": 1, "NEW": 1, "SKIPPED": 1, "UNKNOWN": 2,
        "MISSING": 2,
    }  # fmt: skip
    assert samples(a_report())["findings"][frozenset({("verdict", "STALE")})] == 0


def test_what_could_not_be_looked_for_is_not_counted_as_none():
    counts = samples(a_report(others=[fresh()], errors=[an_error("ReadTimeout")]))["findings"]
    assert {dict(labels)["verdict"]: value for labels, value in counts.items()} == {"FRESH": 1}


def test_each_violation_is_named_also_those_of_the_roll_call():
    violations = [dict(labels) for labels in samples(EVERYTHING)["violation"]]
    assert {(each["service_name"], each["verdict"], each["severity"]) for each in violations} >= {
        ("orders-db", "STALE", "critical"), ("late-db", "LATE", "warning"), ("billing-*", "MISSING", "critical"),
        ("12 instances", "MISSING", "critical"), ("unread-db", "UNKNOWN", "unknown"),
    }  # fmt: skip
    assert not any(each["verdict"] == "FRESH" for each in violations)


def test_the_check_tells_when_how_long_how_bad_and_whether_it_is_complete():
    incomplete, complete = samples(EVERYTHING), samples(a_report(others=[fresh()]))
    assert list(incomplete["last_check_timestamp_seconds"].values()) == [NOW.timestamp()]
    assert list(incomplete["last_check_duration_seconds"].values()) == [0.25]
    assert list(incomplete["complete"].values()) == [0]
    assert list(complete["complete"].values()) == [1]
    severity = {dict(labels)["backup_watch_severity"]: value for labels, value in incomplete["severity"].items()}
    assert severity == {"ok": 0, "warning": 0, "unknown": 0, "critical": 1}


def test_what_could_not_be_read_is_counted_by_place_and_kind():
    unread_ = {
        (dict(labels)["region"], dict(labels)["kind"]): value for labels, value in samples(EVERYTHING)["unread"].items()
    }
    assert unread_ == {("SGN", "ReadTimeout"): 2, ("", "X"): 1}


def test_a_look_at_nothing_is_unknown_and_has_no_ages():
    found = samples(a_report())
    assert "backup_age_seconds" not in found
    assert found["severity"][frozenset({("backup_watch_severity", "unknown")})] == 1


PROMETHEUS_2 = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;q=0.4,"
    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)
ANY_TEXT = st.text(st.characters(codec=None), max_size=30) | st.text(st.sampled_from('a\\"\n\x00\x1b\u202e\ud800 '))


@given(st.lists(ANY_TEXT, max_size=5), st.booleans())
def test_any_name_is_shown_as_text_that_cannot_act_on_a_terminal(names, classic):
    report = a_report(others=[fresh(name, number=str(n)) for n, name in enumerate(names)])
    text = exposition(report, took=timedelta(0), classic=classic)[0].decode()
    parse = classic_families if classic else text_string_to_metric_families
    ages = [
        sample
        for family in parse(text)
        for sample in family.samples
        if sample.name == "backup_watch_backup_age_seconds"
    ]
    assert {sample.labels["instance_no"]: sample.labels["service_name"] for sample in ages} == {
        str(n): shown(name, limit=MAX_LABEL_CHARS) for n, name in enumerate(names)
    }
    assert all(char.isprintable() for char in text.replace("\n", ""))


def test_promtool_finds_nothing_wrong_with_the_classic_format():
    text, content_type = exposition(EVERYTHING, took=timedelta(seconds=0.25), classic=True)
    assert content_type == "text/plain; version=0.0.4; charset=utf-8"
    done = subprocess.run([promtool(), "check", "metrics"], input=text, capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_both_formats_have_the_same_samples():
    def found(families) -> set:
        return {(one.name, frozenset(one.labels.items()), one.value) for family in families for one in family.samples}

    both = [exposition(EVERYTHING, took=timedelta(0), classic=classic)[0].decode() for classic in (False, True)]
    assert found(text_string_to_metric_families(both[0])) == found(classic_families(both[1]))


@pytest.mark.parametrize(("accept", "kind"), [
    ("", "application/openmetrics-text"), ("*/*", "application/openmetrics-text"),
    ("text/html,application/xhtml+xml,*/*;q=0.8", "application/openmetrics-text"),
    (PROMETHEUS_2, "application/openmetrics-text"), (PROMETHEUS_3, "application/openmetrics-text"),
    ("application/openmetrics-text;version=x\r\ny: z", "application/openmetrics-text"),
    ("text/plain;version=0.0.4;q=1,*/*;q=0.1", "text/plain"),  # Prometheus before 2.5
    ("text/plain;version=0.0.4", "text/plain"), ("text/plain", "text/plain"), ("text/*", "text/plain"),
    ("text/plain;q=0.9,application/openmetrics-text;q=0.5", "text/plain"),
    ("text/plain;q=0", "application/openmetrics-text"),
])  # fmt: skip
def test_the_format_is_what_the_client_prefers(accept, kind):
    answer = ask("/metrics", report=EVERYTHING, accept=accept)
    assert answer.kind.partition(";")[0] == kind
    assert answer.text.endswith("# EOF\n") is (kind != "text/plain")
