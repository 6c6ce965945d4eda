#!/bin/sh
# Fetches what a deck carries along, from the npm packages as they are published: `sh course/lecture/vendor/refresh.sh`.
# Other versions: REVEAL=6.0.2 KATEX=0.19.1 in front. The files are left as they are; versions.json says which they are.
set -eu
reveal=${REVEAL:-6.0.2} katex=${KATEX:-0.19.1}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

take() { # a package, its version, then files of it
  name=$1 version=$2
  shift 2
  npm pack --silent "$name@$version" >/dev/null
  rm -rf package
  tar -xzf "$name-$version.tgz"
  rm -rf "$here/$name"
  mkdir -p "$here/$name"
  for file in "$@"; do cp "package/$file" "$here/$name/"; done
}

take reveal.js "$reveal" LICENSE dist/reveal.css dist/reveal.js dist/plugin/notes.js
fonts=""
for font in AMS-Regular Caligraphic-Regular Main-Bold Main-BoldItalic Main-Italic Main-Regular Math-BoldItalic \
  Math-Italic Size1-Regular Size2-Regular Size3-Regular Size4-Regular Typewriter-Regular; do
  fonts="$fonts dist/fonts/KaTeX_$font.woff2"
done
# shellcheck disable=SC2086  # one argument for each font
take katex "$katex" LICENSE dist/katex.min.css dist/katex.min.js dist/contrib/auto-render.min.js $fonts
printf '{ "reveal.js": "%s", "katex": "%s" }\n' "$reveal" "$katex" >"$here/versions.json"
