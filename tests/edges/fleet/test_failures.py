"""What a fleet's run makes of what fails: each row of the table in docs/accounts.md that can be shown here."""

from __future__ import annotations

import json
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from msgspec.structs import replace

import app
from backup_watch.adapters import aws
from backup_watch.adapters.run_documents import decode_finished, encode_finished
from backup_watch.adapters.runs import Runs
from backup_watch.config.problems import RunUnreadable, RunUnwritable, SettingsError
from backup_watch.i18n import Words
from backup_watch.runtime import fleet_checking, fleet_telling
from tests.edges.accounts.half_a_table import half_a_table
from tests.edges.fleet.conftest import a_fleet
from tests.emulator import Description, many
from tests.stack.cloud import TABLE
from tests.stack.fleet import ACCOUNTS_KEY, KEYS, accounts_file
from tests.stack.lambdas import Context, Died, no_room
from tests.unit.web.asking import BROWSER, an_event


def of(step: str, error: Exception, *, times: int = 10**6):
    """Trouble that meets the first *times* invocations of one step."""
    left = [times]

    def trouble(event: dict[str, Any]) -> None:
        if event["fleet"] == step and left[0] > 0:
            left[0] -= 1
            raise error

    return trouble


def kinds(alert: dict[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for error in alert["errors"]:
        found.setdefault(error["account"], set()).add(error["kind"])
    return found


@pytest.fixture
def accounts(now) -> list[Description]:
    return list(many(4, now=now, instances=3))


def test_no_room_in_lambda_fans_nothing_out_and_tells_of_every_account(now, accounts):
    with a_fleet(accounts, now, of("check", no_room()), FLEET_BATCH="2") as fleet:
        assert fleet.run().status == "SUCCEEDED"
        alert = fleet.alert()
        assert kinds(alert) == {one.id: {"AccountNotChecked"} for one in accounts}
        assert alert["severity"] == "unknown"
        assert [event["fleet"] for event in fleet.stack.lambdas.invocations] == ["plan", "tell"]


def test_throttling_that_passes_costs_nothing(now, accounts):
    with a_fleet(accounts, now, of("check", no_room(), times=1)) as fleet:
        assert fleet.run().status == "SUCCEEDED"
        assert fleet.alert()["errors"] == []


def test_a_batch_that_dies_once_is_checked_one_by_one_and_nothing_is_lost(now, accounts):
    with a_fleet(accounts, now, of("check", Died("killed"), times=1)) as fleet:
        assert fleet.run().status == "SUCCEEDED"
        assert fleet.alert()["errors"] == []
        assert len(fleet.stack.objects("runs/run-1/results/")) == len(accounts)


def test_where_every_check_and_every_note_dies_the_plan_knows_who_was_not_checked(now, accounts):
    def dies(event: dict[str, Any]) -> None:
        if event["fleet"] in ("check", "note"):
            raise Died("killed")

    with a_fleet(accounts, now, dies) as fleet:
        assert fleet.run().status == "SUCCEEDED"
        assert kinds(fleet.alert()) == {one.id: {"AccountNotChecked"} for one in accounts}


@pytest.mark.parametrize("step", ["plan", "tell"])
def test_a_plan_or_a_tell_that_dies_is_tried_again_and_tells_once(now, accounts, step):
    with a_fleet(accounts, now, of(step, Died("killed"), times=1)) as fleet:
        assert fleet.run().status == "SUCCEEDED"
        assert {one["event"] for one in fleet.alert()["violations"]} == {"NEW"}
        assert fleet.stack.failures() == []


def test_a_result_of_another_version_is_an_account_not_checked(now, accounts):
    with a_fleet(accounts, now, FLEET_BATCH="1") as fleet:
        seen: list[str] = []

        def spoils(event: dict[str, Any]) -> None:
            if event["fleet"] == "tell" and not seen:
                seen.extend(fleet.stack.objects("runs/run-1/results/"))
                fleet.stack.write(seen[0], b'{"version": "0.1"}')
                fleet.stack.write(seen[1], b"not even JSON")

        fleet.stack.lambdas.functions["fleet"] = fleet.stack.lambdas.in_process(app.lambda_handler, spoils)
        assert fleet.run().status == "SUCCEEDED"
        assert kinds(fleet.alert()) == {one.id: {"AccountNotChecked"} for one in accounts[:2]}


def step(planned: dict[str, Any], name: str, **more: Any) -> Any:
    """One step of the run *planned*, as the machine asks for it."""
    given = {"check": ("run", "at", "until", "past"), "tell": ("run", "at", "notify")}[name]
    return app.lambda_handler({"fleet": name, **{key: planned[key] for key in given}, **more}, Context(60))


def a_plan(run: str = "run-1") -> dict[str, Any]:
    return app.lambda_handler({"fleet": "plan", "event": {"action": "check"}, "execution": run}, Context(60))


def test_of_two_results_of_an_account_the_one_that_was_read_counts(now, accounts):
    with a_fleet(accounts, now) as fleet:
        planned = a_plan()
        [batch] = json.loads(fleet.stack.read(planned["batches"]))
        step(planned, "check", **batch)  # its answer is lost, so each is checked alone, when the time is up
        for one in batch["accounts"]:
            step(planned, "check", batch=1, accounts=[one], until=planned["at"])
        assert len(fleet.stack.objects("runs/run-1/results/")) == 1 + len(accounts)
        step(planned, "tell")
        alert = fleet.alert()
        assert alert["errors"] == []
        assert alert["counts"]["accounts"] == {one.id: 3 for one in accounts}


@pytest.mark.parametrize(("name", "body"), [
    ("plan.json", b"{}"), ("plan.json", b'{"version": "0.9"}'), ("plan.json", None), ("policy.toml", b"\xff"),
])  # fmt: skip
def test_a_run_whose_plan_is_of_no_use_is_what_the_machine_tries_again(now, accounts, name, body):
    with a_fleet(accounts[:1], now) as fleet:
        planned = a_plan()
        a_plan("another")
        fleet.stack.write(f"runs/run-1/{name}", body or fleet.stack.read("runs/another/plan.json"))
        with pytest.raises(RunUnreadable, match=f"runs/run-1/{name}"):
            step(planned, "tell")


def test_results_and_causes_that_cannot_be_read_cost_only_their_accounts_and_are_logged(
    now, accounts, monkeypatch, capsys
):
    find, keys = Runs.find, Runs.keys

    def slow_down(self: Runs, key: str) -> bytes | None:
        if key.endswith("results/00001.json"):
            raise RunUnreadable(f"{key}: SlowDown")
        return find(self, key)

    def denied(self: Runs, prefix: str) -> list[str]:
        if prefix.endswith("failed/"):
            raise RunUnreadable(f"{prefix}: AccessDenied")
        return keys(self, prefix)

    monkeypatch.setattr(Runs, "find", slow_down)
    monkeypatch.setattr(Runs, "keys", denied)
    with a_fleet(accounts, now, FLEET_BATCH="2") as fleet:
        assert fleet.run().status == "SUCCEEDED"
        assert kinds(fleet.alert()) == {one.id: {"AccountNotChecked"} for one in accounts[:2]}
    logged = capsys.readouterr().out
    assert "00001.json: SlowDown" in logged
    assert "failed/: AccessDenied" in logged


def test_an_alert_of_which_it_cannot_be_kept_that_it_was_published_is_told_once(now, accounts, monkeypatch):
    write = Runs.write

    def refuses(self: Runs, key: str, body: bytes) -> None:
        if key.endswith("published.json"):
            raise RunUnwritable(f"{key}: SlowDown")
        write(self, key, body)

    monkeypatch.setattr(Runs, "write", refuses)
    with a_fleet(accounts, now) as fleet:
        assert fleet.run().status == "SUCCEEDED"
        assert {one["event"] for one in fleet.alert()["violations"]} == {"NEW"}
        fleet.run()
        assert fleet.alert() is None, "it was remembered"


def test_a_wrong_accounts_file_fails_the_run_names_each_entry_and_no_key(now, accounts):
    with a_fleet(accounts, now) as fleet:
        fleet.stack.write(
            ACCOUNTS_KEY, '[defaults]\nparameter = "x"\n\n[[account]]\nid = "A B"\n\n[[account]]\nid = "default"\n'
        )
        ended = fleet.run()
        assert (ended.status, ended.error) == ("FAILED", "SettingsError")
        assert "account 1" in ended.cause
        assert "account 2 (default)" in ended.cause
        assert fleet.alert() is None
        [kept] = fleet.stack.failures()
        assert kept["error"]["Error"] == "SettingsError"
        assert kept["trigger"] == "schedule"


def test_a_file_that_suddenly_names_few_of_its_accounts_fails_the_run_unless_it_says_so(now):
    many_of_them = list(many(12, now=now, instances=1))
    with a_fleet(many_of_them, now) as fleet:
        fleet.run()
        for file, extra, status in (
            (many_of_them[9:], "", "FAILED"),
            (many_of_them[9:], "shrink_ok = true", "SUCCEEDED"),
        ):
            fleet.stack.write(ACCOUNTS_KEY, accounts_file(file, fleet.emulator.url_of, extra))
            ended = fleet.run({"action": "check"})
            assert ended.status == status
            alert = fleet.alert()
            if status == "FAILED":
                assert (ended.error, alert) == ("SettingsError", None)
                assert "half at least of the 12" in ended.cause
                assert len(fleet.stack.failures()) == 1
            else:
                assert sum("not in the accounts file" in one for one in alert["warnings"]) == 9


def test_an_accounts_file_that_is_not_there_fails_the_run(now, accounts):
    with a_fleet(accounts, now) as fleet:
        fleet.stack.client("s3").delete_object(Bucket=fleet.stack.environment["RUNS_BUCKET"], Key=ACCOUNTS_KEY)
        ended = fleet.run()
        assert (ended.status, ended.error) == ("FAILED", "RunUnreadable")
        assert len(fleet.stack.failures()) == 1


def test_a_topic_that_is_gone_fails_the_run_after_its_own_retries_and_the_next_run_tells(now, accounts, capsys):
    with a_fleet(accounts, now) as fleet:
        sns = fleet.stack.client("sns")
        [subscription] = sns.list_subscriptions()["Subscriptions"]
        sns.delete_topic(TopicArn=fleet.stack.topic_arn)
        ended = fleet.run()
        assert (ended.status, ended.error) == ("FAILED", "AlertNotDelivered")
        assert fleet.stack.failures()[0]["run"] == "run-1"
        completed = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "CheckCompleted" in line]
        assert {tuple(one["CheckCompleted"]) for one in completed} == {(0.0,)}
        assert "runs/newest.json" not in fleet.stack.objects("runs/")
        sns.create_topic(Name=fleet.stack.topic_arn.rpartition(":")[2])
        sns.subscribe(
            TopicArn=fleet.stack.topic_arn, Protocol="sqs", Endpoint=subscription["Endpoint"],
            Attributes={"RawMessageDelivery": "true"},
        )  # fmt: skip
        assert fleet.run().status == "SUCCEEDED"
        assert {one["event"] for one in fleet.alert()["violations"]} == {"NEW"}


def test_a_run_past_its_time_reads_nothing_and_says_so(now, accounts):
    with a_fleet(accounts, now) as fleet:
        plan = {"fleet": "plan", "event": {"action": "check"}, "execution": "late"}
        planned = app.lambda_handler(plan, Context(60))
        batch = json.loads(fleet.stack.read(planned["batches"]))[0]
        event = {"fleet": "check", "until": planned["at"], **batch}
        event |= {name: planned[name] for name in ("run", "at", "past")}
        app.lambda_handler(event, Context(60))
        app.lambda_handler({"fleet": "tell", **{name: planned[name] for name in ("run", "at", "notify")}}, Context(60))
        assert kinds(fleet.alert()) == {one.id: {"DeadlineExceeded"} for one in accounts}


@pytest.mark.parametrize(("step", "error", "completed"), [
    ("note", Died("killed"), 1.0),  # one unread account is news, and no reason to say that nothing is watched
    ("check", no_room(), 0.0),
])  # fmt: skip
def test_the_dead_mans_switch_is_fed_unless_accounts_are_lost(now, accounts, step, error, completed, capsys):
    with a_fleet(accounts, now, of(step, error)) as fleet:
        fleet.stack.keep_key(accounts[0].id, value="no key")
        fleet.run()
    emitted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "AccountsLost" in line]
    assert [one["CheckCompleted"] for one in emitted] == [[completed]]
    lost = [0.0] if completed else [float(len(accounts))]
    assert [one["AccountsLost"] for one in emitted] == [lost]
    assert emitted[0]["AccountsUnread"] == ([1.0] if completed else lost)


