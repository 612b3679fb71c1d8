"""Takes from this process what a unit takes from its service, and becomes another program.

python -m tests.deploy.restrict CALL,CALL,... PROGRAM ARGUMENT ...
"""

import ctypes
import errno
import os
import sys

PR_SET_MDWE, REFUSE_EXEC_GAIN = 65, 1
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM


def refuse_written_code() -> None:
    """What MemoryDenyWriteExecute= does: no memory is run that was written."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel knows no PR_SET_MDWE")


def allow_calls(names: list[str]) -> None:
    """What SystemCallFilter= does: whatever else is called answers EPERM."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(library.seccomp_init(REFUSE))
    for name in names:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            library.seccomp_rule_add(rules, ALLOW, number, 0)
    if library.seccomp_load(rules):
        raise OSError("the filter of system calls is refused")


if __name__ == "__main__":
    _, calls, program, *arguments = sys.argv
    if calls != "-":
        refuse_written_code()
        allow_calls(calls.split(","))
    os.execvp(program, [program, *arguments])
