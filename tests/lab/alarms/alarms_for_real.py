"""`make alarms`: the template's alarms evaluated for real on the built function's own metrics, heard by an operator.

Not part of `make test`: it takes two minutes, and LocalStack's core needs an environment of its own.
"""

import pytest

from tests.lab.alarms.operators import PERIOD_SECONDS, Operators
from tests.runtime.embedded_metrics import read_samples

WINDOW_SECONDS = 3 * PERIOD_SECONDS
PATIENCE_SECONDS = WINDOW_SECONDS + 60


@pytest.mark.timeout(600)
def test_operators_hear_of_silence_and_of_databases_and_when_both_end(localstack, function, emulator):
    operators = Operators(localstack.url)

    def expect(alarm: str, state: str, why: str) -> None:
        waited = operators.hear(alarm, state, within_seconds=PATIENCE_SECONDS)
        print(f"  {why}: {alarm} {state}, heard after {waited:.0f} s (period {PERIOD_SECONDS} s)", flush=True)

    def check() -> None:
        before = len(function.log())
        function.invoke({"trigger": "schedule"})
        operators.feed(read_samples(function.log()[before:]))

    print(flush=True)
    expect("NoCompleteCheckAlarm", "ALARM", "nothing has ever run")

    check()
    expect("NoCompleteCheckAlarm", "OK", "a complete check")
    expect("DisabledAlarm", "ALARM", "it found backups switched off")

    for database in emulator.account.databases:
        database.is_backup = True
    check()
    expect("DisabledAlarm", "OK", "they are on again")

    expect("NoCompleteCheckAlarm", "ALARM", "no check for three periods")
    emulator.faults("gateway-error,code=200")
    check()
    expect("CheckIncompleteAlarm", "ALARM", "a check that may not read")
    assert ("NoCompleteCheckAlarm", "OK") not in operators.heard, "it was not complete"