def test_a_map_that_cannot_even_begin_is_told_of_for_every_account(now, accounts):
    with a_fleet(accounts, now) as fleet:
        handle = fleet.stack.lambdas.functions["fleet"]

        def loses_the_batches(event: dict[str, Any]) -> Any:
            answer = handle(event)
            if event["fleet"] == "plan":
                fleet.stack.client("s3").delete_object(Bucket=answer["bucket"], Key=answer["batches"])
            return answer

        fleet.stack.lambdas.functions["fleet"] = loses_the_batches
        assert fleet.run().status == "SUCCEEDED"
        assert kinds(fleet.alert()) == {one.id: {"AccountNotChecked"} for one in accounts}


def test_an_account_with_more_trouble_than_a_run_can_hold_costs_no_other(now, accounts, monkeypatch):
    huge = Description("huge", now, instances=60, profiles={"stale": 60})
    monkeypatch.setattr(fleet_checking, "MAX_PART_BYTES", 20_000)
    with a_fleet([*accounts, huge], now) as fleet:
        assert fleet.run().status == "SUCCEEDED"
        alert = fleet.alert()
        assert kinds(alert) == {"huge": {"TooMuchToTell"}}
        assert {one["account"] for one in alert["violations"]} == {one.id for one in accounts}


def test_a_part_of_the_digest_that_cannot_be_made_is_counted(now, accounts, capsys, monkeypatch):
    monkeypatch.setattr(Words, "instant", lambda self, moment: f"{self.language:{moment}d}")
    with a_fleet(accounts, now) as fleet:
        fleet.run()
        assert fleet.alert()["violations"]
    emitted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"RenderingsFailed"' in line]
    assert len(emitted) == 1
    assert emitted[0]["RenderingsFailed"][0] > 0


