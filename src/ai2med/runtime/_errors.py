"""What can go wrong while the runtime is fetched, said so that a reader of the message can mend it."""

import errno


class RuntimeFetchError(Exception):
    """The runtime could not be made; nothing half-written stays behind."""


def explain_write(error: OSError, path, needed: int = 0) -> RuntimeFetchError:
    """Return the error for a file that could not be written.

    Examples
    --------
    >>> print(explain_write(OSError(errno.ENOSPC, "No space left on device"), "a/numpy.whl", 2_000_000))
    The disk is full: a/numpy.whl (2.0 MB) could not be written. Free some space, then run the command again.
    """
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        size = f" ({needed / 1e6:.1f} MB)" if needed else ""
        return RuntimeFetchError(
            f"The disk is full: {path}{size} could not be written. Free some space, then run the command again."
        )
    return RuntimeFetchError(f"{path} could not be written: {error.strerror or error}.")
