#!/usr/bin/env bash
# Makes the vectors anew with Go and compares them with the committed ones; with --write, puts them in their place.
# Needs Go and golang.org/x/mod as Debian's packages golang-go and golang-golang-x-mod-dev bring them; no network. Exit code 3: not here.
set -eu
cd "$(dirname "$0")"
sources=/usr/share/gocode
command -v go >/dev/null && [ -d "$sources/src/golang.org/x/mod/sumdb/tlog" ] || exit 3

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
mkdir "$made/data"
GO111MODULE=off GOPATH=$sources GOCACHE=$made/cache GOFLAGS=-p=1 go run main.go tree.go notes.go "$made/data"
if [ "${1:-}" = --write ]; then
  cp "$made"/data/*.ndjson data/
else
  diff -r data "$made/data"
  echo "$(cat data/*.ndjson | wc -l) vectors are what Go makes"
fi
