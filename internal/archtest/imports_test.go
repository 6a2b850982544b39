package archtest

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
)

// middle are the product's nouns; they know nothing of SOAP, SQL or HTML.
var middle = []string{
	"internal/keyring", "internal/access", "internal/directory", "internal/optout", "internal/messaging",
	"internal/catalogue", "internal/lifeline", "internal/telecom",
}

// everything stands in a row for all packages of ours that are not test helpers.
const everything = "*"

// mayImport is the law of the house: for each folder, the folders of ours that its non-test files may import.
// A key or an entry that ends in /* stands for every folder directly below. Rows may be here before their
// package is.
var mayImport = map[string][]string{
	"cmd/latchkey":  {"internal/cli"},
	"latchkeytest":  {everything},
	"internal/soap": {}, // knows nothing of the product

	"internal/problem":    {},
	"internal/config":     {},
	"internal/archtest":   {},
	"internal/wiretest":   {},
	"internal/password":   {"internal/problem"},
	"internal/throttle":   {},
	"internal/remember":   {},
	"internal/naming":     {"internal/problem"},
	"internal/calendar":   {},
	"internal/numbering":  {"internal/access"},
	"internal/difference": {},
	"internal/keyring":    {"internal/problem"},
	"internal/access":     {"internal/keyring", "internal/password", "internal/throttle", "internal/remember", "internal/naming", "internal/problem"},
	"internal/directory":  {"internal/access", "internal/naming", "internal/problem"},
	"internal/optout":     {"internal/keyring", "internal/access", "internal/problem"},
	"internal/messaging":  {"internal/keyring", "internal/access", "internal/optout", "internal/naming", "internal/problem"},
	"internal/catalogue":  {"internal/access", "internal/naming", "internal/problem"},
	"internal/lifeline":   {"internal/catalogue", "internal/difference", "internal/problem"},
	"internal/telecom":    {"internal/catalogue", "internal/lifeline", "internal/access", "internal/calendar", "internal/difference", "internal/numbering", "internal/naming", "internal/problem"},

	"internal/cataloguefile": {"internal/catalogue", "internal/problem"},

	"internal/dialect/*": {
		"internal/soap", "internal/access", "internal/naming", "internal/directory", "internal/optout", "internal/messaging",
		"internal/catalogue", "internal/lifeline", "internal/telecom", "internal/calendar", "internal/problem",
	},

	"internal/access/accesstest": {
		"internal/access", "internal/keyring", "internal/password", "internal/problem",
		"internal/storage/sqlstore", "internal/storage/storetest", // real stores
	},

	"internal/storage/sqlstore": {
		"internal/access", "internal/keyring", "internal/throttle", "internal/optout", "internal/messaging",
		"internal/catalogue", "internal/lifeline", "internal/telecom", "internal/numbering", "internal/problem",
		"internal/storage/sqlstore/sqlgen",
	},
	"internal/storage/sqlstore/sqlgen": {},
	"internal/storage/storetest": {
		"internal/access", "internal/keyring", "internal/throttle", "internal/optout", "internal/messaging",
		"internal/catalogue", "internal/lifeline", "internal/telecom", "internal/problem",
		"internal/storage/sqlstore", // what it exercises
	},

	"internal/smsgateway/smsctest": {"internal/storage/storetest"}, // which tells what is missing
	"internal/smsgateway":          {"internal/messaging", "internal/problem"},
	"internal/console":             {"internal/access", "internal/directory", "internal/optout", "internal/messaging", "internal/catalogue", "internal/telecom", "internal/problem"},
	"internal/api":                 {"internal/access", "internal/directory", "internal/optout", "internal/messaging", "internal/catalogue", "internal/telecom", "internal/problem"},

	"internal/drill": {}, // knows the product from outside, as its users do

	"internal/server": {everything},
	"internal/cli":    {everything},

	// What it is beside others: run by hand, never shipped.
	"bench":       {"internal/server", "internal/config", "internal/access", "internal/storage/storetest"},
	"bench/limit": {},
	"bench/plain": {},

	// The program as its users get it: a process, real clients, kill -9.
	"test/bench":   {},
	"test/binary":  {"internal/storage/storetest"},
	"test/client":  {"test/binary", "internal/storage/storetest"},
	"test/browser": {"test/binary", "internal/storage/storetest"},
	"test/crash":   {"test/binary", "internal/storage/storetest"},
	"test/drill":   {"test/binary", "internal/storage/storetest"},
	"test/sms":     {"test/binary", "internal/storage/storetest", "internal/access", "internal/messaging", "internal/optout", "internal/smsgateway"},
}

