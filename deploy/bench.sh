#!/usr/bin/env bash
# The measured tables of docs/. Usage: deploy/bench.sh
set -euo pipefail
cd "$(dirname "$0")/.."
.venv-assistant/bin/python -m bench.understanding
.venv-assistant/bin/python -m bench.parsing
.venv/bin/python -m bench.conversations
.venv/bin/python -m bench.privacy.measure
.venv/bin/python -m bench.workspace
.venv/bin/python -m bench.web
.venv/bin/python -m bench.deliveries
