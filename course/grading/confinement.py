"""What a process gives up for good before it runs a stranger's code, without privileges: Linux's no_new_privs, rlimits,
Landlock (which files it may open) and seccomp (which system calls it may make). libseccomp knows each machine's numbers
of system calls; Landlock's three are the same on all.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterable
from errno import ENOSYS, EPERM
from pathlib import Path
from typing import NamedTuple

PROCESSES = """fork vfork execve execveat unshare setns ptrace kcmp process_vm_readv process_vm_writev process_madvise
process_mrelease pidfd_open pidfd_getfd pidfd_send_signal kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo setpgid
setpriority ioprio_set sched_setaffinity sched_setparam sched_setscheduler sched_setattr migrate_pages move_pages"""
NETWORK = "socket socketpair connect bind listen accept accept4 sendto sendmsg sendmmsg"
MEMORY = """memfd_create memfd_secret userfaultfd shmget shmat shmctl msgget msgsnd msgrcv msgctl semget semop semctl
semtimedop mq_open mq_unlink mq_notify mq_timedsend"""
FILES = """chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat utimensat truncate
setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat mount umount2 chroot
pivot_root open_tree move_mount fsopen fsmount mount_setattr inotify_init inotify_init1 fanotify_init
name_to_handle_at open_by_handle_at flock"""
KERNEL = """io_uring_setup io_uring_enter io_uring_register bpf perf_event_open keyctl add_key request_key personality
syslog"""
REFUSED = " ".join([PROCESSES, NETWORK, MEMORY, FILES, KERNEL]).split()

UNSAFE = "COURSE_GRADE_UNSAFE"  # in the environment, "1": do without the layers that this machine lacks
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NOT_EQUAL, _EQUAL, _MASKED = 1, 4, 7  # how libseccomp compares an argument
_CLONE_THREAD = 0x10000
_OWNERS = {"fcntl": (8, 10, 15), "ioctl": (0x8901, 0x8902)}  # F_SETOWN, F_SETSIG, F_SETOWN_EX, FIOSETOWN, SIOCSPGRP
_NO_NEW_PRIVS, _DUMPABLE = 38, 4
_RULESET, _RULE, _RESTRICT = 444, 445, 446
_READ_FILE, _WRITE_FILE, _READ_DIR = 1 << 2, 1 << 1, 1 << 3
_RIGHTS = (0, 13, 14, 15, 15, 16)  # how many rights to files each version of Landlock knows


class _Argument(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


class Limits(NamedTuple):
    """What one process may use. Wall-clock time and output are watched from outside."""

    seconds: int  # of CPU time, all threads together
    memory: int  # bytes, on top of what it has
    files: int = 64  # that may be open


def no_new_privileges() -> None:
    """From now on no program that is started has more rights than this process."""
    _checked(_libc().prctl(_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(NO_NEW_PRIVS)")


def hide_memory() -> None:
    """From now on no other process of the same user may look into this one. Becoming another user undoes it."""
    _checked(_libc().prctl(_DUMPABLE, 0, 0, 0, 0), "prctl(DUMPABLE)")


def become(user: int) -> None:
    """Become this user for good, and its group, and no other."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def address_space() -> int:
    """How many bytes this process has mapped."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def limit(limits: Limits, mapped: int) -> None:
    """Limit CPU time, and memory beyond the `mapped` bytes; no file may be written and no core dumped."""
    import resource

    most = {
        resource.RLIMIT_AS: mapped + limits.memory,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: limits.files,
        resource.RLIMIT_MEMLOCK: 0,
    }
    for what, value in most.items():
        resource.setrlimit(what, (value, value))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))


def landlock_version() -> int:
    """The version of Landlock that this kernel has; 0 without."""
    return max(0, int(_libc().syscall(_RULESET, None, ctypes.c_size_t(0), 1))) if sys.platform == "linux" else 0


def only_read(paths: Iterable[Path], listed: Iterable[Path] = ()) -> None:
    """From now on open nothing but what lies beneath these paths, for reading, and the null device; of the `listed`
    folders, too, the names of what lies beneath may be seen.
    """
    if unsafe() and not landlock_version():
        return
    handled = (1 << _RIGHTS[min(landlock_version(), len(_RIGHTS) - 1)]) - 1
    attributes = ctypes.c_uint64(handled)
    ruleset = _checked(_libc().syscall(_RULESET, ctypes.byref(attributes), ctypes.c_size_t(8), 0), "Landlock")
    rights = {path: _READ_FILE | _READ_DIR if path.is_dir() else _READ_FILE for path in paths if path.exists()}
    rights |= dict.fromkeys((path for path in listed if path.is_dir()), _READ_DIR)
    for path, allowed in {**rights, Path("/dev/null"): _READ_FILE | _WRITE_FILE}.items():
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = _Beneath(allowed, opened)
        _checked(_libc().syscall(_RULE, ruleset, 1, ctypes.byref(rule), 0), f"Landlock, {path}")
        os.close(opened)
    _checked(_libc().syscall(_RESTRICT, ruleset, 0), "Landlock")
    os.close(ruleset)


def libseccomp() -> ctypes.CDLL | None:
    """The library that writes seccomp's filters, if it is installed."""
    try:
        library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    except OSError:
        return None
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    library.seccomp_rule_add_array.argtypes = [
        ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(_Argument)
    ]  # fmt: skip
    return library


def system_call_filter(refused: Iterable[str] = REFUSED) -> Callable[[], None]:
    """Prepare the filter; calling what is returned puts it on this process for good.

    A refused call fails with EPERM. New processes are refused, threads are not; `clone3`, whose flags no filter can
    see, is said not to exist, so that the C library falls back to `clone`. Raises OSError without libseccomp.
    """
    library = libseccomp()
    if library is None and unsafe():
        return lambda: None
    if library is None:
        raise OSError(ENOSYS, "libseccomp is not installed (Debian: apt-get install libseccomp2)")
    rules = ctypes.c_void_p(library.seccomp_init(_ALLOW))

    def refuse(name: str, *arguments: _Argument, error: int = EPERM) -> None:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number == -1:  # this libseccomp has not heard of it
            return
        given = (_Argument * max(1, len(arguments)))(*arguments)
        _checked(library.seccomp_rule_add_array(rules, _ERRNO | error, number, len(arguments), given), name)

    for name in refused:
        refuse(name)
    refuse("clone3", error=ENOSYS)
    refuse("clone", _Argument(0, _MASKED, _CLONE_THREAD, 0))
    refuse("prlimit64", _Argument(0, _NOT_EQUAL, 0))  # the limits of others
    for name, commands in _OWNERS.items():  # signals to others, by way of a file's owner
        for command in commands:
            refuse(name, _Argument(1, _EQUAL, command))

    def put_on() -> None:
        _checked(library.seccomp_load(rules), "seccomp")

    return put_on


def unsafe() -> bool:
    """Whether a teacher has said that layers may be missing."""
    return os.environ.get(UNSAFE) == "1"


def missing() -> list[str]:
    """In words what this machine lacks of the layers that grading cannot do without."""
    if sys.platform != "linux":
        return [f"grading runs on Linux, this is {sys.platform}: use a container or a virtual machine"]
    lacks = []
    if libseccomp() is None:
        lacks.append("libseccomp is not installed: apt-get install libseccomp2, or dnf install libseccomp")
    if not landlock_version():
        lacks.append("this kernel has no Landlock: Linux 5.13 or newer, with landlock in /sys/kernel/security/lsm")
    return lacks


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        error = ctypes.get_errno() or -result
        raise OSError(error, f"{what}: {os.strerror(error)}")
    return result
