package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// readsClock are the folders where the clock of the machine may be read; elsewhere time comes in as a field.
var readsClock = []string{"internal/server", "internal/cli", "cmd/latchkey"}

// maySkip is the one place that may skip a test, for a database engine that is missing, and says so.
var maySkip = []string{"internal/storage/storetest"}

// keepsValues is where a value (the request id) may be put into a context.
var keepsValues = []string{"internal/server"}

// uses finds package.Name for any of the names, by the name the file gives to the package.
func uses(s source, importPath string, names ...string) []ast.Node {
	local := s.localName(importPath)
	if local == "" {
		return nil
	}
	var out []ast.Node
	ast.Inspect(s.syntax, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == local && slices.Contains(names, sel.Sel.Name) {
			out = append(out, n)
		}
		return true
	})
	return out
}

// checkClock also refuses Since and Until, which read the clock in secret.
func checkClock(files []source) []string {
	var out []string
	for _, s := range files {
		if s.test || s.generated || slices.Contains(readsClock, s.folder) || slices.Contains(testHelpers, s.folder) {
			continue
		}
		for _, n := range uses(s, "time", "Now", "Since", "Until") {
			out = append(out, fmt.Sprintf("%s: the clock is read only in %s", s.at(n), strings.Join(readsClock, ", ")))
		}
	}
	return out
}

func checkContextValues(files []source) []string {
	var out []string
	for _, s := range files {
		if s.test || slices.Contains(keepsValues, s.folder) {
			continue
		}
		for _, n := range uses(s, "context", "WithValue") {
			out = append(out, fmt.Sprintf("%s: a context carries nothing but cancellation, deadline and request id", s.at(n)))
		}
	}
	return out
}

func checkInit(files []source) []string {
	var out []string
	for _, s := range files {
		for _, decl := range s.syntax.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" && !s.generated {
				out = append(out, fmt.Sprintf("%s: no init functions", s.at(f)))
			}
		}
	}
	return out
}

// testingNames are the names under which a file's functions receive a test, benchmark or fuzz target.
func testingNames(s source) map[string]bool {
	local, names := s.localName("testing"), map[string]bool{}
	ast.Inspect(s.syntax, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok {
			return true
		}
		typ := field.Type
		if star, ok := typ.(*ast.StarExpr); ok {
			typ = star.X
		}
		sel, ok := typ.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == local {
			for _, id := range field.Names {
				names[id.Name] = true
			}
		}
		return true
	})
	return names
}

func checkSkips(files []source) []string {
	var out []string
	for _, s := range files {
		if s.localName("testing") == "" || slices.Contains(maySkip, s.folder) {
			continue
		}
		names := testingNames(s)
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok || !slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, sel.Sel.Name) {
				return true
			}
			if id, ok := sel.X.(*ast.Ident); ok && names[id.Name] {
				out = append(out, fmt.Sprintf("%s: tests are skipped only by %s", s.at(n), strings.Join(maySkip, ", ")))
			}
			return true
		})
	}
	return out
}

// checkErrorComparisons refuses err == something, which fails as soon as somebody wraps the error.
func checkErrorComparisons(files []source) []string {
	isErr := func(e ast.Expr) bool {
		id, ok := e.(*ast.Ident)
		return ok && (id.Name == "err" || strings.HasSuffix(id.Name, "Err"))
	}
	isNil := func(e ast.Expr) bool {
		id, ok := e.(*ast.Ident)
		return ok && id.Name == "nil"
	}
	var out []string
	for _, s := range files {
		if s.generated {
			continue
		}
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			b, ok := n.(*ast.BinaryExpr)
			if ok && (b.Op == token.EQL || b.Op == token.NEQ) && (isErr(b.X) || isErr(b.Y)) && !isNil(b.X) && !isNil(b.Y) {
				out = append(out, fmt.Sprintf("%s: errors are compared with errors.Is or errors.As", s.at(n)))
			}
			return true
		})
	}
	return out
}

func TestTheClockIsReadAtTheEdgeOnly(t *testing.T) { report(t, checkClock(house(t))) }

func TestContextsCarryNoValues(t *testing.T) { report(t, checkContextValues(house(t))) }

func TestThereAreNoInitFunctions(t *testing.T) { report(t, checkInit(house(t))) }

func TestTestsAreSkippedInOnePlaceOnly(t *testing.T) { report(t, checkSkips(house(t))) }

func TestErrorsAreNotComparedByIdentity(t *testing.T) { report(t, checkErrorComparisons(house(t))) }

func TestHabitRulesAreEnforced(t *testing.T) {
	t.Run("time.Now in the middle", func(t *testing.T) {
		text := "package a\nimport clock \"time\"\nvar now = clock.Now\n"
		wantComplaint(t, checkClock(example(t, "internal/access/a.go", text)), "the clock")
		wantNone(t, checkClock(example(t, "internal/access/a_test.go", text)))
		wantNone(t, checkClock(example(t, "internal/server/a.go", text)))
	})
	t.Run("time.Since reads the clock too", func(t *testing.T) {
		text := "package a\nimport \"time\"\nfunc f(t time.Time) any { return time.Since(t) }\n"
		wantComplaint(t, checkClock(example(t, "internal/soap/a.go", text)), "the clock")
	})
	t.Run("a value in a context", func(t *testing.T) {
		text := "package a\nimport \"context\"\nvar f = context.WithValue\n"
		wantComplaint(t, checkContextValues(example(t, "internal/access/a.go", text)), "context")
	})
	t.Run("an init function", func(t *testing.T) {
		wantComplaint(t, checkInit(example(t, "internal/access/a.go", "package a\nfunc init() {}\n")), "init")
	})
	t.Run("a skipped test", func(t *testing.T) {
		text := "package a\nimport \"testing\"\nfunc TestA(t *testing.T) { t.Skip() }\n"
		wantComplaint(t, checkSkips(example(t, "internal/access/a_test.go", text)), "skipped")
	})
	t.Run("another method called Skip", func(t *testing.T) {
		text := "package a\nimport \"testing\"\nfunc TestA(t *testing.T) { var d d; d.Skip() }\n"
		wantNone(t, checkSkips(example(t, "internal/access/a_test.go", text)))
	})
	t.Run("an error compared by identity", func(t *testing.T) {
		text := "package a\nfunc f() bool { return err == io.EOF || err == nil }\n"
		wantComplaint(t, checkErrorComparisons(example(t, "internal/access/a.go", text)), "errors.Is")
	})
}
