#!/bin/sh
# Starts the page: double-click this file (macOS), or run it in a terminal (Linux). It needs Python
# 3.11 or later, or uv. What it does is in start.py; here a Python is only looked for.
start=$(dirname -- "$0")/start.py
if [ ! -f "$start" ]; then
  echo 'start.py is not beside this file. Unpack the whole folder first, and start it there.'
  exit 1
fi
PATH=$PATH:$HOME/.local/bin:/opt/homebrew/bin:/usr/local/bin
# Without Apple's developer tools its python3 does nothing but offer, in a window, to install them.
no_apple_python() {
  [ "$(uname)" = Darwin ] && ! xcode-select -p >/dev/null 2>&1
}
for python in python3 python3.15 python3.14 python3.13 python3.12 python3.11 python; do
  case $(command -v "$python") in
    /usr/bin/*) no_apple_python && continue ;;
  esac
  if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    exec "$python" "$start" "$@"
  fi
done
if command -v uv >/dev/null; then
  exec uv run --no-project --python '>=3.11' "$start" "$@"
fi
echo 'There is no Python 3.11 or later on this computer, and no uv.'
echo 'Install Python from python.org, or uv, and start this file again.'
exit 1
