package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// module is the path in go.mod; an import that begins with it is one of ours.
const module = "latchkey"

// source is one parsed Go file.
type source struct {
	folder    string // of its package, relative to the module's root, with slashes: "internal/soap"
	name      string // of the file: "wsdl.go"
	test      bool   // a _test.go file
	generated bool   // carries the standard "Code generated" line
	lines     int
	fset      *token.FileSet
	syntax    *ast.File
}

// at says where a node stands, for a complaint.
func (s source) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", path.Join(s.folder, s.name), s.fset.Position(n.Pos()).Line)
}

// imported is one import of a file: path and the name it has there.
type imported struct {
	path, name string
	node       ast.Node
}

func (s source) imports() []imported {
	var out []imported
	for _, spec := range s.syntax.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		name := path.Base(p)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		out = append(out, imported{path: p, name: name, node: spec})
	}
	return out
}

// ours gives the folder of an import that belongs to this module.
func (i imported) ours() (folder string, ok bool) {
	if i.path == module {
		return ".", true
	}
	return strings.CutPrefix(i.path, module+"/")
}

// localName is what a file calls the package it imports from that path, or "" when it does not import it.
func (s source) localName(importPath string) string {
	for _, i := range s.imports() {
		if i.path == importPath {
			return i.name
		}
	}
	return ""
}

// parse reads one file's text.
func parse(file string, text []byte) (source, error) {
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, file, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return source{}, err
	}
	return source{
		folder:    path.Dir(file),
		name:      path.Base(file),
		test:      strings.HasSuffix(file, "_test.go"),
		generated: ast.IsGenerated(syntax),
		lines:     strings.Count(string(text), "\n"),
		fset:      fset,
		syntax:    syntax,
	}, nil
}

// example parses a made-up file for the tests of the checks themselves.
func example(t *testing.T, file, text string) []source {
	t.Helper()
	s, err := parse(file, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return []source{s}
}

// root finds the folder of go.mod above the test's own folder.
func root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", fmt.Errorf("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}

var loadOnce = sync.OnceValues(load)

// house is every Go file of the module.
func house(t *testing.T) []source {
	t.Helper()
	all, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("found no Go file at all")
	}
	return all
}

func load() ([]source, error) {
	top, err := root()
	if err != nil {
		return nil, err
	}
	var all []source
	err = fs.WalkDir(os.DirFS(top), ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && skipped(top, p, d.Name()):
			return fs.SkipDir
		case d.IsDir() || path.Ext(p) != ".go":
			return nil
		}
		text, err := os.ReadFile(filepath.Join(top, p))
		if err != nil {
			return err
		}
		s, err := parse(p, text)
		if err != nil {
			return err
		}
		all = append(all, s)
		return nil
	})
	return all, err
}

// skipped tells folders that the go command does not build as part of this module.
func skipped(top, p, name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "node_modules" {
		return true
	}
	_, err := os.Stat(filepath.Join(top, p, "go.mod"))
	return err == nil
}

// report fails the test once per complaint.
func report(t *testing.T, complaints []string) {
	t.Helper()
	for _, c := range complaints {
		t.Error(c)
	}
}

// wantComplaint fails unless exactly one complaint came and it speaks of the given thing.
func wantComplaint(t *testing.T, got []string, about string) {
	t.Helper()
	if len(got) != 1 || !strings.Contains(got[0], about) {
		t.Errorf("got complaints %q, want exactly one about %q", got, about)
	}
}

// wantNone fails on any complaint.
func wantNone(t *testing.T, got []string) {
	t.Helper()
	if len(got) != 0 {
		t.Errorf("got complaints %q, want none", got)
	}
}
