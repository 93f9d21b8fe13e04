"""``python -m ai2med.cohort data``: make the datasets; ``checksums`` also records their hashes in the datasheets."""

import argparse

from ai2med.cohort._hospital import SEED
from ai2med.cohort._making import make_data, record_checksums


def main(argv=None) -> int:
    """Run the command line of the hospital and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ai2med.cohort", description="Make the synthetic hospital.")
    parser.add_argument("what", choices=["data", "checksums"])
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args(argv)
    make_data(seed=chosen.seed)
    if chosen.what == "checksums":
        for file in record_checksums():
            print(f"written: {file}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
