#!/usr/bin/env bash
# Installs what this checkout needs: uv where it is missing, both Python environments, the Dutch language pipeline and the web files.
# Does only what has changed since the last time. Usage: deploy/install.sh
set -euo pipefail
cd "$(dirname "$0")/.."

stop() { printf '%s\n' "$*" >&2; exit 1; }
say() { printf '%s\n' "$*"; }

# Runs the rest of its arguments unless the files named in $2 are as they were the last time they ran well.
when_changed() {
  local name=$1 files=$2 stamp=".venv/.installed-$1" now
  shift 2
  now=$(cat $files | sha256sum | cut -c1-64)
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then return; fi
  "$@"
  mkdir -p .venv && printf '%s' "$now" > "$stamp"
}

find_python() {
  local name
  for name in python3.11 python3 python; do
    if command -v "$name" > /dev/null && [ "$("$name" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2> /dev/null)" = 3.11 ]; then
      command -v "$name"
      return
    fi
  done
  stop 'Python 3.11 is missing. Install it (Debian: apt install python3.11 python3.11-venv; macOS: brew install python@3.11) and run this again.'
}

find_uv() {
  if command -v uv > /dev/null; then command -v uv; return; fi
  if [ ! -x .tools/bin/uv ]; then
    "$PYTHON" -m venv .tools || stop 'Python cannot make environments. Install its venv package (Debian: apt install python3.11-venv) and run this again.'
    .tools/bin/pip install --quiet --disable-pip-version-check uv
  fi
  printf '%s\n' "$PWD/.tools/bin/uv"
}

# Compiled once here, not at every start: Rasa is there in half the time, also where Python may not write beside its files.
service() {
  say 'Installing the service (.venv) ...'
  [ -x .venv/bin/python ] || "$UV" venv --quiet --python "$PYTHON" .venv
  "$UV" pip sync --quiet --require-hashes --compile-bytecode --python .venv requirements/service.txt
  "$UV" pip install --quiet --no-deps --python .venv --editable .
}

assistant() {
  say 'Installing the assistant (.venv-assistant): this downloads about 1 GB the first time ...'
  [ -x .venv-assistant/bin/python ] || "$UV" venv --quiet --python "$PYTHON" .venv-assistant
  "$UV" pip sync --quiet --require-hashes --compile-bytecode --python .venv-assistant requirements/assistant.txt
}

language() {
  say 'Building the Dutch language pipeline ...'
  .venv-assistant/bin/python -m bot.language.build
}

meaning() {
  say 'Building the sentence encoder ...'
  .venv-assistant/bin/python -m bot.meaning.build
}

web() {
  say 'Building the web files ...'
  (cd web && npm ci --silent && npm run build --silent)
}

PYTHON=$(find_python)
command -v npm > /dev/null || stop 'Node.js with npm is missing. Install Node 20 or newer and run this again.'
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || stop "Node $(node --version) is too old. Install Node 20 or newer and run this again."
UV=$(find_uv)

when_changed service 'pyproject.toml requirements/service.txt' service
when_changed assistant 'requirements/assistant.txt' assistant
when_changed language 'bot/language/build.py catalogue/demo/areas.yml requirements/assistant.txt' language
when_changed meaning 'bot/meaning/build.py bot/meaning/encoder.py bot/meaning/weights.py requirements/assistant.txt' meaning
when_changed web "$(git ls-files --cached --others --exclude-standard web | tr '\n' ' ')" web
say 'Everything is installed.'
