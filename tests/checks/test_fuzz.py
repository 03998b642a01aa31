"""The fuzz targets, each for a moment: REV_FUZZ_SECONDS, ten without it; `tests/run.sh --full` takes ten minutes."""

import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from test_builds import build

SECONDS = int(os.environ.get("REV_FUZZ_SECONDS") or 10)
AT_ONCE = 2
# Longer ones find no more than these: a target's promises are about what stands beside each other.
LONGEST = 2048
# For one input, on a machine that has much else to do: what grows faster than its input takes far longer.
SLOWEST = 100


def targets(root):
    return sorted(path.stem.removeprefix("fuzz_") for path in (root / "tests" / "fuzz").glob("fuzz_*.c"))


def has_fuzzer(folder):
    """Whether clang comes with libFuzzer."""
    source = folder / "empty.c"
    source.write_text("int LLVMFuzzerTestOneInput(const char *data, long size) { return data && size < 0; }\n")
    command = ["clang", "-fsanitize=fuzzer,address,undefined", str(source), "-o", str(folder / "empty")]
    return shutil.which("clang") and subprocess.run(command, capture_output=True).returncode == 0


def test_every_target_has_a_corpus_and_is_built(root):
    listing = (root / "tests" / "fuzz" / "meson.build").read_text(encoding="utf-8")
    corpora = root / "tests" / "fuzz" / "corpus"
    assert targets(root) == sorted(path.name for path in corpora.iterdir())
    for name in targets(root):
        assert f"'{name}':" in listing
        assert any(path.stat().st_size for path in (corpora / name).iterdir())


def seeds(root, name):
    folders = [root / "tests" / "fuzz" / "corpus" / name]
    if name == "split_postgresql":
        folders += [root / "tests" / "split" / "scripts", root / "tests" / "split" / "unrunnable"]
    return folders


def told(text):
    """Of libFuzzer's output: what is broken, where, and how it ended."""
    lines = [line for line in text.splitlines() if not re.match(r"#\d+\s", line)]
    broken = [line for line in lines if "broken: " in line or "runtime error: " in line or "ERROR: " in line]
    return "\n".join([*broken, *lines[-40:]])


def fuzz(root, program, name, folder):
    """What is wrong, or None. New inputs go to the folder, the seeds stay as they are."""
    (folder / name).mkdir()
    kept = program.parent / "found" / name
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    command = [
        program, f"-max_total_time={SECONDS}", f"-max_len={LONGEST}", f"-timeout={SLOWEST}", "-rss_limit_mb=2048",
        f"-artifact_prefix={kept}/", "-print_final_stats=1", folder / name, *seeds(root, name),
    ]  # fmt: skip
    options = "detect_leaks=1:halt_on_error=1:exitcode=99"
    done = subprocess.run(
        [str(word) for word in command], env=dict(os.environ, ASAN_OPTIONS=options), capture_output=True
    )
    text = done.stderr.decode("utf-8", "replace")
    runs = re.search(r"number_of_executed_units: (\d+)", text)
    if done.returncode == 0 and runs and int(runs.group(1)) > 0:
        return None
    found = [f"again: {program} {path}\n{path.read_bytes()!r}" for path in sorted(kept.iterdir())]
    return "\n".join([f"{name}: exit {done.returncode}", told(text), *found])


def test_a_moment_of_fuzzing(root, tmp_path):
    if not has_fuzzer(tmp_path):
        pytest.skip("clang with libFuzzer is not installed")
    names = targets(root)
    programs = {name: f"tests/fuzz/fuzz_{name}" for name in names}
    folder = build(root, "fuzz", "-Dfuzz=enabled", targets=programs.values(), CC="clang")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda name: fuzz(root, folder / programs[name], name, tmp_path), names))
    assert not any(found), "\n\n".join(filter(None, found))
