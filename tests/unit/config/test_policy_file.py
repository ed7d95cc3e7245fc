"""The policy as people write it: every key, and everything that can be wrong with one."""

from datetime import datetime, timedelta
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.config.policy_toml import MAX_INSTANCES, parse_policy
from backup_watch.model.policy import Expectations, Mute, Policy, Rule, Selector, Thresholds
from backup_watch.model.vocabulary import Severity
from tests.builders import KST, NOW, an_instance, hours

GIVEN = Thresholds(hours(30), hours(3), hours(4))
EVERYTHING = """
max_age = "27h"
grace = "1h"
new_instance_grace = "90m"

[[rule]]
match = "analytics-*"
region = "KR"
max_age = "8d"
grace = "5h"
new_instance_grace = "1d"
severity = "warning"

[[rule]]
region = "SGN"
severity = "critical"

[[mute]]
match = "1234925"
region = "KR"
until = 2026-12-31T00:00:00+09:00
reason = "being retired"
owner = "dba@example.com"

[expect]
instances = 12
names = ["orders-*", "billing"]
"""


def read(text, *, now=NOW):
    policy, problems = parse_policy(text, GIVEN, now=now)
    return policy, [str(problem) for problem in problems]


def problems_of(text, *, now=NOW):
    return read(text, now=now)[1]


def test_every_key_is_read():
    policy, problems = read(EVERYTHING)
    assert problems == []
    assert policy == Policy(
        thresholds=Thresholds(hours(27), hours(1), hours(1.5)),
        rules=(
            Rule(Selector("analytics-*", "KR"), hours(192), hours(5), hours(24), Severity.WARNING),
            Rule(Selector("*", "SGN"), severity=Severity.CRITICAL),
        ),
        mutes=(
            Mute(Selector("1234925", "KR"), datetime(2026, 12, 31, tzinfo=KST), "being retired", "dba@example.com"),
        ),
        expectations=(Expectations(12, ("orders-*", "billing")),),
    )


def test_a_rule_may_do_nothing_but_ignore_databases_and_the_last_that_says_so_wins():
    policy, problems = read(
        '[[rule]]\nproduct = "mssql"\nignore_databases = ["archive_*", "model"]\n'
        '[[rule]]\nmatch = "orders"\nignore_databases = []\n[[rule]]\nmatch = "orders"\nseverity = "warning"\n'
    )
    assert problems == []
    ignored = {name: policy.limits_for(an_instance(name, product="mssql")).ignore_databases for name in ("a", "orders")}
    assert ignored == {"a": ("archive_*", "model"), "orders": ()}
    assert policy.limits_for(an_instance("a")).ignore_databases == ()


def test_a_product_with_a_default_of_its_own_has_it_until_anything_else_is_set():
    given = Thresholds(hours(30), hours(3), hours(4), {"mongodb": hours(54)})
    mongodb, mysql = an_instance("a", product="mongodb"), an_instance("a", product="mysql")
    for text, allowed in [
        ("", 54), ('grace = "1h"', 54), ('max_age = "26h"', 26), ('[[rule]]\nmatch = "a"\nmax_age = "8h"', 8),
        ('[[rule]]\nmatch = "a"\nseverity = "warning"', 54),
    ]:  # fmt: skip
        policy, problems = parse_policy(text, given, now=NOW)
        assert problems == []
        assert policy.limits_for(mongodb).max_age == hours(allowed)
        assert policy.limits_for(mysql).max_age == hours(30 if allowed == 54 else allowed)


def test_entries_are_narrowed_by_product_account_and_region():
    policy, problems = read(
        '[[rule]]\nproduct = "mysql"\nmax_age = "8d"\n[[rule]]\naccount = "acme-*"\nseverity = "warning"\n'
        + MUTE
        + 'product = "my*"\naccount = "acme"\n'
        '[[expect]]\ninstances = 3\nproduct = "mysql"\n[[expect]]\nnames = ["a"]\naccount = "acme-*"\nregion = "SGN"\n'
    )
    assert problems == []
    assert [rule.selector for rule in policy.rules] == [Selector(product="mysql"), Selector(account="acme-*")]
    assert policy.mutes[0].selector == Selector("a", product="my*", account="acme")
    assert policy.expectations == (
        Expectations(3, product="mysql"), Expectations(None, ("a",), account="acme-*", region="SGN"),
    )  # fmt: skip


def test_an_empty_policy_leaves_everything_to_the_environment():
    assert read("") == (Policy(thresholds=GIVEN), [])


def test_one_threshold_leaves_the_others_to_the_environment():
    assert read('grace = "1h"')[0].thresholds == Thresholds(hours(30), hours(1), hours(4))


