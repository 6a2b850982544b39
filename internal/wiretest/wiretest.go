// Package wiretest runs a folder of exchanges, each a text file that anyone can read, against an HTTP handler.
// It is imported by tests only. Start reading with Run; the files in testdata/exchange show every feature.
//
// # A file
//
// A file is in the txtar format: a comment that says which rule or source it shows, then pairs of a request and
// its exact answer.
//
//	a document type definition is refused without a word.
//	-- request --
//	POST /v20/default.asmx HTTP/1.1
//	Content-Type: text/xml; charset=utf-8
//	SOAPAction: "http://api.myh2o.com/v20/Sessions_Create"
//
//	<!DOCTYPE a><a/>
//	-- answer --
//	HTTP/1.1 400
//	!Content-Type
//
// Several pairs are numbered: request, answer, request 2, answer 2 and so on. In a request, Host and
// Content-Length are added when they are not there, and a line X-Wiretest-Peer: 127.0.0.1 sets the address that
// the handler sees as its peer (192.0.2.1 otherwise) and is removed. In an answer only the headers that the file
// names are compared, a line !Name says that a header is absent, and the body is compared byte for byte. The
// line end before the next marker belongs to the file, not to the body.
//
// # Marks and directives
//
// The line folded in the comment means that white space between tags and before /> does not count. With the line
// folded-inner, bodies are first unescaped by one level, so that a document which travels as text inside another can be
// written as it is, and white space around the = of attributes does not count either. The line recorded means that the
// file comes from an original document: -update never rewrites it.
//
//	{{repeat 100 "<a>"}}  that text so many times (a Go string), in a request
//	{{byte 0x00}}         one byte
//	{{any}}               in an answer: a run of characters other than < " and white space
//	{{capture KEY}}       the same, and keeps it as KEY
//	{{KEY}}               what was kept, in a later request or answer, or later in the same answer
//	{{urlquery KEY}}      the same, escaped for a query
//
// With the flag -update, answers that differ are rewritten to what the handler said, with the directives kept
// where they still match. An answer that is empty in the file is filled in.
package wiretest

import (
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the expected answers and golden files of the tests")

// Run runs every .txt file of a folder as a subtest named after the file, each against a fresh handler. A folder
// without a file fails the test.
func Run(t *testing.T, dir string, newHandler func(t testing.TB) http.Handler) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("there is no wire test in %s", dir)
	}
	slices.Sort(files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			RunFile(t, file, newHandler(t))
		})
	}
}

// RunFile runs the exchanges of one file, in their order, against one handler.
func RunFile(t testing.TB, file string, handler http.Handler) {
	t.Helper()
	rewrote, complaints, err := play(file, handler, *update)
	if err != nil {
		t.Fatalf("%s: %v", filepath.Base(file), err)
	}
	for _, c := range complaints {
		t.Errorf("%s: %s", filepath.Base(file), c)
	}
	if rewrote {
		t.Logf("rewrote %s", file)
	}
}

// play runs one file and, when asked to and the file may be, writes what came back into it.
func play(file string, handler http.Handler, rewrite bool) (rewrote bool, complaints []string, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return false, nil, err
	}
	s, err := parseScript(text)
	if err != nil {
		return false, nil, err
	}
	changed, complaints := s.run(handler, rewrite && !s.recorded)
	if !changed {
		return false, complaints, nil
	}
	return true, complaints, os.WriteFile(file, s.format(), 0o644)
}

// Golden compares a text with the content of a file and shows where they differ. With the flag -update it writes
// the file instead.
func Golden(t testing.TB, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run the test with -update to write it)", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", file, diff)
	}
}
