"""Many threads decode the first page of a list at the same time, again and again with a new type of row.

`python tests/edges/ncloud/decoding_at_once.py` with `ncloud` on the path. In a process of its own, since the fault that
it looks for ends the process. msgspec looks at a type once in a process, so each round has another one.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from msgspec.structs import replace

from ncloud.decoding import fast_json
from ncloud.operations import operation
from ncloud.products import POSTGRESQL, ListKind

THREADS, ROUNDS = 8, 100
OPERATION = operation(POSTGRESQL, ListKind.BACKUPS)
BODY = (
    b'{"getCloudPostgresqlBackupListResponse":{"totalRows":1,"returnCode":"0","cloudPostgresqlBackupList":'
    b'[{"cloudPostgresqlInstanceNo":"1","lastBackupDate":"2026-11-25T10:21:58+0900","backupSize":5}]}}'
)
sys.setswitchinterval(1e-6)
with ThreadPoolExecutor(THREADS) as threads:
    for number in range(ROUNDS):
        fresh = replace(OPERATION, row=type(f"Backup{number}", (OPERATION.row,), {}, frozen=True, gc=False))
        gate = Barrier(THREADS)

        def decode() -> object:
            gate.wait()  # noqa: B023  done before the next round
            return fast_json._decoder(fresh).decode(BODY)  # noqa: B023

        decoded = [future.result() for future in [threads.submit(decode) for _ in range(THREADS)]]
        assert len({str(one) for one in decoded}) == 1
print("decoded")