def test_memories_that_do_not_answer_delay_the_digest_by_some_seconds_and_not_by_some_for_each_hundred(
    now, accounts, monkeypatch
):
    monkeypatch.setitem(aws.LIMITS, "dynamodb", aws.CallLimits(connect_seconds=1, read_seconds=0.2, attempts=2))
    monkeypatch.setattr(fleet_telling, "RECALL_SECONDS", 0.3)
    with a_fleet(accounts, now) as fleet, half_a_table(answers_reads=False) as table:
        more = "".join(f'\n[[account]]\nid = "more-{number:03}"\n' for number in range(900))
        fleet.stack.write(ACCOUNTS_KEY, fleet.stack.read(ACCOUNTS_KEY).decode() + more)
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", table.url)
        step(a_plan(), "tell")
        alert = fleet.alert()
        assert sum(error["kind"] == "AccountNotChecked" for error in alert["errors"]) == 904
        assert any("unread: slow" in warning for warning in alert["warnings"])
        assert table.writes == []
        assert table.reads < 20, "ten reads of two attempts each would have been all"


# --- the memory ---------------------------------------------------------------------------------------------------


def test_what_was_told_is_told_once_and_its_end_once(now, accounts):
    with a_fleet(accounts, now) as fleet:
        fleet.run()
        first = fleet.alert()
        assert {one["event"] for one in first["violations"]} == {"NEW"}
        fleet.run()
        assert fleet.alert() is None
        stale = next(one for one in first["violations"] if one["verdict"] == "STALE")
        account = fleet.emulator.gateway.others.named(stale["account"])
        account.database(stale["instanceNo"]).add_backup(now)
        later = {"action": "check"}
        fleet.run(later)
        told = fleet.alert()
        assert [(one["instanceNo"], one["event"], one["resolvedBy"]) for one in told["resolved"]] == [
            (stale["instanceNo"], "RESOLVED", "backup")
        ]
        assert told["violations"] == []


