#!/bin/sh
# Downloads Switchhook for this machine, verifies its checksum, and installs it: sh install.sh URL-OF-A-RELEASE [FOLDER]
set -eu
from=${1:?give the URL of a release}
to=$(cd "${2:-/usr/local/bin}" && pwd)
case $(uname -s)-$(uname -m) in
  Linux-x86_64) name=switchhook-linux-x64 ;;
  Linux-aarch64) name=switchhook-linux-arm64 ;;
  Darwin-arm64) name=switchhook-macos-arm64 ;;
  *) echo "there is no executable for $(uname -s) on $(uname -m)" >&2; exit 1 ;;
esac
if [ -e "/lib/ld-musl-$(uname -m).so.1" ]; then name=$name-musl; fi  # Alpine: it also needs "apk add libstdc++"
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
curl --fail --silent --show-error --location --remote-name "$from/$name" --remote-name "$from/SHA256SUMS"
grep " $name\$" SHA256SUMS > sum || { echo "SHA256SUMS does not list $name" >&2; exit 1; }
if command -v sha256sum > /dev/null; then sha256sum -c sum; else shasum -a 256 -c sum; fi
if [ -w "$to" ]; then sudo=; else sudo=sudo; fi
$sudo install -m 755 "$name" "$to/switchhook"
"$to/switchhook" --version
