package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A key that everybody may know: its seed is the hash of its name.
func privateKey(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("derbes vectors " + name))
	return ed25519.NewKeyFromSeed(seed[:])
}

// Signature type 0x01, by package note itself.
func ed25519Signer(name string) (note.Signer, string) {
	private := privateKey(name)
	vkey, err := note.NewEd25519VerifierKey(name, private.Public().(ed25519.PublicKey))
	must(err)
	id := vkey[len(name)+1 : len(name)+9]
	skey := append([]byte{1}, private.Seed()...)
	signer, err := note.NewSigner("PRIVATE+KEY+" + name + "+" + id + "+" + base64.StdEncoding.EncodeToString(skey))
	must(err)
	return signer, vkey
}

// Signature type 0x04, which package note does not know: C2SP tlog-cosignature, written from the text.
type cosigner struct {
	name    string
	private ed25519.PrivateKey
	time    uint64
}

const cosignatureV1 = 0x04

func (c cosigner) public() []byte {
	return append([]byte{cosignatureV1}, c.private.Public().(ed25519.PublicKey)...)
}

func (c cosigner) Name() string { return c.name }

func (c cosigner) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(c.name+"\n"), c.public()...))
	return binary.BigEndian.Uint32(sum[:4])
}

func (c cosigner) message(time uint64, text []byte) []byte {
	return append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", time)), text...)
}

func (c cosigner) Sign(text []byte) ([]byte, error) {
	time := binary.BigEndian.AppendUint64(nil, c.time)
	return append(time, ed25519.Sign(c.private, c.message(c.time, text))...), nil
}

func (c cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	return ed25519.Verify(c.private.Public().(ed25519.PublicKey), c.message(time, text), signature[8:])
}

func (c cosigner) vkey() string {
	return fmt.Sprintf("%s+%08x+%s", c.name, c.KeyHash(), base64.StdEncoding.EncodeToString(c.public()))
}

type key struct {
	Name string `json:"name"`
	Seed string `json:"seed"`
	Vkey string `json:"vkey"`
	// POSIX seconds of what a cosigner signs; 0 for signatures of type 0x01.
	Time uint64 `json:"time"`
}

type signedNote struct {
	Text string `json:"text"`
	Keys []key  `json:"keys"`
	Note string `json:"note"`
}

func sign(text string, logs []string, cosigners []cosigner) signedNote {
	signed := signedNote{Text: text}
	var signers []note.Signer
	var verifiers []note.Verifier
	for _, name := range logs {
		signer, vkey := ed25519Signer(name)
		verifier, err := note.NewVerifier(vkey)
		must(err)
		signers, verifiers = append(signers, signer), append(verifiers, verifier)
		signed.Keys = append(signed.Keys, key{name, encoded(privateKey(name).Seed()), vkey, 0})
	}
	for _, c := range cosigners {
		signers, verifiers = append(signers, c), append(verifiers, c)
		signed.Keys = append(signed.Keys, key{c.name, encoded(c.private.Seed()), c.vkey(), c.time})
	}
	bytes, err := note.Sign(&note.Note{Text: text}, signers...)
	must(err)
	opened, err := note.Open(bytes, note.VerifierList(verifiers...))
	must(err)
	if len(opened.Sigs) != len(signers) {
		panic("package note opened fewer signatures than it made")
	}
	signed.Note = string(bytes)
	return signed
}

const origin = "log.example/vectors"

func checkpoint(size int64, r tlog.HashReader) string {
	root := rootOf(size, r)
	return fmt.Sprintf("%s\n%d\n%s\n", origin, size, encoded(root[:]))
}

func witnesses() []cosigner {
	return []cosigner{
		{"witness.example/w1", privateKey("w1"), 1_700_000_000},
		{"witness.example/w2", privateKey("w2"), 1_700_000_001},
		{"witness.example/қазақ", privateKey("w3"), 1<<53 - 1},
	}
}

func notes() []any {
	t := treeOf(600)
	return []any{
		sign("one line\n", []string{"example.com/note"}, nil),
		sign("Жазба\n\nwith an empty line, — an em dash\n", []string{"example.com/note"}, nil),
		sign("\n", []string{"example.com/note"}, nil),
		sign("two keys\n", []string{"example.com/note", "example.org/қазақ"}, nil),
		sign(checkpoint(0, t), []string{origin}, nil),
		sign(checkpoint(1, t), []string{origin}, witnesses()[:1]),
		sign(checkpoint(600, t), []string{origin}, witnesses()),
	}
}

// Whole receipts (C2SP tlog-proof, written from the text), by a log and a policy with two of three witnesses.
func receipts() []any {
	type row struct {
		Policy   string `json:"policy"`
		Index    int64  `json:"index"`
		LeafHash string `json:"leafHash"`
		Receipt  string `json:"receipt"`
	}
	t := treeOf(600)
	_, vkey := ed25519Signer(origin)
	policy := "log " + vkey + "\n"
	for i, c := range witnesses() {
		policy += fmt.Sprintf("witness w%d %s\n", i+1, c.vkey())
	}
	policy += "group regulators 2 w1 w2 w3\nquorum regulators\n"
	var rows []any
	for _, at := range [][2]int64{{1, 0}, {257, 256}, {600, 0}, {600, 311}, {600, 599}} {
		size, index := at[0], at[1]
		lines := []string{"c2sp.org/tlog-proof@v1", "extra " + encoded(entry(index)), fmt.Sprintf("index %d", index)}
		for _, hash := range inclusionOf(size, index, t) {
			lines = append(lines, encoded(hash[:]))
		}
		signed := sign(checkpoint(size, t), []string{origin}, witnesses()[:2])
		leaf := tlog.RecordHash(entry(index))
		rows = append(rows, row{policy, index, encoded(leaf[:]), strings.Join(lines, "\n") + "\n\n" + signed.Note})
	}
	return rows
}
