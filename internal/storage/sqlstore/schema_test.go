package sqlstore_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
)

func TestAStoreOfANewerProgramIsRefused(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		s := storetest.Open(t, data)
		addTenant(t, s, "one")
		if err := sqlstore.Exec(t.Context(), s, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true)"); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for _, o := range []sqlstore.Options{{Data: data}, {Data: data, ReadOnly: true}, {Data: data, MigratedOnly: true}} {
			_, err := sqlstore.Open(t.Context(), o)
			if !problem.Has(err, problem.NotConfigured) || !strings.Contains(err.Error(), "newer") {
				t.Errorf("got %v, want NotConfigured", err)
			}
		}
		if status, err := sqlstore.MigrationStatus(t.Context(), sqlstore.Options{Data: data}); err != nil || status.Applied != 99 {
			t.Errorf("the status is %+v, %v", status, err)
		}
	})
}

func TestAStoreThatIsBehindIsRefusedOrBroughtUp(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		if !strings.HasPrefix(data, "postgres") {
			// A folder with an empty file, as a program that stopped at the very beginning leaves it.
			if err := os.WriteFile(filepath.Join(data, "latchkey.db"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, o := range []sqlstore.Options{{Data: data, MigratedOnly: true}, {Data: data, ReadOnly: true}} {
			_, err := sqlstore.Open(t.Context(), o)
			if !problem.Has(err, problem.NotConfigured) || !strings.Contains(err.Error(), "latchkey migrate") {
				t.Errorf("got %v, want NotConfigured", err)
			}
		}
		status, err := sqlstore.MigrationStatus(t.Context(), sqlstore.Options{Data: data})
		if err != nil || status.Applied != 0 || len(status.Pending) == 0 {
			t.Errorf("the status is %+v, %v", status, err)
		}
		before, err := sqlstore.Migrate(t.Context(), sqlstore.Options{Data: data})
		if err != nil || before.Applied != 0 {
			t.Errorf("migrating from %+v: %v", before, err)
		}
		status, err = sqlstore.MigrationStatus(t.Context(), sqlstore.Options{Data: data})
		if err != nil || status.Applied != status.Known || len(status.Pending) != 0 {
			t.Errorf("the status is %+v, %v", status, err)
		}
		s := storetest.OpenWith(t, sqlstore.Options{Data: data, MigratedOnly: true})
		if n := len(storetest.Everything(t, s).Roles); n != len(access.BuiltInRoles()) {
			t.Errorf("%d roles", n)
		}
	})
}

func TestAFolderWithoutAStoreHasNoStatus(t *testing.T) {
	_, err := sqlstore.MigrationStatus(t.Context(), sqlstore.Options{Data: t.TempDir()})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
}

func TestMigratingAFolderInUseIsRefused(t *testing.T) {
	folder := t.TempDir()
	storetest.Open(t, folder)
	_, err := sqlstore.Migrate(t.Context(), sqlstore.Options{Data: folder})
	var inUse *sqlstore.InUseError
	if !errors.As(err, &inUse) {
		t.Errorf("got %v, want an InUseError", err)
	}
}

// schemaQueries list every table with every column.
func schemaQuery(data string) string {
	if strings.HasPrefix(data, "postgres") {
		return "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns " +
			"WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
	}
	return "SELECT t.name, c.name FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c WHERE t.type = 'table' ORDER BY t.name, c.cid"
}

func TestArchivesHoldEveryColumnOfEveryTable(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		rows, err := sqlstore.Query(t.Context(), storetest.Open(t, data), schemaQuery(data))
		if err != nil {
			t.Fatal(err)
		}
		var have []sqlstore.Table
		for _, r := range rows {
			table, column := r[0].(string), r[1].(string)
			if strings.HasPrefix(table, "sqlite_") || table == "goose_db_version" {
				continue
			}
			if len(have) == 0 || have[len(have)-1].Name != table {
				have = append(have, sqlstore.Table{Name: table})
			}
			last := &have[len(have)-1]
			last.Columns = append(last.Columns, column)
		}
		want := sqlstore.ArchiveTables()
		slices.SortFunc(want, func(a, b sqlstore.Table) int { return strings.Compare(a.Name, b.Name) })
		same(t, have, want)
	})
}

// mayScan are the statements that read a whole table because that is what they are for.
func mayScan() []string {
	return []string{"Tenants", "Roles", "CountRoles", "ServerKeys", "TakeAnnouncements", "WaitingSMSReports", "ForgetDispatchers"}
}

// TestEveryStatementHasItsIndex asks SQLite how it would run each fixed statement: none may read a whole table. What
// it scans besides is the rows a statement itself has just found.
func TestEveryStatementHasItsIndex(t *testing.T) {
	s := storetest.Open(t, t.TempDir())
	files, err := filepath.Glob("sqlgen/*.sql.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	statement := regexp.MustCompile("(?s)const \\w+ = `-- name: (\\w+) :\\w+\n(.*?)`")
	wholeTable := regexp.MustCompile("^SCAN (tenants|agents|roles|accounts|account_groups|group_members|grants|sessions|login_tokens|tries|audit|" +
		"catalogues|catalogue_entries|zip_codes|customers|addresses|lifelines|lifeline_files|services|customer_products|orders|" +
		"order_lines|order_products|inventory_items|transactions|notes|a|c|e|i|s|t|z|own|up|child|top)$")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range statement.FindAllStringSubmatch(string(text), -1) {
			name, sql := found[1], found[2]
			plan, err := sqlstore.Query(t.Context(), s, "EXPLAIN QUERY PLAN "+sql, nulls(sql)...)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, step := range plan {
				if did := step[3].(string); wholeTable.MatchString(did) && !slices.Contains(mayScan(), name) {
					t.Errorf("%s: %s", name, did)
				}
			}
		}
	}
}

// nulls gives one null for every placeholder.
func nulls(sql string) []any {
	most := 0
	for _, p := range regexp.MustCompile(`\$(\d+)`).FindAllStringSubmatch(sql, -1) {
		n := 0
		for _, digit := range p[1] {
			n = 10*n + int(digit-'0')
		}
		most = max(most, n)
	}
	return make([]any, most)
}

func TestAStoreThatLostItsRolesGetsTheBuiltInOnesAgain(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		s := storetest.Open(t, data)
		addTenant(t, s, "one")
		before := storetest.Everything(t, s)
		// As after a crash between the migrations and the roles.
		if err := sqlstore.Exec(t.Context(), s, "DELETE FROM roles"); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		same(t, storetest.Everything(t, storetest.Open(t, data)), before)
	})
}
