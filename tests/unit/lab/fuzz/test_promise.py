"""The decoder keeps its promise for answers that are nearly right; `make fuzz` goes on from here for longer."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ncloud.errors import NcloudError, UnexpectedError
from ncloud.model import HttpResponse, Page, Region
from tests.lab.fuzz import promise
from tests.lab.fuzz.corpus import seeds
from tests.lab.fuzz.hostile import BODIES
from tests.lab.fuzz.mutation import mutate_tree
from tests.unit.ncloud.wire import OPERATIONS, Backup

SEEDS = seeds()
SECONDS, MEGABYTES = 10, 400
"""For one body of 32 MiB: many times what it takes on one core, far less than without the bounds."""


@pytest.mark.parametrize("number", range(len(SEEDS)))
def test_each_seed_keeps_the_promise_whole_and_cut(number):
    for end in (None, -1, len(SEEDS[number]) // 2, 3, 2, 1):
        promise.examine(SEEDS[number][:end])


@given(st.sampled_from(SEEDS), st.lists(st.integers(0, 2**32), min_size=1, max_size=6))
@settings(max_examples=300)
def test_an_answer_changed_inside_keeps_the_promise(seed, changes):
    for change in changes:
        seed = mutate_tree(seed, Random(change)) or seed  # noqa: S311  a test
    promise.examine(seed)


@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=3)), min_size=1, max_size=4))
@settings(max_examples=300)
def test_an_answer_with_other_bytes_in_it_keeps_the_promise(seed, patches):
    for share, patch in patches:
        at = int(share * len(seed))
        seed = seed[:at] + patch + seed[at + len(patch) :]
    promise.examine(seed)


def test_a_change_inside_an_answer_reaches_pages_and_errors():
    """Else the two tests above would only ever look at broken JSON."""
    random = Random(1)  # noqa: S311  a test
    changed = [mutate_tree(seed, random) or seed for seed in SEEDS for _ in range(20)]
    outcomes = [promise.read(*promise.answer_in(one)) for one in changed]
    assert {Page} < {type(outcome) for outcome in outcomes}
    assert sum(isinstance(outcome, Page) for outcome in outcomes) > len(outcomes) / 5


@pytest.mark.parametrize(
    "outcome",
    [
        pytest.param(Page(-1, []), id="a negative total"),
        pytest.param(Page(1, [Region("KR")]), id="a row of another operation"),
        pytest.param(Page(1, [Backup("1", size_bytes=2**63)]), id="a number out of bounds"),
        pytest.param(Page(1, [Backup("1", unreadable_date="a\nb")]), id="an unprintable text"),
        pytest.param(UnexpectedError("x", code="\u0007"), id="an unprintable code"),
        pytest.param(UnexpectedError("no", code=promise.SECRETS[0]), id="a secret"),
        pytest.param(UnexpectedError("no", request_id="x" * 800), id="an endless text"),
    ],
)
def test_the_promise_is_seen_to_be_broken(outcome):
    reader = {"side_effect": outcome} if isinstance(outcome, NcloudError) else {"return_value": outcome}
    with mock.patch.object(promise, "read_page", **reader), pytest.raises(promise.PromiseBroken):
        promise.examine(bytes((0, 0)) + b"{}")


def test_two_readings_of_one_answer_are_seen():
    readings = [Page(1, [Backup("1")]), Page(1, [Backup("2")])]
    with mock.patch.object(promise, "read_page", side_effect=readings), pytest.raises(promise.PromiseBroken):
        promise.examine(bytes((0, 0)) + b"{}")


def test_details_wrapped_one_by_one_are_read_with_their_dates():
    """Found by the fuzzer: as every field of these rows may be missing, the fast decoder took the wrappers for rows."""
    operation = OPERATIONS["getCloudPostgresqlBackupDetailList"]
    detail = {"fileName": "a", "startTime": "2024-06-04T02:00:19+0900", "endTime": "2024-06-04T02:10:00+0900"}
    wrapper = {"totalRows": 1, "returnCode": "0", operation.list_key: [{operation.item_key: detail}]}
    body = json.dumps({operation.wrapper_key: wrapper}).encode()
    page = promise.read(operation, HttpResponse(200, {}, body, promise.RECEIVED_AT))
    assert [row.file_name for row in page.rows] == ["a"]
    assert page.rows[0].ended_at.isoformat() == "2024-06-04T02:10:00+09:00"


def test_the_largest_and_costliest_bodies_are_read_within_bounded_time_and_memory():
    """In a process of its own, whose memory nothing else has used before."""
    root = Path(__file__).parents[4]
    done = subprocess.run(
        [sys.executable, "-m", "tests.lab.fuzz.hostile"],
        cwd=root,
        env={"PYTHONPATH": f"{root / 'layers/ncloud/python'}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(BODIES)
    for line in lines:
        words = line.split()
        assert float(words[1]) < SECONDS, line
        assert float(words[words.index("MB") - 1]) < MEGABYTES, line