def test_what_is_open_in_an_account_that_is_gone_ends_once_though_the_message_that_warns_of_it_is_full(
    now, accounts, monkeypatch
):
    with a_fleet(accounts, now) as fleet:
        fleet.run()
        gone = accounts[0].id
        begun = {one["incident"] for one in fleet.alert()["violations"] if one["account"] == gone}
        assert len(begun) > 1
        fleet.stack.write(ACCOUNTS_KEY, accounts_file(accounts[1:], fleet.emulator.url_of))
        compose = import_module("backup_watch.alerts.compose")
        with monkeypatch.context() as little:
            little.setattr(compose, "MAX_BYTES", 3_500)
            fleet.run({"action": "check"})
        full = fleet.alert()
        assert any(f"the account {gone} is not in the accounts file" in one for one in full["warnings"])
        assert full["truncated"] > 0
        ended = [one["incident"] for one in full["resolved"]]
        fleet.run({"action": "check"})
        later = fleet.alert()
        assert later["warnings"] == []
        ended += [one["incident"] for one in later["resolved"]]
        assert sorted(ended) == sorted(begun), "each once"
        assert {one["resolvedBy"] for one in later["resolved"]} == {"policy"}
        fleet.run({"action": "check"})
        assert fleet.alert() is None


def test_what_is_open_of_a_database_that_is_deleted_and_of_an_account_that_is_paused_ends_once(now, accounts):
    with a_fleet(accounts, now) as fleet:
        fleet.run()
        begun = {one["incident"]: one for one in fleet.alert()["violations"]}
        deleted = next(one for one in begun.values() if one["account"] == accounts[0].id)
        account = fleet.emulator.gateway.others.named(accounts[0].id)
        account.databases = [one for one in account.databases if one.instance_no != deleted["instanceNo"]]
        until = (now + timedelta(days=9)).isoformat()
        pause = f'\npaused_until = {until}\nreason = "moves"\nowner = "ops"\n'
        fleet.stack.write(ACCOUNTS_KEY, accounts_file(accounts, fleet.emulator.url_of) + pause)
        fleet.run({"action": "check"})
        told = fleet.alert()
        expected = {name: "policy" for name, one in begun.items() if one["account"] == accounts[-1].id}
        assert expected
        expected[deleted["incident"]] = "deleted"
        assert {one["incident"]: one["resolvedBy"] for one in told["resolved"]} == expected
        fleet.run({"action": "check"})
        assert fleet.alert() is None


