"""--notify, delivered to a real SMTP server and a webhook: once, with a memory; again where it did not arrive."""

import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller

from tests.edges.cli.command import COMMAND, environment, run
from tests.emulator import Emulator, seeded_account


class Mailbox:
    """Takes every mail."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's own name
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    box.url = f"mailto://127.0.0.1:{port}?from=watch@example.com&to=dba@example.com"
    try:
        yield box
    finally:
        controller.stop()


class Webhook(ThreadingHTTPServer):
    """Keeps what is posted; answers with *status*."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Post)
        self.bodies, self.status = [], 200

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server_address[1]}/hook/s3cr3t-token"


class _Post(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(self.server.status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@contextmanager
def listening() -> Iterator[Webhook]:
    with Webhook() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def webhook():
    with listening() as server:
        yield server


@pytest.fixture
def emulator():
    account = seeded_account(now=datetime.now(UTC), seed=3, profiles={"healthy": 2, "stale": 1})
    with Emulator(account) as serving:
        yield serving


@pytest.fixture
def env(emulator, tmp_path):
    return environment(tmp_path, emulator)


def memories(tmp_path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "state").rglob("*.json.gz"))


def test_a_mail_tells_once_what_is_wrong_and_once_that_it_is_over(mailbox, emulator, env, tmp_path):
    for _ in range(2):
        done = run("check", "--notify", mailbox.url, env=env)
        assert (done.returncode, done.stderr) == (2, "")
    [mail] = mailbox.mails
    assert mail["subject"].startswith("CRITICAL billing-db-001: newest backup ")
    assert mail["to"] == "dba@example.com"
    assert "Verdict: STALE" in mail.get_content()
    assert len(memories(tmp_path)) == 1
    emulator.account.database("billing-db-001").add_backup(
        datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=5)
    )
    assert run("check", "--notify", mailbox.url, env=env).returncode == 0
    assert [one["subject"].partition(" ")[0] for one in mailbox.mails[1:]] == ["RESOLVED"]
    assert run("check", "--notify", mailbox.url, env=env).returncode == 0
    assert len(mailbox.mails) == 2


def test_what_was_not_delivered_is_exit_status_3_and_told_again(webhook, env):
    webhook.status = 500
    lost = run("check", "--notify", webhook.url, env=env)
    assert lost.returncode == 3
    assert lost.stderr == "backup-watch: the alert could not be delivered: json (--notify) did not take the alert\n"
    assert "✗ STALE" in lost.stdout
    webhook.status, tried = 200, len(webhook.bodies)
    assert run("check", "--notify", webhook.url, env=env).returncode == 2
    assert len(webhook.bodies) == tried + 1
    assert webhook.bodies[-1]["title"].startswith("CRITICAL billing-db-001")
    run("check", "--notify", webhook.url, env=env)
    assert len(webhook.bodies) == tried + 1


def test_to_a_monitoring_system_an_alert_that_was_lost_is_unknown(webhook, env):
    webhook.status = 500
    done = run("check", "--format", "nagios", "--notify", webhook.url, env=env)
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.startswith(
        "BACKUPS UNKNOWN - the alert could not be delivered: json (--notify) did not take the alert; "
    )


def test_one_that_fails_costs_the_other_nothing_and_does_not_make_it_repeat(webhook, mailbox, env):
    webhook.status = 500
    both = ("--notify", webhook.url, "--notify", mailbox.url)
    assert run("check", *both, env=env).returncode == 3
    webhook.status = 200
    assert run("check", *both, env=env).returncode == 2
    assert len(mailbox.mails) == 1


def test_addresses_come_from_a_file_or_the_variable(webhook, mailbox, env, tmp_path):
    file = tmp_path / "addresses"
    file.write_text(f"# whom to tell\n\n{webhook.url}\n", encoding="utf-8")
    assert run("check", "--notify", str(file), env=env).returncode == 2
    assert run("check", "--notify", env=env | {"BACKUP_WATCH_NOTIFY": mailbox.url}).returncode == 2
    assert (len(webhook.bodies), len(mailbox.mails)) == (1, 1)


def test_two_cron_lines_do_not_share_a_memory(mailbox, env, tmp_path):
    directory = tmp_path / "kept"
    options = ("check", "--notify", mailbox.url, "--memory", str(directory))
    run(*options, "--region", "KR", env=env)
    run(*options, "--region", "KR", "--max-age", "90d", "--grace", "90d", env=env)
    names = sorted(path.name for path in directory.glob("*.json.gz"))
    assert len(names) == 2
    assert all(name.startswith("environment.127-0-0-1") and name.endswith(".default.json.gz") for name in names)
    assert memories(tmp_path) == []


def test_korean_is_told_in_korean(mailbox, env):
    run("check", "--notify", mailbox.url, "--language", "ko", env=env)
    assert "기한 초과" in mailbox.mails[0].get_content()


def test_without_notify_no_memory_is_written(env, tmp_path):
    run("check", env=env)
    assert not (tmp_path / "state").exists()


WRONG = {
    ("--notify",): "--notify has no address: give a URL, a file of URLs, or set BACKUP_WATCH_NOTIFY",
    ("--notify", "nope://s3cr3t"): "the address nope (--notify) is none that Apprise knows",
    ("--notify", "/no/such/file"): "the addresses in '/no/such/file' could not be read: No such file or directory",
    ("--memory", "x"): "--memory is where --notify remembers",
    ("--notify", "json://x", "--at", "2026-11-20T09:00:00+09:00"): "give one of the two",
    ("--notify", "json://127.0.0.1:9/", "--memory", "/proc/nowhere"): "nothing can be remembered in '/proc/nowhere'",
}


@pytest.mark.parametrize(("options", "sentence"), WRONG.items())
def test_what_is_wrong_with_it_is_one_sentence_before_anything_is_read(options, sentence, env, emulator):
    done = run("check", *options, env=env)
    assert (done.returncode, done.stdout) == (3, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert "s3cr3t" not in done.stderr
    assert list(emulator.requests) == []


def test_an_address_is_never_shown(webhook, env):
    webhook.status = 500
    done = run("check", "--notify", webhook.url, "--verbose", env=env)
    assert "s3cr3t-token" not in done.stdout + done.stderr


def test_without_apprise_it_says_what_to_install(env):
    program = (
        "import sys\nsys.modules['apprise'] = None\nfrom backup_watch.cli.main import main\n"
        "sys.exit(main(['check', '--notify', 'json://x']))\n"
    )
    done = subprocess.run([COMMAND[0], "-c", program], env=env, capture_output=True, text=True)
    assert done.returncode == 3
    assert "pip install 'ncloud-backup-watch[notify]'" in done.stderr


def test_a_heartbeat_follows_what_was_delivered(mailbox, env):
    with listening() as beats:
        seen = []

        class Beat(_Post):
            def do_GET(self):
                seen.append(self.path)
                self.send_response(200)
                self.end_headers()

        beats.RequestHandlerClass = Beat
        url = f"http://127.0.0.1:{beats.server_address[1]}/beat"
        run("check", "--notify", mailbox.url, env=env | {"HEARTBEAT_URL": url})
    assert seen == ["/beat"]
