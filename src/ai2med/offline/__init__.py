"""The book without a connection: a service worker, its list of files, an app to install, a folder for a USB stick."""

from .archive import write_zip
from .site import write_offline

__all__ = ["write_offline", "write_zip"]
