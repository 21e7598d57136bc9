#!/usr/bin/env bash
# Everything that must pass. Installs a browser where there is none. Usage: deploy/test.sh [pytest arguments]
set -euo pipefail
cd "$(dirname "$0")/.."

# Debian's chromium when it is there or can be had; else Playwright's own.
if [ -z "${VOORDEUR_CHROMIUM:-}" ]; then
  if ! command -v chromium > /dev/null && command -v apt-get > /dev/null && [ "$(id -u)" = 0 ]; then
    echo 'Installing chromium ...'
    apt-get update -qq > /dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium > /dev/null
  fi
  if command -v chromium > /dev/null; then
    VOORDEUR_CHROMIUM=$(command -v chromium)
  else
    .venv/bin/playwright install chromium
    VOORDEUR_CHROMIUM=
  fi
fi
export VOORDEUR_CHROMIUM

# Conversations are tested on PostgreSQL and Redis too, each started by the tests for themselves.
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  missing=
  compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || missing='postgresql'
  command -v redis-server > /dev/null || missing="$missing redis-server"
  if [ -n "$missing" ]; then
    echo "Installing $missing ..."
    apt-get update -qq > /dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing > /dev/null
  fi
fi

deploy/check.sh
echo 'Web ...'
(cd web && npm test --silent)
echo 'The assistant ...'
.venv-assistant/bin/python -m bot.training .voordeur/models
.venv-assistant/bin/pytest tests/actions tests/bot tests/conversations
echo 'The service and the whole way ...'
# Two at a time: a test has a database of its own. What is whole starts everything, and runs alone.
.venv/bin/pytest tests/api tests/case_systems tests/organisation tests/documents -n 2 --dist loadscope "$@"
# Apart: a browser keeps an event loop running in its process, and tests of the service start their own.
.venv/bin/pytest tests/pages -n 2 --dist loadscope "$@"
.venv/bin/pytest tests/whole --ignore tests/whole/test_telegram.py "$@"
# Apart for the same reason: the emulator of Telegram and this test share a loop.
.venv/bin/pytest tests/whole/test_telegram.py "$@"
