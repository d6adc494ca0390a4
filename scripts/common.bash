# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the scripts of this folder share: sourced by each of them, of no use alone.
# Sourcing it turns on the strict mode, goes to the top of the repository and answers --help.

set -euo pipefail
self="$(realpath "$0")"
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# help: prints the comment that the running script opens with.
help() {
  awk 'NR > 2 && !/^#/ { exit } NR > 2 { sub(/^# ?/, ""); print }' "$self"
}

# die WORDS...: says why on standard error and ends the script.
die() {
  echo "$(basename "$self"): $*" >&2
  exit 1
}

# clock SECONDS: a duration as a person says it.
clock() {
  local s=$1
  if ((s < 1)); then
    echo "less than a second"
  elif ((s < 60)); then
    echo "$s s"
  else
    printf '%d min %02d s\n' $((s / 60)) $((s % 60))
  fi
}

# timed WORDS COMMAND...: says what comes, does it, and says how long it took.
timed() {
  local words=$1 began=$SECONDS
  shift
  printf '\n== %s\n' "$words"
  "$@"
  echo "   took $(clock $((SECONDS - began)))"
}

# logged LOG COMMAND...: keeps the command's output in LOG. A terminal shows the newest line of it
# meanwhile, anything else a sign of life every 20 s. On failure the end of the log is printed.
logged() {
  local log=$1 watcher status=0
  shift
  mkdir -p "$(dirname "$log")"
  : >"$log"
  watch_log "$log" &
  watcher=$!
  "$@" >"$log" 2>&1 </dev/null || status=$?
  kill "$watcher" 2>/dev/null || true
  wait "$watcher" 2>/dev/null || true
  [[ ! -t 1 ]] || printf '\r\033[K'
  if ((status)); then
    echo "   FAILED; the end of $log:" >&2
    tail -n 30 "$log" | sed 's/^/   | /' >&2
  fi
  return "$status"
}

# watch_log LOG: the moving part of logged(). It ends by itself soon after the script has gone.
watch_log() {
  local log=$1 began=$SECONDS newest
  while sleep 1 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
    newest="$(tail -c 2000 "$log" | tr -d '\r\033' | tail -n 1)"
    if [[ -t 1 ]]; then
      printf '\r\033[K   %s  %s' "$(clock $((SECONDS - began)))" "${newest:0:60}"
    elif (((SECONDS - began) % 20 == 0)); then
      printf '   %s  %s\n' "$(clock $((SECONDS - began)))" "${newest:0:90}"
    fi
  done
}

for argument in "$@"; do
  case $argument in -h | --help) help && exit ;; esac
done