def test_what_only_a_second_attempt_could_tell_is_told_once(now, accounts):
    with a_fleet(accounts, now) as fleet:
        sns, attempts = fleet.stack.client("sns"), []
        [subscription] = sns.list_subscriptions()["Subscriptions"]
        sns.delete_topic(TopicArn=fleet.stack.topic_arn)

        def comes_back(event: dict[str, Any]) -> None:
            if event["fleet"] == "tell":
                attempts.append(event)
                if len(attempts) == 2:
                    sns.create_topic(Name=fleet.stack.topic_arn.rpartition(":")[2])
                    sns.subscribe(
                        TopicArn=fleet.stack.topic_arn, Protocol="sqs", Endpoint=subscription["Endpoint"],
                        Attributes={"RawMessageDelivery": "true"},
                    )  # fmt: skip

        fleet.stack.lambdas.functions["fleet"] = fleet.stack.lambdas.in_process(app.lambda_handler, comes_back)
        assert fleet.run().status == "SUCCEEDED"
        assert len(attempts) == 2
        assert {one["event"] for one in fleet.alert()["violations"]} == {"NEW"}
        fleet.run()
        assert fleet.alert() is None


def test_the_same_scheduled_time_twice_tells_once(now, accounts):
    with a_fleet(accounts, now) as fleet:
        fleet.run(name="one")
        assert fleet.alert() is not None
        fleet.run(name="two")
        assert fleet.alert() is None


