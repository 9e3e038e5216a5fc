package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Entry i of every tree here, except of the ones of repeated entries.
func entry(i int64) []byte { return []byte(fmt.Sprintf("entry %d", i)) }

// A tree in memory: the hashes in the order in which tlog stores them.
type tree []tlog.Hash

func (t tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = t[index]
	}
	return hashes, nil
}

func treeOf(size int64) tree {
	var t tree
	for i := int64(0); i < size; i++ {
		hashes, err := tlog.StoredHashes(i, entry(i), t)
		must(err)
		t = append(t, hashes...)
	}
	return t
}

// tlog answers 32 zero bytes for the tree without entries; RFC 6962 section 2.1 says SHA-256 of nothing.
func rootOf(size int64, r tlog.HashReader) tlog.Hash {
	if size == 0 {
		return sha256.Sum256(nil)
	}
	root, err := tlog.TreeHash(size, r)
	must(err)
	return root
}

func roots() []any {
	t := treeOf(65_800)
	sizes := []int64{65_279, 65_280, 65_281, 65_535, 65_536, 65_537, 65_791, 65_792, 65_793, 65_800}
	for size := int64(600); size >= 0; size-- {
		sizes = append([]int64{size}, sizes...)
	}
	var rows []any
	for _, size := range sizes {
		rows = append(rows, struct {
			Size int64     `json:"size"`
			Root tlog.Hash `json:"root"`
		}{size, rootOf(size, t)})
	}
	return rows
}

// A tree whose entries are all alike has one hash at each height, so that trees of any size can be had.
type alike []tlog.Hash

func (a alike) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		height, _ := tlog.SplitStoredHashIndex(index)
		hashes[i] = a[height]
	}
	return hashes, nil
}

func repeated() []any {
	a := alike{tlog.RecordHash([]byte("again"))}
	for len(a) < 64 {
		last := a[len(a)-1]
		a = append(a, tlog.NodeHash(last, last))
	}
	type row struct {
		Size        int64       `json:"size"`
		Root        tlog.Hash   `json:"root"`
		Index       int64       `json:"index"`
		Inclusion   []tlog.Hash `json:"inclusion"`
		OldSize     int64       `json:"oldSize"`
		Consistency []tlog.Hash `json:"consistency"`
	}
	var rows []any
	around := []int64{1 << 16, 1 << 24, 1 << 31, 1 << 32, 1 << 40, 1 << 48}
	var sizes []int64
	for _, middle := range around {
		sizes = append(sizes, middle-1, middle, middle+1, middle+middle/3)
	}
	sizes = append(sizes, 1<<53-1)
	for _, size := range sizes {
		index, oldSize := size-size/5-1, size/2+size/7
		inclusion, err := tlog.ProveRecord(size, index, a)
		must(err)
		must(tlog.CheckRecord(inclusion, size, rootOf(size, a), index, a[0]))
		consistency, err := tlog.ProveTree(size, oldSize, a)
		must(err)
		rows = append(rows, row{size, rootOf(size, a), index, inclusion, oldSize, consistency})
	}
	return rows
}

// Every proof of small trees, in full.
func proofs() []any {
	type inclusion struct {
		Size  int64       `json:"size"`
		Index int64       `json:"index"`
		Proof []tlog.Hash `json:"inclusion"`
	}
	type consistency struct {
		Size    int64       `json:"size"`
		OldSize int64       `json:"oldSize"`
		Proof   []tlog.Hash `json:"consistency"`
	}
	t := treeOf(12)
	var rows []any
	for size := int64(1); size <= 12; size++ {
		for index := int64(0); index < size; index++ {
			rows = append(rows, inclusion{size, index, inclusionOf(size, index, t)})
		}
		for oldSize := int64(1); oldSize <= size; oldSize++ {
			rows = append(rows, consistency{size, oldSize, consistencyOf(size, oldSize, t)})
		}
	}
	return rows
}