// testHelpers exercise the product and are imported by test files only, or by each other.
var testHelpers = []string{
	"internal/wiretest", "internal/storage/storetest", "internal/access/accesstest", "latchkeytest", "internal/archtest",
	"internal/smsgateway/smsctest", "test/bench", "test/binary", "test/client", "test/browser", "test/crash", "test/drill", "test/sms",
	"bench",
}

// testsMayAlsoImport is what any test file may import beside its package's row: real stores, not fakes.
var testsMayAlsoImport = []string{
	"internal/wiretest", "internal/storage/storetest", "internal/storage/sqlstore", "internal/access/accesstest", "latchkeytest",
	"internal/smsgateway/smsctest", "internal/problem", "internal/password", "internal/throttle",
	"internal/keyring",
}

// selfContained packages stay so in their tests too: only a helper that itself imports nothing of ours.
var selfContained = map[string][]string{
	"internal/soap":    {"internal/wiretest"},
	"internal/problem": {},
	"internal/config":  {},
}

// matches tells whether a folder is what a row's key or entry stands for.
func matches(pattern, folder string) bool {
	if parent, ok := strings.CutSuffix(pattern, "/*"); ok {
		return path.Dir(folder) == parent
	}
	return pattern == folder
}

// row finds a folder's row; an exact key wins over a pattern.
func row(folder string) (allowed []string, ok bool) {
	if allowed, ok := mayImport[folder]; ok {
		return allowed, true
	}
	for pattern, allowed := range mayImport {
		if matches(pattern, folder) {
			return allowed, true
		}
	}
	return nil, false
}

// mayReach tells whether a file may import a folder of ours, by its package's row.
func mayReach(s source, allowed []string, target string) bool {
	if target == s.folder && s.test {
		return true // an external test package imports what it tests
	}
	if s.test {
		extra := testsMayAlsoImport
		if own, ok := selfContained[s.folder]; ok {
			extra = own
		}
		if slices.Contains(extra, target) {
			return true
		}
	}
	for _, pattern := range allowed {
		if pattern == everything && !slices.Contains(testHelpers, target) || matches(pattern, target) {
			return true
		}
	}
	return false
}

func checkImportTable(files []source) []string {
	var out []string
	missing := map[string]bool{}
	for _, s := range files {
		allowed, ok := row(s.folder)
		if !ok {
			if !missing[s.folder] {
				out = append(out, fmt.Sprintf("package %s has no row in the import table", s.folder))
			}
			missing[s.folder] = true
			continue
		}
		for _, i := range s.imports() {
			if target, own := i.ours(); own && !mayReach(s, allowed, target) {
				out = append(out, fmt.Sprintf("%s: %s may not import %s", s.at(i.node), s.folder, target))
			}
		}
	}
	return out
}

// forbidden are packages of the standard library, and of others, that the middle must not know.
func forbidden(importPath string) bool {
	for _, tree := range []string{"net/http", "database/sql", "os"} {
		if importPath == tree || strings.HasPrefix(importPath, tree+"/") {
			return true
		}
	}
	return slices.ContainsFunc(strings.Split(importPath, "/"), func(part string) bool {
		return strings.Contains(part, "xml") || strings.Contains(part, "json")
	})
}

// problemMayImport is the little of the standard library that the codes need.
var problemMayImport = []string{
	"cmp", "crypto/rand", "encoding/base32", "encoding/hex", "errors", "fmt", "io", "iter", "maps", "slices", "sort", "strconv", "strings",
}

// drivers are the database drivers of libraries.md and their usual rivals; one package names them.
var drivers = []string{
	"modernc.org/sqlite", "github.com/jackc/pgx", "github.com/lib/pq", "github.com/mattn/go-sqlite3",
	"github.com/ncruces/go-sqlite3", "github.com/go-sql-driver/mysql",
}

