package sqlstore

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// InUseError says that another process (or another Store of this one) holds a data folder for writing.
type InUseError struct {
	Folder string
	PID    int // of the process that holds it; zero when it can't be told
}

// Error says who holds the folder and what to do about it.
func (e *InUseError) Error() string {
	who := "another process"
	if e.PID != 0 {
		who = fmt.Sprintf("process %d", e.PID)
	}
	return fmt.Sprintf("the data folder %s is in use by %s: stop it first, or, if it is a running server, let it do the "+
		"work (commands reach it through latchkey.sock in that folder)", e.Folder, who)
}

// errHeld is what lockFile gives when somebody else holds the lock.
var errHeld = errors.New("the lock is held")

// lockFolder takes a data folder for writing until the file it gives is closed. The operating system lets go of the
// lock of a process that dies, so the file may stay behind.
func lockFolder(folder string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(folder, "latchkey.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the data folder: %w", err)
	}
	if err := lockFile(f); err != nil {
		text, _ := io.ReadAll(io.LimitReader(f, 32))
		_ = f.Close()
		if !errors.Is(err, errHeld) {
			return nil, fmt.Errorf("locking the data folder: %w", err)
		}
		pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
		return nil, &InUseError{Folder: folder, PID: pid}
	}
	if err := writePID(f); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("locking the data folder: %w", err)
	}
	return f, nil
}

func writePID(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}
