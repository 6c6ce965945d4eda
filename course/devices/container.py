"""What a container, a control group of Linux, leaves to its processes: a share of the cores, a part of the memory.

Both editions are read, cgroup v2 (`cpu.max`, `memory.max`) and v1, at the group of this process and at all above it:
the narrowest counts. Elsewhere there are no such files, and no limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

GROUPS, MINE = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")


def cpu_share() -> float | None:
    """CPU seconds for each second that passes; None without a limit."""
    shares = []
    for group in _groups("cpu"):  # v2: "max 100000" or "150000 100000"; v1: -1 or a quota, the period beside it
        words = _words(group / "cpu.max") or _words(group / "cpu.cfs_quota_us") + _words(group / "cpu.cfs_period_us")
        if len(words) == 2 and all(word.isdigit() for word in words):
            shares.append(int(words[0]) / int(words[1]))
    return min(shares, default=None)


def memory_left() -> int | None:
    """Bytes up to the nearest limit; None without one."""
    left = []
    for group in _groups("memory"):
        limit = _words(group / "memory.max") or _words(group / "memory.limit_in_bytes")
        used = _words(group / "memory.current") or _words(group / "memory.usage_in_bytes")
        if used and limit and limit[0].isdigit():  # v1 writes a number beyond all memory where there is no limit
            left.append(max(0, int(limit[0]) - int(used[0])))
    return min(left, default=None)


def _words(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").split()
    except OSError:
        return []


def _groups(controller: str) -> Iterator[Path]:
    """The group of this process and those above it: v2 has one tree, v1 one for each controller.

    Inside a container a group may be named as the host sees it: then only the top is there, and it is the container's.
    """
    for line in MINE.read_text(encoding="utf-8").splitlines() if MINE.is_file() else []:
        _, controllers, path = line.split(":", 2)
        if not controllers or controller in controllers.split(","):
            top = GROUPS / controller if controllers else GROUPS
            group = top / path.lstrip("/")
            yield from (folder for folder in (group, *group.parents) if folder.is_relative_to(top))