func isDriver(importPath string) bool {
	return slices.ContainsFunc(drivers, func(d string) bool {
		return importPath == d || strings.HasPrefix(importPath, d+"/")
	})
}

func checkForeignImports(files []source) []string {
	var out []string
	for _, s := range files {
		for _, i := range s.imports() {
			_, own := i.ours()
			switch {
			case isDriver(i.path) && s.folder != "internal/storage/sqlstore":
				out = append(out, fmt.Sprintf("%s: only internal/storage/sqlstore names a database driver", s.at(i.node)))
			case s.test || own:
			case slices.Contains(middle, s.folder) && forbidden(i.path):
				out = append(out, fmt.Sprintf("%s: %s may not import %s", s.at(i.node), s.folder, i.path))
			case s.folder == "internal/problem" && !slices.Contains(problemMayImport, i.path):
				out = append(out, fmt.Sprintf("%s: internal/problem may not import %s", s.at(i.node), i.path))
			}
		}
	}
	return out
}

func TestImportsFollowTheTable(t *testing.T) {
	report(t, checkImportTable(house(t)))
}

func TestForeignImportsStayOutside(t *testing.T) {
	report(t, checkForeignImports(house(t)))
}

func TestImportTableIsEnforced(t *testing.T) {
	cases := []struct{ name, file, imports, want string }{
		{"a dialect may import the engine", "internal/dialect/revio/a.go", "latchkey/internal/soap", ""},
		{"a dialect may not import storage", "internal/dialect/revio/a.go", "latchkey/internal/storage/sqlstore", "may not import internal/storage/sqlstore"},
		{"a dialect's test may use the real store", "internal/dialect/revio/a_test.go", "latchkey/internal/storage/sqlstore", ""},
		{"a dialect may not import another", "internal/dialect/revio/a.go", "latchkey/internal/dialect/sosbackup", "may not import"},
		{"the engine may not import the product", "internal/soap/a.go", "latchkey/internal/access", "may not import"},
		{"the engine's test may not import the product", "internal/soap/a_test.go", "latchkey/internal/storage/sqlstore", "may not import"},
		{"messaging may not import telecom", "internal/messaging/a.go", "latchkey/internal/telecom", "may not import"},
		{"the server may import anything", "internal/server/a.go", "latchkey/internal/dialect/revio", ""},
		{"the server may not import a test helper", "internal/server/a.go", "latchkey/internal/wiretest", "may not import"},
		{"generated SQL imports nothing of ours", "internal/storage/sqlstore/sqlgen/a.go", "latchkey/internal/access", "may not import"},
		{"a new package needs a row", "internal/newcomer/a.go", "fmt", "has no row"},
		{"a package below a dialect needs a row", "internal/dialect/revio/wire/a.go", "fmt", "has no row"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := checkImportTable(example(t, c.file, fmt.Sprintf("package a\nimport _ %q\n", c.imports)))
			if c.want == "" {
				wantNone(t, got)
				return
			}
			wantComplaint(t, got, c.want)
		})
	}
}

func TestForeignImportRulesAreEnforced(t *testing.T) {
	cases := []struct{ name, file, imports, want string }{
		{"the middle does not know HTTP", "internal/access/a.go", "net/http", "net/http"},
		{"the middle does not know JSON", "internal/telecom/a.go", "encoding/json/v2", "json"},
		{"the middle does not run programs", "internal/messaging/a.go", "os/exec", "os/exec"},
		{"the middle's tests may read files", "internal/access/a_test.go", "os", ""},
		{"problem uses only a little", "internal/problem/a.go", "net/url", "net/url"},
		{"a driver has one home", "internal/server/a.go", "github.com/jackc/pgx/v5/pgxpool", "database driver"},
		{"a driver is at home there", "internal/storage/sqlstore/a.go", "modernc.org/sqlite", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := checkForeignImports(example(t, c.file, fmt.Sprintf("package a\nimport _ %q\n", c.imports)))
			if c.want == "" {
				wantNone(t, got)
				return
			}
			wantComplaint(t, got, c.want)
		})
	}
}