// Every proof of larger trees: SHA-256 over the hashes of all of them, one proof after the other by index or old size.
func proofDigests() []any {
	type row struct {
		Size        int64  `json:"size"`
		Inclusion   string `json:"inclusion"`
		Consistency string `json:"consistency"`
	}
	t := treeOf(600)
	var rows []any
	for size := int64(1); size <= 600; size++ {
		if size > 130 && size%64 > 1 && size%64 < 63 && size != 600 {
			continue
		}
		inclusions, consistencies := sha256.New(), sha256.New()
		for i := int64(0); i < size; i++ {
			for _, hash := range inclusionOf(size, i, t) {
				inclusions.Write(hash[:])
			}
			for _, hash := range consistencyOf(size, i+1, t) {
				consistencies.Write(hash[:])
			}
		}
		rows = append(rows, row{size, encoded(inclusions.Sum(nil)), encoded(consistencies.Sum(nil))})
	}
	return rows
}

func inclusionOf(size, index int64, r tlog.HashReader) []tlog.Hash {
	proof, err := tlog.ProveRecord(size, index, r)
	must(err)
	return list(proof)
}

func consistencyOf(size, oldSize int64, r tlog.HashReader) []tlog.Hash {
	proof, err := tlog.ProveTree(size, oldSize, r)
	must(err)
	return list(proof)
}

// Written as [] where there is none.
func list(hashes []tlog.Hash) []tlog.Hash { return append([]tlog.Hash{}, hashes...) }

func encoded(bytes []byte) string { return base64.StdEncoding.EncodeToString(bytes) }

// What a tree that grew from one size to another has more: path and SHA-256 of each tile and entry bundle.
func tiles() []any {
	type row struct {
		OldSize int64  `json:"oldSize"`
		Size    int64  `json:"size"`
		Path    string `json:"path"`
		Width   int    `json:"width"`
		Bytes   int    `json:"bytes"`
		Sha256  string `json:"sha256"`
	}
	t := treeOf(70_000)
	var rows []any
	add := func(oldSize, size int64, path string, width int, data []byte) {
		sum := sha256.Sum256(data)
		rows = append(rows, row{oldSize, size, path, width, len(data), encoded(sum[:])})
	}
	for _, grown := range [][2]int64{{0, 1}, {1, 2}, {0, 255}, {255, 256}, {256, 257}, {200, 600}, {65_530, 65_540}, {0, 70_000}} {
		oldSize, size := grown[0], grown[1]
		for n := oldSize / 256; n*256 < size; n++ {
			width := size - n*256
			if width > 256 {
				width = 256
			}
			add(oldSize, size, c2spPath("entries", n, int(width)), int(width), bundle(n*256, n*256+width))
		}
		// tlog lists a partial tile once for every width on the way; the widest stands.
		all := tlog.NewTiles(8, oldSize, size)
		for i, tile := range all {
			if i+1 < len(all) && all[i+1].L == tile.L && all[i+1].N == tile.N {
				continue
			}
			if tile.L > 0 && int64(tile.W) == (oldSize>>(8*tile.L))-tile.N<<8 {
				continue
			}
			data, err := tlog.ReadTileData(tile, t)
			must(err)
			add(oldSize, size, c2spPath(fmt.Sprint(tile.L), tile.N, tile.W), tile.W, data)
		}
	}
	return rows
}

// tlog's own paths are tile/8/L/N: C2SP tlog-tiles leaves the height out.
func c2spPath(level string, n int64, width int) string {
	own := tlog.Tile{H: 8, L: 0, N: n, W: width}.Path()
	return "tile/" + level + own[len("tile/8/0"):]
}

// C2SP tlog-tiles: big-endian uint16 length-prefixed entries. x/mod has no such bundles; this is written from the text.
func bundle(from, to int64) []byte {
	var out []byte
	for i := from; i < to; i++ {
		out = binary.BigEndian.AppendUint16(out, uint16(len(entry(i))))
		out = append(out, entry(i)...)
	}
	return out
}
