"""Fuzz one target with atheris, which looks for inputs that reach code not run before.

``make fuzz-guided TARGET=pictures FUZZ="-max_total_time=600"``: the options are libFuzzer's. It
sees what is written in Python, Pillow's readers of formats among it. Unlike ``run.py`` it stops at
the first fault, and leaves the input in ``_build/fuzz``.
"""

import os
import sys
import tempfile
from pathlib import Path

NAMES = ("course_utils", "PIL", "safetensors")
"""Packages whose code is watched."""


def main() -> None:
    """Watch what is imported, and fuzz."""
    import atheris  # which is installed for this alone

    name, *options = sys.argv[1:]
    output = Path("_build/fuzz").absolute()
    output.mkdir(parents=True, exist_ok=True)
    with atheris.instrument_imports(include=list(NAMES), enable_loader_override=False):
        from targets import TARGETS
    target = TARGETS[name]
    corpus = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    os.chdir(tempfile.mkdtemp())
    for number, seed in enumerate(target.seeds()):
        (corpus / f"seed{number}").write_bytes(seed)

    def mutated(content: bytes, most: int, seed: int) -> bytes:
        changed = atheris.Mutate(content, most)
        return (target.repaired(changed) if seed % 5 else changed)[:most]

    limits = ["-timeout=10", "-rss_limit_mb=3000", "-print_final_stats=1"]
    words = [sys.argv[0], *limits, f"-artifact_prefix={output}/{name}-guided-", *options]
    atheris.Setup([*words, str(corpus)], target.run, custom_mutator=mutated)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
