#!/usr/bin/env bash
# Makes the vectors anew with Go and compares them with the committed ones; with --write, puts them in their place.
# Needs Go and golang.org/x/mod as Debian's packages golang-go and golang-golang-x-mod-dev bring them. With --fetch, on a Debian that lacks
# them, unpacks them for this run alone and installs nothing. Exit code 3: they are not to be had here.
set -eu
cd "$(dirname "$0")"
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
fetchSecondsMax=60

sources=/usr/share/gocode
present() { command -v go >/dev/null && [ -d "$sources/src/golang.org/x/mod/sumdb/tlog" ]; }

# Whether it worked, `present` tells afterwards.
fetch() (
  set +e
  mkdir "$made/packages"
  cd "$made/packages"
  [ "$(id -u)" != 0 ] || timeout "$fetchSecondsMax" apt-get -qq update
  compiler=$(apt-cache depends golang-go | sed -n 's/^ *Depends: \(golang-[0-9.]*\)-go$/\1/p')
  timeout "$fetchSecondsMax" apt-get -qq download "$compiler-go" "$compiler-src" golang-golang-x-mod-dev
  for package in *.deb; do timeout "$fetchSecondsMax" dpkg-deb -x "$package" "$made/unpacked"; done
  ln -s "$made/unpacked/usr/lib/${compiler/golang/go}" "$made/goroot"
) >"$made/fetch.log" 2>&1

if ! present; then
  [ "${1:-}" = --fetch ] || exit 3
  fetch || true
  export GOROOT=$made/goroot PATH=$made/goroot/bin:$PATH
  sources=$made/unpacked/usr/share/gocode
  present || exit 3
fi

mkdir "$made/data"
GO111MODULE=off GOPATH=$sources GOCACHE=$made/cache GOFLAGS=-p=1 go run main.go tree.go notes.go "$made/data"
if [ "${1:-}" = --write ]; then
  cp "$made"/data/*.ndjson data/
else
  diff -r data "$made/data"
  echo "$(cat data/*.ndjson | wc -l) vectors are what $(go version) makes"
fi