def test_a_policy_that_is_no_toml_is_one_problem_that_says_where():
    [problem] = problems_of("max_age = 26h")
    assert problem.startswith("POLICY: valid TOML; ")
    assert "line 1" in problem


MAX_AGE = "a duration such as 90s, 45m, 26h, 2d or 1d12h, above zero and at most 40d"
GRACE = MAX_AGE.replace("40d", "14d")
THRESHOLDS = "max_age, grace, new_instance_grace"
PLACES = "region, product, account"
MATCH = "a glob on the service name, or an instance number"
NO_SUCH_KEY = "no such key; allowed are max_age, grace, new_instance_grace, rule, mute, expect"
UNTIL = "an instant with an offset, at most 90 days ahead, such as 2026-12-31T00:00:00+09:00"
MUTE = '[[mute]]\nmatch = "a"\nuntil = 2026-12-01T00:00:00Z\nreason = "r"\nowner = "o"\n'


@pytest.mark.parametrize(("text", "problem"), [
    ("maxage = 1", f"POLICY maxage='1': {NO_SUCH_KEY}"),
    ("max_age = 26", f"POLICY max_age='26': {MAX_AGE}"),
    ('max_age = "0h"', f"POLICY max_age='0h': {MAX_AGE}"),
    ("grace = true", f"POLICY grace='True': {GRACE}"),
    ('new_instance_grace = ["1h"]', f"""POLICY new_instance_grace="['1h']": {GRACE}"""),
    ("rule = 3", "POLICY rule='3': tables, written as [[rule]]"),
    ("[rule]", "POLICY rule='{}': tables, written as [[rule]]"),
    ("rule = [1]", "POLICY rule='[1]': tables, written as [[rule]]"),
    ("[mute]", "POLICY mute='{}': tables, written as [[mute]]"),
    ("expect = 3", "POLICY expect='3': a table, written as [expect], or tables, written as [[expect]]"),
    ("expect = [1]", "POLICY expect='[1]': a table, written as [expect], or tables, written as [[expect]]"),
    ("[[expect]]\ninstances = 1\n[[expect]]\nnames = 1",
     "POLICY expect 2 names='1': a list of globs, such as [\"orders-*\"]"),
    ('[[rule]]\nproduct = "oracle"\nmax_age = "1h"',
     "POLICY rule 1 product='oracle': one of postgresql, mysql, mongodb, mssql, cache"),
    ("[expect]\ninstances = 1\nproduct = 1",
     "POLICY expect product='1': one of postgresql, mysql, mongodb, mssql, cache"),
    ('[[rule]]\nmatch = "a"\nignore_databases = "archive_*"',
     "POLICY rule 1 ignore_databases='archive_*': a list of globs, such as [\"archive_*\"]"),
    ('[[rule]]\nmatch = "a"', f"POLICY rule 1: sets nothing; give one of {THRESHOLDS}, severity, ignore_databases"),
    ('[[rule]]\nmax_age = "1h"', f"POLICY rule 1 match: required: {MATCH}"),
    ('[[rule]]\nmatch = ""\nmax_age = "1h"', f"POLICY rule 1 match='': {MATCH}"),
    ('[[rule]]\nmatch = 1234925\nmax_age = "1h"', f"POLICY rule 1 match='1234925': {MATCH}"),
    ('[[rule]]\nregion = 1\nmax_age = "1h"', "POLICY rule 1 region='1': a region code such as KR"),
    ('[[rule]]\nmatch = "a"\ngrace = 1', f"POLICY rule 1 grace='1': {GRACE}"),
    ('[[rule]]\nmatch = "a"\nseverity = "ok"',
     "POLICY rule 1 severity='ok': warning or critical (to silence, use [[mute]])"),
    ('[[rule]]\nmatch = "a"\nseverity = ["warning"]',
     """POLICY rule 1 severity="['warning']": warning or critical (to silence, use [[mute]])"""),
    ('[[rule]]\nmatch = "a"\ngrace = "1h"\nowner = "o"',
     f"POLICY rule 1 owner='o': no such key; allowed are match, {PLACES}, {THRESHOLDS}, severity, ignore_databases"),
    (f'max_age = "{"x" * 81}"', f"POLICY max_age='{'x' * 79}…': {MAX_AGE}"),
    (f'typo = "{"x" * 32}"', f"POLICY typo='{'x' * 32}': {NO_SUCH_KEY}"),
    ('typo = ""', f"POLICY typo='': {NO_SUCH_KEY}"),
    ("typo = 2026-11-23", f"POLICY typo='2026-11-23': {NO_SUCH_KEY}"),
    (MUTE.replace('match = "a"', 'region = "KR"'), "POLICY mute 1 match: required"),
    (MUTE.replace("until = 2026-12-01T00:00:00Z", ""), "POLICY mute 1 until: required"),
    (MUTE.replace('reason = "r"', ""), "POLICY mute 1 reason: required"),
    (MUTE.replace('owner = "o"', ""), "POLICY mute 1 owner: required"),
    (MUTE.replace('"r"', '" "'), "POLICY mute 1 reason=' ': some text: why this is muted"),
    (MUTE.replace('"o"', "7"), "POLICY mute 1 owner='7': some text: who to ask"),
    (MUTE.replace('"a"', "[]"), f"POLICY mute 1 match='[]': {MATCH}"),
    (MUTE + "region = 8", "POLICY mute 1 region='8': a region code such as KR"),
    (MUTE + "forever = true",
     "POLICY mute 1 forever='True': no such key; allowed are match, region, product, account, until, reason, owner"),
    (MUTE.replace("00Z", "00"), f"POLICY mute 1 until='2026-12-01 00:00:00': {UNTIL}"),
    (MUTE.replace("T00:00:00Z", ""), f"POLICY mute 1 until='2026-12-01': {UNTIL}"),
    (MUTE.replace("2026-12-01T00:00:00Z", '"2026-12-01T00:00:00Z"'),
     f"POLICY mute 1 until='2026-12-01T00:00:00Z': {UNTIL}"),
    ("[expect]\ninstances = -1", "POLICY expect instances='-1': a whole number from 0 to 1000000"),
    ("[expect]\ninstances = 1.0", "POLICY expect instances='1.0': a whole number from 0 to 1000000"),
    ("[expect]\ninstances = true", "POLICY expect instances='True': a whole number from 0 to 1000000"),
    ('[expect]\ninstances = "12"', "POLICY expect instances='12': a whole number from 0 to 1000000"),
    ("[expect]", "POLICY expect: expects nothing; give instances or names"),
    ("[expect]\nnames = []", "POLICY expect: expects nothing; give instances or names"),
    ('[[expect]]\nregion = "SGN"', "POLICY expect 1: expects nothing; give instances or names"),
    ('[expect]\nnames = "orders-*"', "POLICY expect names='orders-*': a list of globs, such as [\"orders-*\"]"),
    ("[expect]\nnames = [1]", "POLICY expect names='[1]': a list of globs, such as [\"orders-*\"]"),
    ('[expect]\nnames = [""]', """POLICY expect names="['']": a list of globs, such as ["orders-*"]"""),
    ("[expect]\nname = 1", f"POLICY expect name='1': no such key; allowed are instances, names, {PLACES}"),
])  # fmt: skip
def test_what_is_wrong_is_named_with_its_value_and_what_is_allowed(text, problem):
    assert problems_of(text) == [problem]


