"""``python -m ai2med``: the same commands as ``ai2med``, also where scripts are not on the path."""

from .cli import main

raise SystemExit(main())
