"""Archives that are the same, byte for byte, whenever their files are."""

import io
import zipfile

__all__ = ["pack"]

# One moment for every file.
_EPOCH = (2020, 1, 1, 0, 0, 0)
# Compressed already.
_PACKED = (".gz", ".zip")


def pack(files: dict[str, bytes], comment: str = "") -> bytes:
    """Return files as one zip archive, which may carry a comment.

    Examples
    --------
    >>> pack({"a": b"1", "b": b"2"}) == pack({"b": b"2", "a": b"1"})
    True
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            if name.endswith(_PACKED):
                info.compress_type = zipfile.ZIP_STORED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
        archive.comment = comment.encode()
    return made.getvalue()
