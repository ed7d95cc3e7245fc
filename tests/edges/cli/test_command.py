"""The command against the emulated API over TLS: every format, exit status, terminal and pipe."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest

from tests.edges.cli.command import COMMAND, environment, run, run_in_terminal
from tests.emulator import ACCESS_KEY, SECRET_KEY, Account, Emulator, seeded_account
from tests.stack import databases


@pytest.fixture(scope="module")
def emulator():
    with Emulator(databases.account(now=datetime.now(UTC)), tls="self-signed") as serving:
        yield serving


@pytest.fixture
def env(emulator, tmp_path):
    return environment(tmp_path, emulator, NCLOUD_REGIONS="KR,SGN")


def emulated(profiles: dict[str, int]) -> Emulator:
    return Emulator(seeded_account(now=datetime.now(UTC), seed=1, profiles=profiles))


def test_in_a_pipe_a_database_is_a_line_and_nothing_is_coloured(env):
    done = run("check", env=env)
    assert (done.returncode, done.stderr) == (2, "")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["VERDICT", "DATABASE", "REGION", "ALERT", "WHY"]
    assert re.search(
        r"^✗ STALE +결제-원장 +KR +worse +the newest backup is 1 d 6 h 36 min old", done.stdout, re.MULTILINE
    )
    assert any(line.startswith("✓ 3") for line in lines)
    assert "have no fresh backup" in lines[-2]
    assert "\x1b" not in done.stdout


def test_in_a_terminal_it_is_coloured_fits_and_shows_how_far_it_is(emulator, env):
    emulator.gateway.latency_seconds = 0.3
    try:
        code, came = run_in_terminal("check", env=env)
    finally:
        emulator.gateway.latency_seconds = 0
    assert code == 2
    assert "postgresql KR" in came
    assert re.search(r"\d/\d", came)
    assert "\x1b[31m✗ STALE" in came
    told = came.rpartition("VERDICT")[2]  # what was drawn over and over is gone by then
    assert "postgresql KR" not in told


def test_no_color_leaves_the_terminal_without_colours(env):
    _, came = run_in_terminal("check", env=env | {"NO_COLOR": "1"})
    assert "\x1b[31m" not in came
    assert "✗ STALE" in came


def test_json_is_the_report_with_every_finding(env):
    done = run("check", "--format", "json", env=env)
    report = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (2, "")
    assert len(report["findings"]) == sum(count for word, count in report["counts"].items() if word.isupper())
    assert (report["severity"], report["complete"], report["notification"]) == ("critical", True, None)


def test_openmetrics_and_html_are_whole_documents(env):
    metrics, page = (run("check", "--format", form, env=env).stdout for form in ("openmetrics", "html"))
    assert metrics.endswith("# EOF\n")
    assert 'service_name="결제-원장"' in metrics
    assert page.lower().lstrip().startswith("<!doctype html>")
    assert re.findall(r'(?:href|src|action)="?/', page) == []  # one file has no neighbours
    assert "결제-원장" in page


def test_nagios_gets_one_line_first_and_nothing_on_standard_error(env):
    done = run("check", "--format", "nagios", env=env)
    first, *details = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (2, "")
    assert re.fullmatch(r"BACKUPS CRITICAL - [^|]+ \| ('[a-z_]+'=\d+s?;;\d*;0 ?)+", first)
    assert "'total'=47;;;0 'fresh'=3" in first
    assert any(line.startswith("CRITICAL STALE 결제-원장 (KR, 1300002): ") for line in details)


@pytest.mark.parametrize(
    ("profiles", "status"), [({"healthy": 2}, 0), ({"healthy": 1, "late": 1}, 1), ({"stale": 1}, 2), ({}, 3)]
)
def test_the_exit_status_is_the_severity(profiles, status, tmp_path):
    with emulated(profiles) if profiles else Emulator(Account()) as serving:
        done = run("check", "--format", "nagios", env=environment(tmp_path, serving))
    assert done.returncode == status
    state = ("OK", "WARNING", "CRITICAL", "UNKNOWN")[status]
    assert done.stdout.startswith(f"BACKUPS {state} - ")


def test_a_refused_key_is_unknown_and_never_green(env):
    done = run("check", env=env | {"NCLOUD_SECRET_ACCESS_KEY": "wrong"})
    assert done.returncode == 3
    assert "the Ncloud key was refused" in done.stdout
    assert "wrong" not in done.stdout + done.stderr


def test_a_certificate_that_is_not_trusted_is_unknown(env):
    done = run("check", env={name: value for name, value in env.items() if name != "SSL_CERT_FILE"})
    assert done.returncode == 3
    assert "TlsFailed" in done.stdout


def test_the_vendors_file_is_enough(env, emulator, tmp_path):
    (tmp_path / ".ncloud").mkdir()
    (tmp_path / ".ncloud" / "configure").write_text(
        f"# of the vendor's tool\n[team]\nncloud_access_key_id = {ACCESS_KEY}\n"
        f"ncloud_secret_access_key={SECRET_KEY}\nncloud_api_url = {emulator.url}\n"
    )
    bare = {name: value for name, value in env.items() if not name.startswith("NCLOUD_")}
    assert run("check", "--profile", "team", env=bare).returncode == 2
    without = run("check", env=bare)
    assert (without.returncode, without.stdout) == (3, "")
    assert "there is no Ncloud key" in without.stderr


def test_options_do_what_the_variables_do(env, tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text('[[rule]]\nmatch = "*"\nmax_age = "40d"\ngrace = "14d"\n', encoding="utf-8")
    done = run("check", "--policy", str(policy), "--region", "KR", "--language", "ko", "--format", "json", env=env)
    counts = json.loads(done.stdout)["counts"]
    assert counts["STALE"] == 0
    assert {one["region"] for one in json.loads(done.stdout)["findings"]} == {"KR"}
    assert "꺼져" in done.stdout


def test_an_earlier_instant_is_judged_as_of_then(env):
    at = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")
    report = json.loads(run("check", "--at", at, "--format", "json", env=env).stdout)
    assert report["checkedAt"] == at.replace("+00:00", "Z")


def test_explain_shows_each_step_and_takes_a_number_or_a_glob(env):
    done = run("explain", "결제-*", env=env)
    assert done.returncode == 2
    assert re.search(
        r"^STALE +yes +the newest backup is 1 d 6 h 36 min old: more than max_age", done.stdout, re.MULTILINE
    )
    assert json.loads(run("explain", "1300002", "--format", "json", env=env).stdout)["instances"][0]["region"] == "KR"
    assert run("explain", "no-such-db", env=env).returncode == 3


def test_the_doctor_says_where_the_key_comes_from_and_nothing_of_aws(env):
    done = run("doctor", env=env)
    assert done.returncode == (1 if "\n!  " in done.stdout else 0)  # by what the key sees and is not watched
    assert "from NCLOUD_ACCESS_KEY_ID" in done.stdout
    assert "topic" not in done.stdout
    refused = run("doctor", env=env | {"NCLOUD_SECRET_ACCESS_KEY": "wrong"})
    assert refused.returncode == 3
    assert "✗  credentials" in refused.stdout


@pytest.mark.parametrize("form", ["nagios", "table"])
def test_a_server_that_never_answers_does_not_outlast_the_limit(form, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        env = environment(tmp_path, None, NCLOUD_ACCESS_KEY_ID="a", NCLOUD_SECRET_ACCESS_KEY="b", NCLOUD_API_GW=url)
        began = time.monotonic()
        done = run("check", "--format", form, "--timeout", "3", env=env)
    assert done.returncode == 3
    assert "DeadlineExceeded" in done.stdout
    assert time.monotonic() - began < 10


def test_what_hangs_outside_of_reading_is_ended_by_the_limit(tmp_path):
    """The policy is a pipe that nothing is written to."""
    pipe = tmp_path / "policy.toml"
    os.mkfifo(pipe)
    env = environment(tmp_path, None, NCLOUD_ACCESS_KEY_ID="a", NCLOUD_SECRET_ACCESS_KEY="b")
    done = run("check", "--format", "nagios", "--timeout", "1.5", "--policy", str(pipe), env=env)
    assert (done.returncode, done.stdout, done.stderr) == (3, "BACKUPS UNKNOWN - no answer within 1.5 s\n", "")


def test_a_reader_who_has_seen_enough_ends_it_quietly(env):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*COMMAND, "check"], env=env, **pipes) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 3


def test_without_the_libraries_of_aws_nothing_of_them_is_imported(env):
    program = (
        "import sys\n"
        "for name in ('boto3', 'botocore', 'aws_lambda_powertools', 'apprise', 'jinja2', 'prometheus_client'):\n"
        "    sys.modules[name] = None\n"
        "from backup_watch.cli.main import main\n"
        "sys.exit(main(['check', '--format', 'json']))\n"
    )
    done = subprocess.run([COMMAND[0], "-c", program], env=env, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (2, "")


def test_a_setting_that_needs_aws_says_what_to_install(env):
    program = (
        "import sys\nsys.modules['boto3'] = None\nfrom backup_watch.cli.main import main\nsys.exit(main(['check']))\n"
    )
    done = subprocess.run(
        [COMMAND[0], "-c", program], env=env | {"NCLOUD_CREDENTIALS_SECRET": "x"}, capture_output=True, text=True
    )
    assert done.returncode == 3
    assert "pip install 'ncloud-backup-watch[aws]'" in done.stderr


@pytest.fixture
def served(env):
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def test_serve_prints_its_address_and_answers_as_the_function_does_until_ctrl_c(served):
    process, url = served
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
    with urllib.request.urlopen(f"{url}/report") as answer:
        assert json.load(answer)["counts"]["instances"] == 47
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": "text/html"})) as answer:
        assert "결제-원장" in answer.read().decode()
    with urllib.request.urlopen(f"{url}/report?match=orders-primary") as answer:
        [number] = [finding["instanceNo"] for finding in json.load(answer)["findings"]]
    with urllib.request.urlopen(f"{url}/instance/{number}") as answer:
        document = json.load(answer)
    assert (document["serviceName"], bool(document["keptBackups"])) == ("orders-primary", True)
    assert document["alert"]["because"]
    with urllib.request.urlopen(f"{url}/instance/1300002") as answer:
        assert "결제-원장" in answer.read().decode()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(f"{url}/check", method="POST"))
    refused.value.close()
    assert refused.value.code == 403
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (130, "")


def test_serve_answers_no_other_hosts_name(served):
    _, url = served
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(f"{url}/report", headers={"Host": "evil.example:80"}))
    refused.value.close()
    assert refused.value.code == 421


def test_a_port_that_is_taken_is_one_sentence(env):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("serve", "--port", port, env=env)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"backup-watch: port {port} cannot be used: it is taken\n"


def test_watch_draws_the_table_in_a_terminal_and_counts_down(env):
    _, came = run_in_terminal("watch", env=env, until="Ctrl-C ends it")
    assert "✗ STALE" in came


def test_watch_in_a_pipe_writes_a_table(env):
    process = subprocess.Popen([*COMMAND, "watch"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = threading.Timer(30, process.kill)
    end.start()
    try:
        lines = iter(process.stdout.readline, "")
        assert any("have no fresh backup" in line for line in lines)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        assert (process.returncode, errors) == (130, "")
    finally:
        end.cancel()
        process.kill()


PARSE = """
use Monitoring::Plugin::Performance;
my ($text, $data) = split /\\|/, <STDIN>, 2;
for my $one (Monitoring::Plugin::Performance->parse_perfstring($data)) {
    my $most = $one->threshold->critical;
    print join(" ", $one->label, $one->value, $one->uom || "-", $most->is_set ? $most->end : "-", $one->min), "\\n";
}
"""


def has_monitoring_plugin() -> bool:
    if shutil.which("perl") is None:
        return False
    return subprocess.run(["perl", "-MMonitoring::Plugin::Performance", "-e", "1"], capture_output=True).returncode == 0


@pytest.mark.skipif(not has_monitoring_plugin(), reason="Debian's libmonitoring-plugin-perl is not installed")
def test_the_monitoring_plugins_own_library_reads_the_numbers(env):
    output = run("check", "--format", "nagios", env=env).stdout
    done = subprocess.run(["perl", "-e", PARSE], input=output.split("\n")[0], capture_output=True, text=True)
    assert done.stderr == ""
    read = {label: rest for label, *rest in map(str.split, done.stdout.splitlines())}
    assert read["total"] == ["47", "-", "-", "0"]
    [_, unit, most, least] = read["oldest_age"]
    assert (unit, least) == ("s", "0")
    assert int(most) % 3600 == 0
    assert {"fresh", "late", "stale", "never", "disabled", "unknown", "missing"} < read.keys()


@pytest.mark.parametrize("form", ["table", "nagios", "json", "html"])
def test_an_answer_that_cannot_be_written_is_exit_status_3(form, env):
    full = ["sh", "-c", 'exec "$@" > /dev/full', "sh", *COMMAND, "check", "--format", form]
    closed = ["sh", "-c", 'exec "$@" >&-', "sh", *COMMAND, "check", "--format", form]
    for command in (full, closed):
        done = subprocess.run(command, env=env, capture_output=True, text=True)
        assert done.returncode == 3
        assert "Traceback" not in done.stderr


def test_what_an_old_korean_encoding_does_not_have_is_another_sign_of_one_cell(env):
    env = {name: value for name, value in env.items() if name != "PYTHONUTF8"} | {"PYTHONIOENCODING": "euc-kr"}
    done = subprocess.run([*COMMAND, "check", "--language", "ko"], env=env, capture_output=True)
    text = done.stdout.decode("euc-kr")
    assert done.returncode == 2
    assert re.search(r"\nx STALE +결제-원장 +KR", text)
    assert "\\u" not in text
