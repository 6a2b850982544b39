package archtest

import (
	"fmt"
	"go/ast"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// rulesPage says what every rule number means.
const rulesPage = "docs/reference/rules.md"

var (
	// citedRule is a rule number in a comment or a text: a letter for the subject and a number, or, of the security
	// features, a letter.
	citedRule = regexp.MustCompile(`\b(?:[VABXNCGKLPSITWMOD]-[0-9]{1,2}b?|X-[a-p])\b`)
	// ruleInTest and ruleInFile are a rule's letter and number at the beginning of a test's name or of a wire test's file name.
	ruleInTest = regexp.MustCompile(`^(?:Test|Fuzz|Benchmark)([VABXNCGKLP])([0-9]{1,2}b?)[A-Z]`)
	ruleInFile = regexp.MustCompile(`^([vabxncgklp])0*([1-9][0-9]?b?)_`)
	// ruleRow is a row of the page: the number, and the last cell, which says where the rule is held.
	ruleRow  = regexp.MustCompile(`(?m)^\| ([A-Z]-[0-9a-z]+) \|.*\| ([^|]*) \|$`)
	heldFile = regexp.MustCompile("`([^`]+)`")
	// pageLink is a link to another page or file of the tree.
	pageLink = regexp.MustCompile(`\]\(([^):#\s]+)(?:#[^)]*)?\)`)
)

// citations maps each rule number that a text cites to one place where it does.
type citations map[string]string

func (c citations) add(number, place string) {
	if _, known := c[number]; !known {
		c[number] = place
	}
}

func (c citations) text(text, place string) {
	for _, number := range citedRule.FindAllString(text, -1) {
		c.add(number, place)
	}
}

// source takes the comments, the texts and the tests' names of a Go file.
func (c citations) source(s source) {
	for _, group := range s.syntax.Comments {
		c.text(group.Text(), s.at(group))
	}
	ast.Inspect(s.syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			c.text(n.Value, s.at(n))
		case *ast.FuncDecl:
			if m := ruleInTest.FindStringSubmatch(n.Name.Name); m != nil {
				c.add(m[1]+"-"+m[2], s.at(n))
			}
		}
		return true
	})
}

// file takes the name of a wire test, and the text of a page or a query.
func (c citations) file(name, text string) {
	if m := ruleInFile.FindStringSubmatch(path.Base(name)); m != nil {
		c.add(strings.ToUpper(m[1])+"-"+m[2], name)
	}
	if ext := path.Ext(name); ext == ".md" || ext == ".sql" {
		c.text(text, name)
	}
}

