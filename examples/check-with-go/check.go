// Checks a log that was exported, with nothing of ours: is its checkpoint signed by that key, and is its root the root of the entries?
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run check.go VKEY FOLDER
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// The hashes of the tree in the order in which package tlog stores them.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		found[i] = h[index]
	}
	return found, nil
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	verifier, err := note.NewVerifier(os.Args[1])
	must(err)
	signed, err := os.ReadFile(os.Args[2] + "/checkpoint")
	must(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	must(err)
	var size int64
	var root string
	lines := strings.Split(opened.Text, "\n")
	_, err = fmt.Sscan(lines[1]+" "+lines[2], &size, &root)
	must(err)

	var tree hashes
	for index := int64(0); index < size; {
		path := tlog.Tile{H: 8, L: 0, N: index / 256, W: int(min(256, size-index))}.Path()
		bundle, err := os.ReadFile(os.Args[2] + "/tile/entries" + strings.TrimPrefix(path, "tile/8/0"))
		must(err)
		for len(bundle) > 0 {
			length := 2 + int(binary.BigEndian.Uint16(bundle))
			stored, err := tlog.StoredHashes(index, bundle[2:length], tree)
			must(err)
			tree, bundle, index = append(tree, stored...), bundle[length:], index+1
		}
	}
	computed, err := tlog.TreeHash(size, tree)
	must(err)
	fmt.Println(lines[0], size, "entries:", base64.StdEncoding.EncodeToString(computed[:]) == root)
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}