def test_a_run_that_only_looks_tells_measures_and_remembers_nothing(now, accounts, capsys):
    with a_fleet(accounts, now) as fleet:
        assert fleet.run({"action": "check", "notify": False}).status == "SUCCEEDED"
        assert fleet.alert() is None
        assert '"CheckCompleted"' not in capsys.readouterr().out, "the dead man's switch is not fed"
        assert fleet.stack.client("dynamodb").scan(TableName=TABLE)["Count"] == 0
        fleet.run()
        assert {one["event"] for one in fleet.alert()["violations"]} == {"NEW"}


def test_two_runs_at_once_tell_everything_once_between_them(now, accounts):
    machine = "arn:aws:states:ap-northeast-2:123456789012:stateMachine:fleet"
    with a_fleet(accounts, now, FLEET_MACHINE=machine) as fleet:
        started = [http("/check", "POST") for _ in range(2)]
        assert [status for status, _ in started] == [202, 202]
        assert {fleet.stack.wait(one["execution"]).status for _, one in started} == {"SUCCEEDED"}
        told = [one["incident"] for alert in fleet.stack.alerts() for one in alert["violations"]]
        fleet.run({"action": "check", "notify": "all"})
        assert sorted(told) == sorted(one["incident"] for one in fleet.alert()["violations"])


@pytest.mark.parametrize("dies_after", ["digest.json", "published.json"])
def test_an_attempt_that_dies_is_followed_by_one_that_tells_the_same_and_at_most_once_more(
    now, accounts, dies_after, monkeypatch
):
    with a_fleet(accounts, now) as fleet:
        write, died = Runs.write, []

        def dies(self, key: str, body: bytes) -> None:
            write(self, key, body)
            if key.endswith(dies_after) and not died:
                died.append(key)
                raise Died("killed")

        monkeypatch.setattr(Runs, "write", dies)
        plan = {"fleet": "plan", "event": {"action": "check"}, "execution": "run"}
        planned = app.lambda_handler(plan, Context(60))
        for batch in json.loads(fleet.stack.read(planned["batches"])):
            app.lambda_handler(
                {"fleet": "check", **batch, **{name: planned[name] for name in ("run", "at", "until", "past")}},
                Context(60),
            )
        tell = {"fleet": "tell", **{name: planned[name] for name in ("run", "at", "notify")}}
        with pytest.raises(Died):
            app.lambda_handler(tell, Context(60))
        app.lambda_handler(tell, Context(60))
        alert = fleet.alert()
        assert {one["event"] for one in alert["violations"]} == {"NEW"}
        fleet.run()
        assert fleet.alert() is None, "what was told is remembered"


# --- the doctor -----------------------------------------------------------------------------------------------------


def diagnosis(**asked: str) -> dict[str, dict[str, Any]]:
    document = app.lambda_handler({"action": "doctor", **asked}, Context(60))
    return {one["name"]: one for one in document["checks"]}


