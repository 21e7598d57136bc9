#!/usr/bin/env bash
# Holds the description of our API to the Dutch API Design Rules; a warning fails too. Usage: deploy/api_rules/check.sh
set -euo pipefail
cd "$(dirname "$0")"
if ! cmp -s package-lock.json node_modules/.installed; then
  npm ci --silent --ignore-scripts
  cp package-lock.json node_modules/.installed
fi
description=$(mktemp --suffix=.json)
trap 'rm -f "$description"' EXIT
(cd ../.. && .venv/bin/voordeur openapi) > "$description"
node_modules/.bin/spectral lint --quiet --fail-severity=warn --ruleset nl-api-design-rules.yaml "$description"
