#!/usr/bin/env bash
# Builds kernels.wasm from kernels.c, or writes it to the path that is given. Debian: apt-get install clang-19 lld-19.
# Not relaxed SIMD: its sums would depend on the processor.
set -euo pipefail
cd "$(dirname "$0")"
clang-19 --target=wasm32 -O3 -msimd128 -mbulk-memory -nostdlib -ffreestanding -Wall -Werror \
  -Wl,--no-entry -Wl,--export=__heap_base -Wl,--strip-debug -o "${1:-kernels.wasm}" kernels.c
