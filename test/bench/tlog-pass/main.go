// How long does an independent implementation take for the tree alone? golang.org/x/mod/sumdb/tlog over the entry bundles of an export.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/mod/sumdb/tlog"
)

const bundleEntries = 256

// Stored hashes of one right edge are all that a tree needs to grow; older ones are forgotten.
type edge map[int64]tlog.Hash

func (e edge) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hash, ok := e[index]
		if !ok {
			return nil, fmt.Errorf("no stored hash %d", index)
		}
		hashes[i] = hash
	}
	return hashes, nil
}

func bundlePath(folder string, index, width int64) string {
	path := fmt.Sprintf("%03d", index%1000)
	for rest := index / 1000; rest > 0; rest /= 1000 {
		path = fmt.Sprintf("x%03d/%s", rest%1000, path)
	}
	if width < bundleEntries {
		path = fmt.Sprintf("%s.p/%d", path, width)
	}
	return filepath.Join(folder, "tile/entries", path)
}

func run(folder string) error {
	note, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return err
	}
	// tlog-checkpoint has the origin where Go's own trees have another first line.
	var size int64
	lines := strings.SplitN(string(note), "\n", 4)
	if _, err := fmt.Sscanf(lines[1], "%d", &size); err != nil {
		return err
	}
	stored := edge{}
	var n int64
	for n < size {
		width := min(size-n, bundleEntries)
		bundle, err := os.ReadFile(bundlePath(folder, n/bundleEntries, width))
		if err != nil {
			return err
		}
		if n, err = take(stored, bundle, n); err != nil {
			return err
		}
	}
	root, err := tlog.TreeHash(size, stored)
	if err != nil {
		return err
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return err
	}
	micros := usage.Utime.Nano()/1000 + usage.Stime.Nano()/1000
	fmt.Printf("{\"root\":%q,\"signed\":%q,\"cpuMicros\":%d}\n", root.String(), lines[2], micros)
	return nil
}

func take(stored edge, bundle []byte, n int64) (int64, error) {
	for len(bundle) > 0 {
		length := int(binary.BigEndian.Uint16(bundle))
		hashes, err := tlog.StoredHashes(n, bundle[2:2+length], stored)
		if err != nil {
			return n, err
		}
		first := tlog.StoredHashIndex(0, n)
		for i, hash := range hashes {
			stored[first+int64(i)] = hash
		}
		bundle = bundle[2+length:]
		n++
		forget(stored, n)
	}
	return n, nil
}

// Whatever a hash of a higher level covers will not be asked for again.
func forget(stored edge, n int64) {
	for level := 0; n&(1<<uint(level)) == 0 && level < 62; level++ {
		at := n>>uint(level) - 1
		delete(stored, tlog.StoredHashIndex(level, at))
		delete(stored, tlog.StoredHashIndex(level, at-1))
	}
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