@pytest.mark.parametrize("text", [
    'secret_access_key = "HUSH"', 'accessKey = "HUSH"', "API_TOKEN = 'HUSH'", 'password = "HUSH"', 'db_passwd = "HUSH"',
    'credentials = "HUSH"', 'heartbeat_url = "HUSH"', '[ncloud]\nid = "HUSH"', 'typo = [["HUSH"]]',
    'typo = "https://HUSH"', f'typo = "HUSH{"x" * 29}"',
])  # fmt: skip
def test_a_key_that_nobody_asks_for_is_named_without_what_may_be_a_credential(text):
    [problem] = problems_of(text)
    assert "no such key" in problem
    assert "HUSH" not in problem


@pytest.mark.parametrize(("key", "days"), [("max_age", 40), ("grace", 14), ("new_instance_grace", 14)])
@pytest.mark.parametrize("head", ["", '[[rule]]\nmatch = "a"\n'])
def test_what_is_longer_than_a_policy_may_allow_is_a_matter_for_a_mute(head, key, days):
    assert problems_of(f'{head}{key} = "{days}d"') == []
    [problem] = problems_of(f'{head}{key} = "{days}d1s"')
    assert problem.endswith(f"at most {days}d")


@pytest.mark.parametrize("text", [
    '# dba team [expect] names = ["orders-*"]', "#", "# only\n# comments\n", "\ufeff# x",
    'max_age = "30h" # dba team [expect] names = ["orders-*"]', 'grace = "1h"  # [[mute]] match = "#1"',
    'max_age = "27h" # keep owner = "dba"', 'max_age = "27h" # dba\u2028[expect]\u2028names = ["orders-*"]',
    'max_age = "27h" # dba\x85[[mute]] match = "orders-*"', "# dba\u2029[expect]\u2029instances = 3",
])  # fmt: skip
def test_a_policy_that_is_a_comment_is_refused(text):
    [problem] = problems_of(text)
    assert problem.startswith("POLICY: a policy that holds something")


