# Two commands: `make serve` shows the book, `make test` proves it. Each target makes what it needs first.

PYTHON ?= $(firstword $(foreach name,python3 python3.12 python3.13 python3.11 python3.14 python,$(shell command -v $(name) 2>/dev/null)))
PORT ?= 8000
RUN = .venv/bin/python -m ai2med

.DEFAULT_GOAL := help
.PHONY: help serve book zip test test-all lab workbook data lint bench pins environment clean

help: ## what there is
	@echo "make serve   build the book and show it on 127.0.0.1:$(PORT) (PORT=8001 for another port)"
	@echo "make book    build the book into _build/html"
	@echo "make zip     the built book as one file that runs from a USB stick"
	@echo "make lab     JupyterLab on your own workbook/"
	@echo "make test    the tests, the browser's included; expensive ones for some units in turn"
	@echo "make test-all  every test for every unit (SHARD=2/4 for the second of four parts)"
	@echo "make lint    code style and content rules"
	@echo "make bench   build times, page weights, cohort throughput"
	@echo "make data    (re)make the synthetic hospital's tables"
	@echo "make clean   remove what was built (never your workbook)"

environment:
	@test -n "$(PYTHON)" || { echo "No Python found. Install Python 3.11 to 3.14 (Debian: apt install python3 python3-venv; macOS: brew install python)."; exit 1; }
	@"$(PYTHON)" tools/environment.py

serve: environment ## build and show
	@$(RUN) serve --port $(PORT)

book: environment
	@$(RUN) book

zip: environment
	@$(RUN) zip

data: environment
	@$(RUN) data

lab: environment
	@$(RUN) lab

workbook: environment
	@$(RUN) workbook

test: environment
	@$(RUN) test

test-all: environment
	@$(RUN) test --all $(if $(SHARD),--shard $(SHARD))

lint: environment
	@$(RUN) lint --code

bench: environment
	@$(RUN) bench

pins: environment ## for maintainers: requirements.in -> requirements.txt
	@.venv/bin/python -m pip install --quiet uv
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate requirements.in -o requirements.txt

clean:
	rm -rf _build .cache data/*.csv.gz data/*.zip data/truth data/manifest.json
