package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	whereToStart = regexp.MustCompile(`(?i)\b(start|read)`)
	unfinished   = regexp.MustCompile(`\b(TODO|FIXME|XXX)\b|(?i:not implemented)`)
)

func checkPackageComments(files []source) []string {
	comments, seen := map[string]string{}, []string{}
	for _, s := range files {
		if s.test || s.generated {
			continue
		}
		if _, ok := comments[s.folder]; !ok {
			comments[s.folder] = ""
			seen = append(seen, s.folder)
		}
		if s.syntax.Doc != nil {
			comments[s.folder] += s.syntax.Doc.Text()
		}
	}
	var out []string
	for _, folder := range seen {
		text := comments[folder]
		switch {
		case text == "":
			out = append(out, fmt.Sprintf("package %s has no package comment", folder))
		case !strings.HasPrefix(text, "Package ") && !strings.HasPrefix(text, "Command "):
			out = append(out, fmt.Sprintf("the comment of package %s does not begin with Package or Command", folder))
		case strings.HasPrefix(folder, "internal/") && !whereToStart.MatchString(text):
			out = append(out, fmt.Sprintf("the comment of package %s does not say where to start reading", folder))
		}
	}
	return out
}

// documented checks one declaration of package level. The comment of an interface speaks for methods whose name
// says it all, so methods in it need none of their own.
func documented(s source, decl ast.Decl) []string {
	var out []string
	miss := func(n ast.Node, name string) {
		out = append(out, fmt.Sprintf("%s: exported %s has no doc comment", s.at(n), name))
	}
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && receiverExported(d) && d.Doc == nil {
			miss(d, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if spec.Name.IsExported() && spec.Doc == nil && spec.Comment == nil && (d.Doc == nil || d.Lparen.IsValid()) {
					miss(spec, spec.Name.Name)
				}
			case *ast.ValueSpec:
				covered := spec.Doc != nil || spec.Comment != nil || d.Doc != nil
				if i := slices.IndexFunc(spec.Names, (*ast.Ident).IsExported); i >= 0 && !covered {
					miss(spec, spec.Names[i].Name)
				}
			}
		}
	}
	return out
}

// receiverExported tells whether a method can be seen from outside; true for a plain function.
func receiverExported(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	exported := false
	ast.Inspect(f.Recv.List[0].Type, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if ok {
			exported = id.IsExported()
		}
		return !ok
	})
	return exported
}

func checkExportedNames(files []source) []string {
	var out []string
	for _, s := range files {
		if s.test || s.generated || s.syntax.Name.Name == "main" {
			continue
		}
		for _, decl := range s.syntax.Decls {
			out = append(out, documented(s, decl)...)
		}
	}
	return out
}

func checkUnfinished(files []source) []string {
	var out []string
	for _, s := range files {
		if s.folder == "internal/archtest" {
			continue // names the words it looks for
		}
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if n.Kind == token.STRING && unfinished.MatchString(n.Value) {
					out = append(out, fmt.Sprintf("%s: a text says that something is unfinished", s.at(n)))
				}
			}
			return true
		})
		for _, group := range s.syntax.Comments {
			if unfinished.MatchString(group.Text()) {
				out = append(out, fmt.Sprintf("%s: a comment says that something is unfinished", s.at(group)))
			}
		}
	}
	return out
}

// badFolders say nothing of what is inside.
var badFolders = []string{
	"util", "utils", "common", "helper", "helpers", "model", "models", "type", "types",
	"manager", "managers", "base", "pkg", "misc", "shared", "lib", "core",
}

var fileName = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*\.go$`)

func checkNames(files []source) []string {
	var out []string
	for _, s := range files {
		for _, part := range strings.Split(s.folder, "/") {
			if slices.Contains(badFolders, part) {
				out = append(out, fmt.Sprintf("folder %s: the name %q says nothing", s.folder, part))
			}
		}
		if !s.generated && !fileName.MatchString(s.name) {
			out = append(out, fmt.Sprintf("file %s is not named in snake_case", path.Join(s.folder, s.name)))
		}
	}
	return out
}

func TestEveryPackageSaysWhatItIs(t *testing.T) { report(t, checkPackageComments(house(t))) }

func TestEveryExportedNameIsDocumented(t *testing.T) { report(t, checkExportedNames(house(t))) }

func TestNothingSaysItIsUnfinished(t *testing.T) { report(t, checkUnfinished(house(t))) }

func TestFoldersAndFilesAreNamedByTheirSubject(t *testing.T) { report(t, checkNames(house(t))) }

func TestCommentRulesAreEnforced(t *testing.T) {
	t.Run("a package without a comment", func(t *testing.T) {
		wantComplaint(t, checkPackageComments(example(t, "internal/soap/a.go", "package soap\n")), "no package comment")
	})
	t.Run("a comment that does not say where to start", func(t *testing.T) {
		wantComplaint(t, checkPackageComments(example(t, "internal/soap/a.go", "// Package soap is it.\npackage soap\n")), "where to start")
	})
	t.Run("a full comment", func(t *testing.T) {
		wantNone(t, checkPackageComments(example(t, "internal/soap/a.go", "// Package soap is it. Start with a.go.\npackage soap\n")))
	})
	for _, text := range []string{
		"type A int", "func A() {}", "const A = 1", "var (\n\tb, A int\n)", "type A struct{}", "// T is.\ntype T int\nfunc (*T) A() {}",
		"// G is.\ntype G[T any] int\nfunc (G[T]) A() {}", "// On the group.\ntype (\n\tA int\n)",
	} {
		t.Run("an undocumented name in "+text, func(t *testing.T) {
			wantComplaint(t, checkExportedNames(example(t, "internal/soap/a.go", "package soap\n\n"+text+"\n")), "no doc comment")
		})
	}
	t.Run("a group's comment covers its constants", func(t *testing.T) {
		wantNone(t, checkExportedNames(example(t, "internal/soap/a.go", "package soap\n\n// All of them.\nconst (\n\tA = 1\n\tB = 2\n)\n")))
	})
	t.Run("methods of hidden types need none", func(t *testing.T) {
		wantNone(t, checkExportedNames(example(t, "internal/soap/a.go", "package soap\n\ntype t int\n\nfunc (t) A() {}\n")))
	})
	t.Run("an unfinished comment", func(t *testing.T) {
		wantComplaint(t, checkUnfinished(example(t, "internal/soap/a.go", "package soap\n\n// TODO: all of it\n")), "unfinished")
	})
	t.Run("an unfinished text", func(t *testing.T) {
		wantComplaint(t, checkUnfinished(example(t, "internal/soap/a.go", "package soap\n\nvar a = \"Not implemented.\"\n")), "unfinished")
	})
	t.Run("a folder called util", func(t *testing.T) {
		wantComplaint(t, checkNames(example(t, "internal/util/a.go", "package util\n")), "util")
	})
	t.Run("a file in camel case", func(t *testing.T) {
		wantComplaint(t, checkNames(example(t, "internal/soap/loginToken.go", "package soap\n")), "snake_case")
	})
}
