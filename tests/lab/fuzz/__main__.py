"""``python -m tests.lab.fuzz`` in an environment that has atheris (``make fuzz`` makes it): look for a broken promise.

Ends with 0 after the time given, or at the first input that breaks the promise, takes more than five seconds or more
memory than allowed: its file is then named, and ``python -m tests.lab.fuzz FILE`` shows it again.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from random import Random

CACHE = Path(".cache/fuzz")
MAX_BYTES = 16384
SECONDS_PER_INPUT = 5
MEGABYTES = 1024


def main() -> int:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0, help="of the fuzzer's random numbers; 0: another each time")
    parser.add_argument("file", type=Path, nargs="?", help="only examine this input")
    given = parser.parse_args()
    if given.file is not None:
        from tests.lab.fuzz.promise import answer_in, examine, read

        print(repr(read(*answer_in(given.file.read_bytes()))))
        examine(given.file.read_bytes())
        return 0
    try:
        import atheris
    except ImportError:
        print("atheris is not in this environment; `make fuzz` makes one that has it", file=sys.stderr)
        return 2
    with atheris.instrument_imports(include=["ncloud"]):
        from tests.lab.fuzz.promise import examine
    from tests.lab.fuzz.mutation import mutate_tree

    def mutate(old: bytes, max_size: int, seed: int) -> bytes:
        random = Random(seed)  # noqa: S311  a fuzzer
        changed = mutate_tree(old, random) if random.random() < 0.5 else None
        return atheris.Mutate(old, max_size) if changed is None or len(changed) > max_size else changed

    atheris.Setup([sys.argv[0], *_options(given.seconds, given.seed)], examine, custom_mutator=mutate)
    atheris.Fuzz()
    return 0


def _options(seconds: int, seed: int) -> list[str]:
    """Write the corpus and the dictionary, and tell libFuzzer of them."""
    from tests.lab.fuzz.corpus import seeds, words

    corpus = CACHE / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(seeds()):
        (corpus / f"seed-{number:03}").write_bytes(one)
    dictionary = CACHE / "words"
    escaped = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in words())
    dictionary.write_text("".join(f'"{word}"\n' for word in escaped), encoding="ascii")
    return [
        str(corpus),
        f"-dict={dictionary}",
        f"-artifact_prefix={CACHE}/",
        f"-max_len={MAX_BYTES}",
        f"-max_total_time={seconds}",
        f"-timeout={SECONDS_PER_INPUT}",
        f"-rss_limit_mb={MEGABYTES}",
        f"-seed={seed}",
        "-print_final_stats=1",
    ]


if __name__ == "__main__":
    sys.exit(main())
