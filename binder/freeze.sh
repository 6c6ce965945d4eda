#!/usr/bin/env bash
# Writes requirements.txt anew, with the versions of uv's lock: those that the tests ran with.
set -euo pipefail
cd "$(dirname "$0")/.."

gpu=$(sed -nE 's/^name = "((nvidia|cuda)-.*|triton)"/--prune=\1/p' uv.lock)
{
  cat <<'HEAD'
# Written by binder/freeze.sh: the versions that the tests ran with, for a Linux machine without a GPU.
# Untested: torch's CPU build, which could not be had where this was written; binder/try.sh ran the course on a CPU with
# the same version's CUDA build. torchvision is left out: only downloads need it, and the package index's does not load
# beside a CPU build.
--extra-index-url https://download.pytorch.org/whl/cpu
HEAD
  # shellcheck disable=SC2086
  uv export --quiet --no-dev --no-hashes --no-emit-project --no-annotate --no-header --prune=torchvision $gpu |
    grep -vE "(sys_platform|os_name) == '(darwin|win32|nt)'" | sed 's/^\(torch==[^ ]*\)/\1+cpu/'
} > binder/requirements.txt
