"""Modules that run in the reader's browser only; some stand in there for packages that the browser does not have."""
