#!/usr/bin/env bash
# Builds Binder's environment in a fresh folder and runs a chapter in it: binder/try.sh [notebook]
# With the package index's build of torch in place of the CPU build, and so with what that build needs.
set -euo pipefail
cd "$(dirname "$0")/.."
notebook=$(realpath "${1:-notebooks/03_plain_vs_deep.ipynb}")
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT

git ls-files -co --exclude-standard | while read -r file; do
  if [ -f "$file" ]; then cp --parents "$file" "$fresh"; fi
done
cd "$fresh"
python=$(cut -d- -f2 binder/runtime.txt)
SECONDS=0
uv venv --quiet --seed --python "$python" env
grep -v '^--' binder/requirements.txt | sed 's/+cpu//' > requirements.txt
uv pip install --quiet --python env/bin/python -r requirements.txt
export PATH="$fresh/env/bin:$PATH"
bash binder/postBuild
echo "environment: $SECONDS s"

if python -c "import torchvision" 2>/dev/null; then
  echo "torchvision is here, and Binder's environment has none" >&2
  exit 1
fi
cp "$notebook" notebooks/tried.ipynb
cd notebooks
python - <<'PY'
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

notebook = nbformat.read("tried.ipynb", as_version=4)
client = NotebookClient(notebook, timeout=120)
began = time.perf_counter()
with client.setup_kernel():
    for number, cell in enumerate(notebook.cells):
        client.execute_cell(cell, number)
    status = Path(f"/proc/{client.km.provisioner.pid}/status").read_text()
peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
warned = [o.text for c in notebook.cells for o in c.get("outputs", []) if o.get("name") == "stderr"]
seconds = time.perf_counter() - began
print(f"{len(notebook.cells)} cells in {seconds:.0f} s, {peak / 2**20:.2f} GiB, stderr: {warned or 'nothing'}")
PY
