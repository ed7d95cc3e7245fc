"""The first run of a handler in a new process: what its import takes, and what the invocation does.

`python tests/lab/bench/measured/first_run.py [EVENT]` in the environment of the function, `app` on the path; without
EVENT it is only imported. By path and without any of the project's modules, so that nothing is imported beforehand.
"""

import sys
import time

started, before = time.perf_counter(), time.process_time()
import app  # noqa: E402

imported = time.process_time() - before
if len(sys.argv) > 1:
    import json

    app.lambda_handler(json.loads(sys.argv[1]), None)
seconds, spent = time.perf_counter() - started, time.process_time() - before
print()
print(f'{{"import_processor_seconds": {imported}, "seconds": {seconds}, "processor_seconds": {spent}}}')
