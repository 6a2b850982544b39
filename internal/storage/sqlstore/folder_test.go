package sqlstore_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
)

func addTenant(t testing.TB, s access.Store, code string) {
	t.Helper()
	err := s.Update(t.Context(), func(tx access.Tx) error {
		_, err := tx.InsertTenant(t.Context(), access.Tenant{Kind: access.Company, Code: code, Name: code, CreatedAt: noon()})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestASecondOpenerOfAFolderIsRefused(t *testing.T) {
	folder := t.TempDir()
	first := storetest.Open(t, folder)
	addTenant(t, first, "one")
	before := storetest.Everything(t, first)
	_, err := sqlstore.Open(t.Context(), sqlstore.Options{Data: folder})
	var inUse *sqlstore.InUseError
	if !errors.As(err, &inUse) || inUse.PID != os.Getpid() || inUse.Folder != folder {
		t.Fatalf("got %v, want an InUseError with our own process id", err)
	}
	if !strings.Contains(err.Error(), "stop it first") {
		t.Errorf("the error doesn't say what to do: %v", err)
	}
	same(t, storetest.Everything(t, first), before)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	same(t, storetest.Everything(t, storetest.Open(t, folder)), before)
}

func TestAReaderWorksBesideAServer(t *testing.T) {
	folder := t.TempDir()
	server := storetest.Open(t, folder)
	addTenant(t, server, "one")
	reader := storetest.OpenWith(t, sqlstore.Options{Data: folder, ReadOnly: true})
	same(t, storetest.Everything(t, reader), storetest.Everything(t, server))
	if reader.Current() || !reader.Shared() {
		t.Error("a reader hears of no changes and may not remember anything")
	}
	addTenant(t, server, "two")
	before := storetest.Everything(t, server)
	same(t, storetest.Everything(t, reader), before)
	err := reader.Update(t.Context(), func(tx access.Tx) error { return tx.PutRole(t.Context(), access.Role{Name: "x"}) })
	if err == nil {
		t.Error("a reader wrote")
	}
	same(t, storetest.Everything(t, server), before)
}

func TestAReaderNeedsAStore(t *testing.T) {
	folder := t.TempDir()
	_, err := sqlstore.Open(t.Context(), sqlstore.Options{Data: folder, ReadOnly: true})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Errorf("reading made %v", left)
	}
}

func TestOnlyTheOwnerReadsTheFiles(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a ?%23#folder", "in a folder")
	s := storetest.Open(t, folder)
	addTenant(t, s, "one")
	files, err := os.ReadDir(folder)
	if err != nil || len(files) < 3 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v, %v", f.Name(), info.Mode(), err)
		}
	}
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has the mode %v, %v", info.Mode(), err)
	}
}

// modernc.org/sqlite works only with the very libc it was translated for (libraries.md §2).
func TestTheLibcIsTheOneSQLiteWasMadeFor(t *testing.T) {
	goCommand := func(args ...string) string {
		out, err := exec.Command("go", args...).Output()
		if err != nil {
			t.Fatalf("go %v: %v", args, err)
		}
		return strings.TrimSpace(string(out))
	}
	ours := goCommand("list", "-m", "-f", "{{.Version}}", "modernc.org/libc")
	mod, err := os.ReadFile(goCommand("list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	theirs := regexp.MustCompile(`(?m)^\s*modernc\.org/libc (\S+)`).FindSubmatch(mod)
	if theirs == nil || string(theirs[1]) != ours {
		t.Errorf("sqlite wants libc %q, the module graph gives %s", theirs, ours)
	}
}