// cited collects every citation of the tree.
func cited(t *testing.T, top string) citations {
	t.Helper()
	all := citations{}
	for _, s := range house(t) {
		if s.folder != "internal/archtest" { // its examples cite rules that nobody made
			all.source(s)
		}
	}
	err := fs.WalkDir(os.DirFS(top), ".", func(p string, d fs.DirEntry, err error) error {
		switch ext := path.Ext(p); {
		case err != nil:
			return err
		case d.IsDir() && p != "." && strings.HasPrefix(d.Name(), "."), d.IsDir() && d.Name() == "data":
			return fs.SkipDir
		case d.IsDir() || p == rulesPage || ext != ".md" && ext != ".sql" && ext != ".txt":
			return nil
		}
		text, err := os.ReadFile(filepath.Join(top, p))
		all.file(p, string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// checkCitations finds citations without a row on the page.
func checkCitations(all citations, page string) []string {
	rows := map[string]bool{}
	for _, row := range ruleRow.FindAllStringSubmatch(page, -1) {
		rows[row[1]] = true
	}
	var out []string
	for _, number := range slices.Sorted(maps.Keys(all)) {
		if !rows[number] {
			out = append(out, fmt.Sprintf("%s: rule %s is cited here and has no row in %s", all[number], number, rulesPage))
		}
	}
	return out
}

// checkHeld finds rows of the page that name a file which there says exists returns false for.
func checkHeld(page string, exists func(string) bool) []string {
	var out []string
	for _, row := range ruleRow.FindAllStringSubmatch(page, -1) {
		for _, file := range heldFile.FindAllStringSubmatch(row[2], -1) {
			if !exists(file[1]) {
				out = append(out, fmt.Sprintf("%s: rule %s is said to be held in %s, which is gone", rulesPage, row[1], file[1]))
			}
		}
	}
	return out
}

// checkLinks finds links of a page that lead to files which there says exists returns false for.
func checkLinks(name, page string, exists func(string) bool) []string {
	var out []string
	for _, link := range pageLink.FindAllStringSubmatch(page, -1) {
		if target := path.Join(path.Dir(name), link[1]); !exists(target) {
			out = append(out, fmt.Sprintf("%s: the link to %s leads nowhere", name, link[1]))
		}
	}
	return out
}

func TestLinksInPagesLeadSomewhere(t *testing.T) {
	top, err := root()
	if err != nil {
		t.Fatal(err)
	}
	exists := func(file string) bool {
		_, err := os.Stat(filepath.Join(top, file))
		return err == nil
	}
	pages := []string{"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"}
	for _, folder := range []string{"docs/decisions", "docs/reference"} {
		found, err := filepath.Glob(filepath.Join(top, folder, "*.md"))
		if err != nil || len(found) == 0 {
			t.Fatalf("no pages in %s (%v)", folder, err)
		}
		for _, file := range found {
			pages = append(pages, path.Join(folder, filepath.Base(file)))
		}
	}
	for _, name := range pages {
		text, err := os.ReadFile(filepath.Join(top, name))
		if err != nil {
			t.Fatal(err)
		}
		report(t, checkLinks(name, string(text), exists))
	}
}

func TestEveryCitedRuleIsExplained(t *testing.T) {
	top, err := root()
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(top, rulesPage))
	if err != nil {
		t.Fatal(err)
	}
	all := cited(t, top)
	if len(all) < 50 {
		t.Errorf("found only %d citations: the search is broken", len(all))
	}
	report(t, checkCitations(all, string(page)))
	report(t, checkHeld(string(page), func(file string) bool {
		_, err := os.Stat(filepath.Join(top, file))
		return err == nil
	}))
}

func TestCitationRulesAreEnforced(t *testing.T) {
	page := "| # | Demands | Held in |\n| --- | --- | --- |\n| A-9 | It. | `a.go` |\n| X-e | That. | decision 1 |\n"
	inGo := func(text string) citations {
		all := citations{}
		all.source(example(t, "internal/soap/a.go", "package soap\n\n"+text+"\n")[0])
		return all
	}
	t.Run("a number that has a row", func(t *testing.T) {
		wantNone(t, checkCitations(inGo("// As rules A-9 and features X-e say.\nvar a = 1"), page))
	})
	for _, text := range []string{
		"// As rules A-8 says.\nvar a = 1", "var a = \"refused (rules C-4)\"", "// See features W-4.\nvar a = 1", "func TestN6CapIsHeld() {}",
	} {
		t.Run("no row for "+text, func(t *testing.T) {
			wantComplaint(t, checkCitations(inGo(text), page), "has no row")
		})
	}
	t.Run("what only looks like a number", func(t *testing.T) {
		wantNone(t, checkCitations(inGo("// SHA-1, UTF-8, A-1001 and X-Forwarded-For.\nvar a = 1"), page))
	})
	t.Run("a wire test's file name", func(t *testing.T) {
		all := citations{}
		all.file("internal/soap/testdata/b05_nothing_after_body.txt", "")
		wantComplaint(t, checkCitations(all, page), "rule B-5")
	})
	t.Run("a file that is gone", func(t *testing.T) {
		wantComplaint(t, checkHeld(page, func(string) bool { return false }), "a.go, which is gone")
	})
	t.Run("a link that leads nowhere", func(t *testing.T) {
		page := "[there](there.md), [away](https://example.com/x.md), [gone](../gone.md#part)"
		wantComplaint(t, checkLinks("docs/a.md", page, func(file string) bool { return file == "docs/there.md" }), "../gone.md leads nowhere")
	})
	t.Run("a file that is there", func(t *testing.T) {
		wantNone(t, checkHeld(page, func(file string) bool { return file == "a.go" }))
	})
}
