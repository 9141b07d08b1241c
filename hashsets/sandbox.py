"""Takes every right from the running process but to compute, to use memory and to talk on sockets it has already; where
it is to fetch, also to connect new ones over IP.
seccomp(2) with a list of the system calls that are allowed; any other fails with EPERM, in all threads, for good.
"""

import ctypes
import errno
import platform
import struct
from collections.abc import Iterator

SECCOMP, NONE = "seccomp", "none"

# Numbers of x86-64 (linux/arch/x86/entry/syscalls/syscall_64.tbl). Reading and writing what is open, memory, time,
# signals of its own, waiting and ending: nothing that opens, connects, starts or looks at anything.
_ALLOWED = (
    *(0, 1, 3, 5, 7, 8, 271),  # read write close fstat poll lseek ppoll
    *(9, 10, 11, 12, 25, 28),  # mmap mprotect munmap brk mremap madvise
    *(44, 45, 46, 47, 48),  # sendto recvfrom sendmsg recvmsg shutdown
    *(13, 14, 15, 131),  # rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack
    *(24, 35, 202, 204, 230, 324),  # sched_yield nanosleep futex sched_getaffinity clock_nanosleep membarrier
    *(39, 96, 98, 100, 186, 228, 318),  # getpid gettimeofday getrusage times gettid clock_gettime getrandom
    *(60, 231, 273, 334),  # exit exit_group set_robust_list rseq
)
# What fetching takes besides: nothing that listens, and of socket() and ioctl() only what `_NETWORK_RULES` says.
_NETWORK = (
    *(42, 51, 52, 54, 55),  # connect getsockname getpeername setsockopt getsockopt
    *(23, 270, 232, 233, 281, 291),  # select pselect6 epoll_wait epoll_ctl epoll_pwait epoll_create1
)
_SOCKET, _IOCTL, _FCNTL = 41, 16, 72
_PRLIMIT, _RLIMIT_CPU = 302, 0
# HEIC's decoder works in a thread of its own: a thread holds no more than its process, which may not start another
# one. What cannot be told apart by its number (clone3) is not there, so that the C library asks in the old way.
_CLONE, _CLONE3, _CLONE_THREAD = 56, 435, 0x10000
_ARCH_X86_64, _X32 = 0xC000003E, 0x40000000
# BPF: LD|W|ABS, JMP|J(EQ,GE,SET)|K, RET|K, ALU|AND|K
_LOAD, _EQUAL, _AT_LEAST, _ANY_OF, _RETURN, _MASK = 0x20, 0x15, 0x35, 0x45, 0x06, 0x54
_KILL, _FAIL, _ALLOW = 0x80000000, 0x00050000 | errno.EPERM, 0x7FFF0000
_NOT_THERE = 0x00050000 | errno.ENOSYS
_NUMBER_AT, _ARCH_AT, _FIRST_AT, _SECOND_AT = 0, 4, 16, 24  # offsets in struct seccomp_data
# By call: the argument's place, the bits of it that count, and the values allowed. Sockets of IP only, TCP and UDP: no
# local socket of another program, no raw packets. Of a handle only whether it blocks and closes on exec.
_NETWORK_RULES = (
    (_SOCKET, ((_FIRST_AT, 0xFFFFFFFF, (2, 10)), (_SECOND_AT, 0xF, (1, 2)))),  # AF_INET AF_INET6; STREAM DGRAM
    (_IOCTL, ((_SECOND_AT, 0xFFFFFFFF, (0x5421,)),)),  # FIONBIO
    (_FCNTL, ((_SECOND_AT, 0xFFFFFFFF, (1, 2, 3, 4)),)),  # F_GETFD F_SETFD F_GETFL F_SETFL
)
_NO_NEW_PRIVILEGES, _SECCOMP_CALL, _SET_FILTER, _ALL_THREADS = 38, 317, 1, 1


def lock_down(*, may_connect: bool = False) -> str:
    """Give up all rights, with `may_connect` all but TCP and UDP to the outside; it may never listen.

    Returns what holds now: SECCOMP, or NONE where this system has none we know.
    """
    if platform.machine() != "x86_64" or platform.system() != "Linux":
        return NONE
    libc = ctypes.CDLL(None, use_errno=True)
    program = b"".join(_program(may_connect))
    kept = ctypes.create_string_buffer(program)
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(kept))
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return NONE
    return NONE if libc.syscall(_SECCOMP_CALL, _SET_FILTER, _ALL_THREADS, head) != 0 else SECCOMP


def _program(may_connect: bool) -> Iterator[bytes]:
    yield _step(_LOAD, _ARCH_AT)
    yield _step(_EQUAL, _ARCH_X86_64, then=1)
    yield _step(_RETURN, _KILL)
    yield _step(_LOAD, _NUMBER_AT)
    yield _step(_AT_LEAST, _X32, otherwise=1)  # the same numbers under another convention
    yield _step(_RETURN, _KILL)
    for number in (*_ALLOWED, *_NETWORK) if may_connect else _ALLOWED:
        yield _step(_EQUAL, number, otherwise=1)
        yield _step(_RETURN, _ALLOW)
    for number, rules in _NETWORK_RULES if may_connect else ():
        yield from _ruled(number, rules)
    yield _step(_EQUAL, _CLONE3, otherwise=1)
    yield _step(_RETURN, _NOT_THERE)
    yield _step(_EQUAL, _CLONE, otherwise=4)
    yield _step(_LOAD, _FIRST_AT)
    yield _step(_ANY_OF, _CLONE_THREAD, otherwise=1)
    yield _step(_RETURN, _ALLOW)
    yield _step(_RETURN, _FAIL)
    # The limit of processor time moves with every file; no other limit, and no other process's.
    yield _step(_EQUAL, _PRLIMIT, then=1)
    yield _step(_RETURN, _FAIL)
    for place, wanted in ((_FIRST_AT, 0), (_SECOND_AT, _RLIMIT_CPU)):
        yield _step(_LOAD, place)
        yield _step(_EQUAL, wanted, then=1)
        yield _step(_RETURN, _FAIL)
    yield _step(_RETURN, _ALLOW)


def _ruled(number: int, rules: tuple[tuple[int, int, tuple[int, ...]], ...]) -> Iterator[bytes]:
    """A call that is allowed where each of these arguments has one of its values; else it fails."""
    checks: list[bytes] = []
    for place, bits, values in rules:
        checks += [_step(_LOAD, place), _step(_MASK, bits)]
        checks += [_step(_EQUAL, value, then=len(values) - at) for at, value in enumerate(values)]
        checks.append(_step(_RETURN, _FAIL))
    yield _step(_EQUAL, number, otherwise=len(checks) + 1)
    yield from checks
    yield _step(_RETURN, _ALLOW)


def _step(code: int, value: int, *, then: int = 0, otherwise: int = 0) -> bytes:
    """One struct sock_filter: the jumps say how many steps to leave out."""
    return struct.pack("HBBI", code, then, otherwise, value)