def test_the_doctor_of_a_fleet_says_what_it_looked_at_and_what_not(now, accounts):
    with a_fleet(accounts, now) as fleet:
        file = accounts_file(accounts, fleet.emulator.url_of) + "\n"
        more = "".join(f'[[account]]\nid = "more-{n:03}"\nparameter = "{KEYS}shared#k{n}"\n' for n in range(200))
        fleet.stack.keep_key("shared", value=json.dumps({"k1": {"access_key_id": "a", "secret_access_key": "b"}}))
        before = diagnosis()
        assert before["newest run"]["status"] == "warning"
        assert before["memory"]["status"] == "warning", "nothing was told yet"
        assert before[f"account {accounts[0].id}"]["status"] == "ok"
        fleet.run()
        assert fleet.alert() is not None
        fleet.stack.write(ACCOUNTS_KEY, file + more)
        requests = len(fleet.emulator.gateway.recorded)
        told = diagnosis()
        assert len(fleet.emulator.gateway.recorded) == requests, "no list was read"
        assert told["accounts file"]["detail"] == "204 accounts, 0 of them paused"
        assert told["keys"]["status"] == "failed"
        assert told["keys"]["detail"].startswith("the keys of 5 accounts were read; 199 could not be: more-000: ")
        assert told["accounts"]["status"] == "skipped"
        assert told["accounts"]["detail"] == "204 accounts were not looked at: no list of any of them was read"
        assert '{"action": "doctor", "account": "acme-*"}' in told["accounts"]["advice"]
        assert not [name for name in told if name.startswith("account ")]
        assert told["newest run"]["status"] == "ok"
        assert " KST" in told["newest run"]["detail"]
        assert "looked at were the first 200 of 204 accounts" in told["memory"]["detail"]
        with pytest.raises(SettingsError, match="its state machine checks them; here name some"):
            app.lambda_handler({"action": "explain", "match": "*"}, Context(60))
        explained = app.lambda_handler({"action": "explain", "match": "*", "account": accounts[0].id}, Context(60))
        assert {one["account"] for one in explained["instances"]} == {accounts[0].id}
        one = diagnosis(account=accounts[0].id)
        assert one["credentials"]["status"] == "ok"
        assert one["memory"]["status"] == "ok"
        few = diagnosis(account="account-*")
        assert {name for name in few if name.startswith("account ")} == {f"account {one.id}" for one in accounts}
        assert diagnosis(account="nobody-*")["account"]["status"] == "failed"


@pytest.mark.parametrize(("kept", "status"), [(b"{", "failed"), (b'{"version": "0.9"}', "failed"), (None, "failed")])
def test_the_doctor_says_of_the_newest_run_that_it_is_of_no_use(now, accounts, kept, status):
    with a_fleet(accounts[:1], now) as fleet:
        fleet.run()
        finished = decode_finished(fleet.stack.read("runs/newest.json"))
        old = replace(finished.report, checked_at=now - timedelta(hours=2, minutes=1))
        fleet.stack.write("runs/newest.json", kept or encode_finished(replace(finished, report=old)))
        assert diagnosis()["newest run"]["status"] == status


# --- what a run leaves, and what HTTP requests get of it -----------------------------------------------------------


def test_no_key_passes_through_the_plan_the_machine_or_a_result(now, accounts):
    with a_fleet(accounts, now, FLEET_BATCH="2") as fleet:
        fleet.run()
        kept = b"".join(fleet.stack.read(key) for key in fleet.stack.objects("runs/"))
        events = json.dumps(fleet.stack.lambdas.invocations).encode()
        states = fleet.stack.client("stepfunctions")
        [execution] = states.list_executions(stateMachineArn=fleet.stack.machine_arn)["executions"]
        history = states.get_execution_history(executionArn=execution["executionArn"], maxResults=1000)
        everything = kept + events + json.dumps(history, default=str).encode()
        for one in accounts:
            pair = json.loads(
                fleet.stack.client("ssm").get_parameter(Name=KEYS + one.id, WithDecryption=True)["Parameter"]["Value"]
            )
            assert (KEYS + one.id).encode() in everything or b"{id}" in everything
            for part in pair.values():
                assert part.encode() not in everything


