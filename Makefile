.DEFAULT_GOAL := help
.PHONY: help install run test check bench lock

help: ## show this help
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

install: ## both Python environments, the language pipeline and the web files
	@deploy/install.sh

run: install ## start everything on this machine, with demo people; Ctrl-C ends it
	@.venv/bin/voordeur up

test: install ## everything that must pass, browser tests included
	@deploy/test.sh

check: install ## linters, types, catalogue and data
	@deploy/check.sh

bench: install ## the measured tables of bench/
	@deploy/bench.sh

lock: ## make the lock files again after a change in pyproject.toml
	uv pip compile --quiet --python-version 3.11 --generate-hashes --extra service --extra dev --extra dev-service pyproject.toml -o requirements/service.txt
	uv pip compile --quiet --python-version 3.11 --generate-hashes --extra assistant --extra dev pyproject.toml -o requirements/assistant.txt