@pytest.mark.parametrize("text", [
    "", " \n ", "\ufeff", 'max_age = "30h" # as agreed', 'max_age = "30h"\n# [expect] names = ["a"]',
    "expect.names = ['#a']",
])  # fmt: skip
def test_a_policy_with_a_remark_is_read(text):
    assert problems_of(text) == []


def test_a_byte_order_mark_is_dropped_and_names_are_compared_in_one_form():
    mute = '[[mute]]\nmatch = "주문-*"\nuntil = 2026-12-01T00:00:00Z\nreason = "r"\nowner = "o"\n'
    text = f'\ufeff{mute}[expect]\nnames = ["결제"]'
    composed, problems = read(text)
    assert problems == []
    assert read(normalize("NFD", text))[0] == composed


@pytest.mark.parametrize("key", ["match", "until", "reason", "owner"])
def test_a_mute_without_one_of_its_keys_is_no_mute(key):
    lines = [line for line in MUTE.splitlines() if not line.startswith(key)]
    policy, problems = read("\n".join(lines))
    assert (policy.mutes, problems) == ((), [f"POLICY mute 1 {key}: required"])


def test_everything_that_is_wrong_is_told_at_once_with_the_number_of_its_rule():
    text = 'max_age = 1\ntypo = 2\n[[rule]]\nmatch = "a"\ngrace = "1h"\n[[rule]]\nmatch = 1\n[expect]\ninstances = -1'
    fields = [problem.split(":")[0].split("=")[0] for problem in problems_of(text)]
    assert sorted(fields) == [
        "POLICY expect instances", "POLICY max_age", "POLICY rule 2", "POLICY rule 2 match", "POLICY typo",
    ]  # fmt: skip


def test_exactly_ninety_days_are_the_longest_mute():
    until = datetime(2026, 12, 1, tzinfo=KST)
    text = MUTE.replace("00Z", "00+09:00")
    assert problems_of(text, now=until - timedelta(days=90)) == []
    assert len(problems_of(text, now=until - timedelta(days=90, microseconds=1))) == 1


def test_a_mute_that_has_ended_is_no_mistake():
    policy, problems = read(MUTE.replace("2026-12-01", "2001-12-01"))
    assert (len(policy.mutes), problems) == (1, [])


def test_a_problem_names_where_the_policy_came_from():
    _, [problem] = parse_policy("x = 1", GIVEN, now=NOW, source="POLICY_PARAMETER /watch/policy")
    assert problem.field == "POLICY_PARAMETER /watch/policy x"


def test_the_largest_number_of_instances_is_bounded():
    assert problems_of(f"[expect]\ninstances = {MAX_INSTANCES}") == []
    [problem] = problems_of(f"[expect]\ninstances = {MAX_INSTANCES + 1}")
    assert problem == f"POLICY expect instances='{MAX_INSTANCES + 1}': a whole number from 0 to 1000000"


@pytest.mark.parametrize("text", ['max_age = "\udce9"', '"\udce9" = 1', 'typo = "\udce9"'])
def test_bytes_of_a_variable_that_are_no_utf_8_are_no_toml(text):
    [problem] = problems_of(text)
    assert problem.startswith("POLICY: valid TOML; ")
    assert problem.isprintable()


@pytest.mark.parametrize("text", [
    "x = " + "1" * 5000,  # more digits than Python turns into a number
    "max_age = 0x" + "f" * 5000,  # a number that cannot be shown
    "typo = 0x" + "f" * 5000,
    "typo" + ".a" * 3500 + " = 1",
    "[expect]\ninstances = 0x" + "f" * 5000,
    "[expect]\nnames = [0x" + "f" * 5000 + "]",
    "rule = [0x" + "f" * 5000 + "]",
    "max_age = " + "[" * 4000 + "]" * 4000,  # deeper than it can be read
    "max_age" + ".a" * 3500 + " = 1",  # deeper than it can be shown
    "[expect]\nnames" + ".a" * 3500 + " = 1",
], ids=lambda text: text[:12])  # fmt: skip
def test_monsters_are_problems_like_any_other(text):
    [problem] = problems_of(text)
    assert problem.startswith("POLICY")
    assert len(problem) < 400


@given(st.text(max_size=60) | st.text("maxage=\"'[]{}.#\n 0129:-TZruleexpct", max_size=60))
def test_no_text_does_anything_but_read_or_be_refused(text):
    policy, problems = read(text)
    assert problems or isinstance(policy, Policy)


def test_no_instance_at_all_may_be_what_is_expected():
    policy, problems = read("[expect]\ninstances = 0")
    assert (policy.expectations, problems) == ((Expectations(0),), [])
