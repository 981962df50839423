"""What a process took of processors and memory."""

import resource
from pathlib import Path


def used() -> dict[str, float]:
    """Seconds of processors of this process so far, as `processor`, and its largest resident memory in MB, as `peak`.

    Not `ru_maxrss`: that begins with the memory of whoever started the process, who may have held all of the input.
    """
    spent = resource.getrusage(resource.RUSAGE_SELF)
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return {"processor": spent.ru_utime + spent.ru_stime, "peak": int(peak) / 1024}
