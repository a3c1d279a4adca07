#!/bin/sh
# Downloads Switchhook for this Linux or macOS machine, verifies its checksum, and installs it to /usr/local/bin.
# Usage: sh install.sh https://WHERE-THE-RELEASE-IS/v0.2.0
set -eu
from=${1:?give the URL of the release}
case $(uname -s)-$(uname -m) in
  Linux-x86_64) name=switchhook-linux-x64 ;;
  Linux-aarch64) name=switchhook-linux-arm64 ;;
  Darwin-arm64) name=switchhook-macos-arm64 ;;
  *) echo "there is no build for $(uname -s) on $(uname -m)" >&2; exit 1 ;;
esac
if [ -e "/lib/ld-musl-$(uname -m).so.1" ]; then name=$name-musl; fi
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
curl --fail --location --remote-name --silent --show-error "$from/$name" --remote-name "$from/SHA256SUMS"
grep " $name\$" SHA256SUMS > sum && { sha256sum -c sum 2>/dev/null || shasum -a 256 -c sum; }
chmod 755 "$name" && ${SUDO-sudo} install "$name" "${TO-/usr/local/bin}/switchhook"
"${TO-/usr/local/bin}/switchhook" --version
