"""``python -m ai2med.cohort data``: make the tables; ``checksums`` also records their hashes for the repository."""

import argparse
import json

from ai2med import paths
from ai2med.cohort._store import SEED, make_data


def main(argv=None) -> int:
    """Run the command line of the hospital and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ai2med.cohort", description="Make the synthetic hospital.")
    parser.add_argument("what", choices=["data", "checksums"])
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args(argv)
    manifest = make_data(seed=chosen.seed)
    if chosen.what == "checksums":
        hashes = {name: facts["sha256"] for name, facts in manifest["tables"].items()}
        (paths.data() / "checksums.json").write_text(json.dumps(hashes, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
