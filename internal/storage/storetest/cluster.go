package storetest

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The servers of this test process, each started by the first test that asks for it.
var (
	fastServer    = sync.OnceValues(func() (*server, error) { return startServer("fsync=off", "full_page_writes=off") })
	durableServer = sync.OnceValues(func() (*server, error) { return startServer() })
)

// errNotInstalled says that this machine has no PostgreSQL to start.
var errNotInstalled = errors.New("PostgreSQL is not installed")

// server is a PostgreSQL of this process.
type server struct {
	url string
	// alive is the end of a pipe whose other end the server's shell reads: the server lives until it is closed, by the
	// end of this process. Held here, or the garbage collector would close it.
	alive io.Closer

	mu   sync.Mutex
	free []string // databases that tests are done with, empty again
}

func startServer(settings ...string) (*server, error) {
	programs, ok := findPostgreSQL()
	if !ok {
		return nil, errNotInstalled
	}
	return programs.start(settings)
}

// lend gives an empty database until the test ends. To empty one takes a tenth of the time that making one takes.
func (s *server) lend(t testing.TB) string {
	t.Helper()
	s.mu.Lock()
	name := ""
	if last := len(s.free) - 1; last >= 0 {
		name, s.free = s.free[last], s.free[:last]
	}
	s.mu.Unlock()
	if name == "" {
		name = newName()
		administer(t, s.url, "CREATE DATABASE "+name)
	}
	own := inDatabase(t, s.url, name)
	t.Cleanup(func() {
		administer(t, s.url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"+name+"'")
		administer(t, own, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
		s.mu.Lock()
		defer s.mu.Unlock()
		s.free = append(s.free, name)
	})
	return own
}

// installed is where the programs of PostgreSQL are, and who may run them.
type installed struct {
	folder string
	runAs  *syscall.Credential // nil: ourselves
}

// findPostgreSQL looks where the shell and where Debian puts it, the newest version first.
func findPostgreSQL() (installed, bool) {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.SortFunc(folders, func(a, b string) int { return version(b) - version(a) })
	if found, err := exec.LookPath("postgres"); err == nil {
		folders = append([]string{filepath.Dir(found)}, folders...)
	}
	for _, folder := range folders {
		if executable(filepath.Join(folder, "initdb")) && executable(filepath.Join(folder, "postgres")) {
			return installed{folder: folder, runAs: notRoot()}, true
		}
	}
	return installed{}, false
}

func version(folder string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(folder)))
	return n
}

func executable(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode()&0o111 != 0
}

// notRoot is the user nobody when we are root, as whom PostgreSQL refuses to run.
func notRoot() *syscall.Credential {
	if os.Getuid() != 0 {
		return nil
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return nil
	}
	uid, _ := strconv.ParseUint(nobody.Uid, 10, 32)
	gid, _ := strconv.ParseUint(nobody.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// watch runs the server until its own standard input ends, which it does when the test process is gone for whatever
// reason; then it stops the server and removes its files.
const watch = `"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= $3 >"$2/log" 2>&1 </dev/null &
read -r forever
kill -INT $!
wait $!
rm -rf "$2"`

// start makes a cluster in a folder of its own and starts a server on it, on a Unix socket in that folder.
func (p installed) start(settings []string) (*server, error) {
	folder, err := os.MkdirTemp("/tmp", "latchkey-pg-") // short: the name of a socket may have 107 bytes
	if err != nil {
		return nil, err
	}
	if p.runAs != nil {
		if err := os.Chown(folder, int(p.runAs.Uid), int(p.runAs.Gid)); err != nil {
			return nil, err
		}
	}
	initdb := exec.Command(filepath.Join(p.folder, "initdb"), "-D", filepath.Join(folder, "data"),
		"-U", "latchkey", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	p.prepare(initdb, folder)
	if out, err := initdb.CombinedOutput(); err != nil {
		_ = os.RemoveAll(folder)
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	options := "-c max_connections=200"
	for _, s := range settings {
		options += " -c " + s
	}
	// The options are split at spaces on purpose; none holds one.
	shell := exec.Command("sh", "-c", strings.Replace(watch, "$3", options, 1), "sh", p.folder, folder)
	p.prepare(shell, folder)
	alive, err := shell.StdinPipe() // never written to
	if err != nil {
		return nil, err
	}
	if err := shell.Start(); err != nil {
		return nil, err
	}
	u := url.URL{
		Scheme: "postgres", User: url.User("latchkey"), Path: "/postgres",
		RawQuery: url.Values{"host": {folder}}.Encode(),
	}
	return &server{url: u.String(), alive: alive}, answering(u.String(), folder)
}

func (p installed) prepare(c *exec.Cmd, folder string) {
	c.Dir = folder
	c.Env = append(os.Environ(), "LC_ALL=C", "HOME="+folder)
	// A group of its own, so that an interrupt at the terminal ends the tests first.
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: p.runAs}
}

// answering waits until the server answers.
func answering(url, folder string) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	for begun := time.Now(); time.Since(begun) < 2*time.Minute; time.Sleep(50 * time.Millisecond) {
		if err = db.Ping(); err == nil {
			return nil
		}
	}
	log, _ := os.ReadFile(filepath.Join(folder, "log"))
	return fmt.Errorf("%w\n%s", err, log)
}

// StartPostgreSQL starts a throw-away server that syncs to disk, for programs that measure; it lives until the process
// ends. The answer is false where PostgreSQL is not installed.
func StartPostgreSQL() (url string, there bool, err error) {
	server, err := durableServer()
	if errors.Is(err, errNotInstalled) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	return server.url, true, nil
}
