// Which bytes must a log of ours have, according to an implementation that we did not write? Go's golang.org/x/mod/sumdb/{tlog,note}.
//
// Written and compared by regenerate.sh; the data is read by vectors.spec.ts. Everything is deterministic: entries are numbered, keys come
// from fixed seeds, times are fixed.
package main

import (
	"bytes"
	"encoding/json"
	"log"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: vectors FOLDER")
	}
	folder := os.Args[1]
	write(folder, "roots", roots())
	write(folder, "repeated", repeated())
	write(folder, "proofs", proofs())
	write(folder, "proof-digests", proofDigests())
	write(folder, "tiles", tiles())
	write(folder, "notes", notes())
	write(folder, "receipts", receipts())
}

// One JSON object a line, so that a change shows as the lines that changed.
func write(folder, name string, rows []any) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	for _, row := range rows {
		must(encoder.Encode(row))
	}
	must(os.WriteFile(filepath.Join(folder, name+".ndjson"), out.Bytes(), 0o644))
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