def http(path: str, method: str = "GET", **headers: str) -> tuple[int, Any]:
    answer = app.lambda_handler(an_event(path, method=method, **headers), None)
    body = answer["body"]
    return answer["statusCode"], json.loads(body) if body.startswith("{") else body


def test_requests_are_answered_from_the_newest_finished_run(now, accounts):
    machine = "arn:aws:states:ap-northeast-2:123456789012:stateMachine:fleet"
    with a_fleet(accounts, now, FLEET_MACHINE=machine, REPORT_CACHE_SECONDS="0") as fleet:
        assert http("/report")[1]["errors"][0]["kind"] == "NoFinishedRun"
        assert http("/healthz")[0] == 503
        fleet.run()
        requests = len(fleet.emulator.gateway.recorded)
        status, report = http("/report")
        assert (status, report["errors"], report["notification"]) == (200, [], None)
        assert report["counts"]["accounts"] == {one.id: 3 for one in accounts}
        assert accounts[0].id in http("/", accept=BROWSER)[1]
        assert len(fleet.emulator.gateway.recorded) == requests, "nothing was asked of Ncloud"
        assert http("/instance/1234001")[0] == 501
        finished = decode_finished(fleet.stack.read("runs/newest.json"))
        older = replace(finished.report, checked_at=now - timedelta(hours=2, minutes=1))
        fleet.stack.write("runs/newest.json", encode_finished(replace(finished, report=older)))
        _, old = http("/report")
        assert old["errors"][0]["kind"] == "ReportOutdated"
        assert (old["severity"], old["complete"], http("/healthz")[0]) == ("unknown", False, 503)
        ahead = replace(finished.report, checked_at=now + timedelta(hours=3))
        fleet.stack.write("runs/newest.json", encode_finished(replace(finished, report=ahead)))
        assert http("/report")[1]["severity"] == "unknown", "of an instant that is yet to come"


def test_a_run_that_was_held_up_does_not_take_the_place_of_a_later_one(now, accounts):
    machine = "arn:aws:states:ap-northeast-2:123456789012:stateMachine:fleet"
    with a_fleet(accounts, now, FLEET_MACHINE=machine, REPORT_CACHE_SECONDS="0") as fleet:
        fleet.run()
        earlier = {"trigger": "schedule", "scheduledTime": (now - timedelta(minutes=30)).isoformat()}
        assert fleet.run(earlier).status == "SUCCEEDED"
        assert decode_finished(fleet.stack.read("runs/run-2/report.json")).report.checked_at < now
        assert decode_finished(fleet.stack.read("runs/newest.json")).report.checked_at == now
        naive = fleet.stack.read("runs/newest.json").replace(b'Z"', b'"')
        for useless in (b"of no use", naive):
            fleet.stack.write("runs/newest.json", useless)
            assert http("/report")[1]["severity"] == "unknown"
        fleet.run()
        assert decode_finished(fleet.stack.read("runs/newest.json")).report.checked_at == now


def test_a_post_starts_a_run_and_names_it(now, accounts):
    machine = "arn:aws:states:ap-northeast-2:123456789012:stateMachine:fleet"
    with a_fleet(accounts, now, FLEET_MACHINE=machine) as fleet:
        status, started = http("/check", "POST")
        assert status == 202
        ended = fleet.stack.wait(started["execution"])
        assert ended.status == "SUCCEEDED"
        assert fleet.alert() is not None


def test_a_post_whose_machine_is_gone_is_answered(now, accounts):
    machine = "arn:aws:states:ap-northeast-2:123456789012:stateMachine:gone"
    with a_fleet(accounts, now, FLEET_MACHINE=machine):
        status, problem = http("/check", "POST")
        assert (status, problem["detail"]) == (502, "the run could not be started: StateMachineDoesNotExist")
