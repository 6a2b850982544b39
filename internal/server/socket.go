package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"latchkey/internal/config"
)

// SocketPath is where the server of a data folder listens for the command line; empty with PostgreSQL.
func SocketPath(data config.Location) string {
	if data.IsPostgres() {
		return ""
	}
	return filepath.Join(string(data), "latchkey.sock")
}

// DialSocket connects to the admin socket at a path that SocketPath gave.
func DialSocket(ctx context.Context, path string) (net.Conn, error) {
	var conn net.Conn
	err := atShortPath(path, func(short string) error {
		var err error
		conn, err = (&net.Dialer{}).DialContext(ctx, "unix", short)
		return err
	})
	return conn, err
}

// longestSocketPath is what every system takes; macOS takes 103 bytes, Linux 107.
const longestSocketPath = 100

// atShortPath calls use with a name of the path that is short enough for a socket address. Where the path itself is
// too long, Linux knows its folder by the number of an open file too.
func atShortPath(path string, use func(short string) error) error {
	if len(path) <= longestSocketPath {
		return use(path)
	}
	if runtime.GOOS != "linux" {
		return fmt.Errorf("the path %s is too long for a socket: choose a data folder with a shorter one", path)
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(use(fmt.Sprintf("/proc/self/fd/%d/%s", folder.Fd(), filepath.Base(path))), folder.Close())
}

// adminGrace is how long a stop waits for commands that run inside the server.
const adminGrace = 2 * time.Second

// serveAdmin listens on the admin socket, which only the server's own user can open, and gives what closes it.
func (s *Server) serveAdmin() (func(), error) {
	path := SocketPath(s.house.Config.Data)
	if path == "" || s.admin == nil {
		return func() {}, nil
	}
	listener, err := listenAdmin(path)
	if err != nil {
		return nil, fmt.Errorf("open the admin socket: %w", err)
	}
	web := &http.Server{
		Handler: s.admin, ReadHeaderTimeout: s.house.Config.Limits.HeaderTimeout,
		ErrorLog: slog.NewLogLogger(s.house.Log.Handler(), slog.LevelError),
	}
	go func() {
		if err := serveOn(web, listener); err != nil {
			s.house.Log.Error("the admin socket failed", "error", err)
		}
	}()
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), adminGrace)
		defer cancel()
		if web.Shutdown(ctx) != nil {
			_ = web.Close() // a command that is cut off says so itself
		}
		_ = os.Remove(path) // one that stays behind is removed by the next server
	}, nil
}

func listenAdmin(path string) (net.Listener, error) {
	// Whoever holds the lock of the data folder owns the socket; one that is left over is dead.
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var listener *net.UnixListener
	err := atShortPath(path, func(short string) error {
		var err error
		listener, err = net.ListenUnix("unix", &net.UnixAddr{Name: short, Net: "unix"})
		return err
	})
	if err != nil {
		return nil, err
	}
	// Its name may be gone by then; serveAdmin removes the path itself.
	listener.SetUnlinkOnClose(false)
	// Connecting takes write permission, which a usual umask gives to nobody else meanwhile.
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return listener, nil
}
