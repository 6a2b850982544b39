package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"

	"latchkey/internal/config"
)

type backupCommand struct {
	whose
	File    string `arg:"" placeholder:"FILE" help:"Where to; - is the standard output."`
	WithKey bool   `help:"Put the server key into the file too. Whoever reads such a file can make session keys."`
	Replace bool   `help:"Replace the file when it is there already."`
}

// Help says what is in a backup.
func (backupCommand) Help() string {
	return "The backup holds everything as it was at one moment, for SQLite and PostgreSQL alike; a server goes on meanwhile. " +
		"Only its owner can read the file.\n\n" +
		"Without --with-key the server key is not in it: keep " +
		"a copy of the key file elsewhere, because without it every session and grant of the backup is dead.\n\n" +
		examples("latchkey backup latchkey.backup", "latchkey backup latchkey.backup --replace --with-key",
			"latchkey backup - | ssh backup.example.com 'cat > latchkey.backup'")
}

func (c *backupCommand) deliverTo() string { return c.File }

// ask has nothing to ask, but looks whether the file may be written before anything is read.
func (c *backupCommand) ask(*person) (string, error) {
	if c.File == "-" || c.Replace {
		return "", nil
	}
	if _, err := os.Lstat(c.File); err == nil {
		return "", fmt.Errorf("%s is there already: take another name, or --replace it", c.File)
	}
	return "", nil
}

func (c *backupCommand) runInside(ctx context.Context, d *desk) error {
	held := "without the server key"
	if c.WithKey {
		held = "with the server key"
	}
	if err := d.house.Access.Audit.Note(ctx, d.by, "store.backup", held); err != nil {
		return err
	}
	out := bufio.NewWriterSize(d.file, 256<<10)
	if c.WithKey {
		key, err := os.ReadFile(d.house.Config.KeyFile())
		if err != nil {
			return fmt.Errorf("read the server key: %w", err)
		}
		if _, err := out.Write(keyPart(key)); err != nil {
			return err
		}
	}
	if err := errors.Join(d.house.Store.Export(ctx, out), out.Flush()); err != nil {
		return err
	}
	fmt.Fprintln(d.err, c.told(d.house.Config.Store))
	return nil
}

// told says what was written.
func (c *backupCommand) told(store config.Store) string {
	if c.WithKey {
		return "The backup is complete. It holds the server key: keep it as safe as the key itself."
	}
	return fmt.Sprintf("The backup is complete. The server key is not in it: keep a copy of %s elsewhere.", store.KeyFile())
}

// keyPart is the beginning of a backup with key: the lines of the key file as they are. The archive behind them begins
// with the bytes of gzip, which no such line does.
func keyPart(key []byte) []byte {
	if len(key) > 0 && key[len(key)-1] != '\n' {
		key = append(key, '\n')
	}
	return key
}
