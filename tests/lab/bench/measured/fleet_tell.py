"""The fleet's last invocation in a new process of the runtime's Python: from its event to its answer.

`python tests/lab/bench/measured/fleet_tell.py EVENT` in the environment of the function, `app` on the path. By path and
without any of the project's modules, so that the memory is the function's own.
"""

import json
import sys
import time
from pathlib import Path

import app

event = json.loads(sys.argv[1])
started, before = time.perf_counter(), time.process_time()
answer = app.lambda_handler(event, None)
seconds, spent = time.perf_counter() - started, time.process_time() - before
[peak] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
figures = {
    "seconds": seconds,
    "processor_seconds": spent,
    "peak_mib": int(peak.split()[1]) / 1024,
    "accounts": answer["accounts"],
    "lost": answer["lost"],
}
print()
print(json.dumps(figures))
