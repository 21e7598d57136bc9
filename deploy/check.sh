#!/usr/bin/env bash
# Everything that can be said about the code without running it. Usage: deploy/check.sh
set -euo pipefail
cd "$(dirname "$0")/.."
SERVICE='api organisation tests/api tests/case_systems tests/organisation tests/documents tests/pages tests/browser.py tests/whole tests/load deploy bench/privacy bench/conversations.py bench/telegram.py bench/workspace.py bench/running.py bench/web.py bench/writing.py'
ASSISTANT='actions bot organisation tests/actions tests/bot tests/conversations bench/understanding.py bench/diet.py bench/parsing.py'

echo 'Style ...'
.venv/bin/ruff check .
.venv/bin/ruff format --check .
echo 'Types ...'
.venv/bin/mypy $SERVICE
.venv-assistant/bin/mypy $ASSISTANT
echo 'Known faults of dependencies ...'
.venv/bin/python deploy/audit.py
echo 'Catalogue ...'
.venv/bin/voordeur catalogue check
echo 'Plain language ...'
.venv/bin/python -m organisation.plain_language catalogue/demo web/src/chat/texts/nl.ts
echo 'What residents say ...'
.venv-assistant/bin/python -m bot.evaluation.corpus data/nlu
echo 'Rules and domain of the assistant ...'
export RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3
if ! output=$(.venv-assistant/bin/rasa data validate --domain domain --data data --fail-on-warnings 2>&1); then
  printf '%s\n' "$output"
  exit 1
fi
echo 'Web ...'
(cd web && npm run check --silent)
echo 'API design rules ...'
deploy/api_rules/check.sh
