package cli

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"latchkey/internal/access"
	"latchkey/internal/config"
	"latchkey/internal/keyring"
	"latchkey/internal/problem"
	"latchkey/internal/server"
	"latchkey/internal/storage/sqlstore"
)

type restoreCommand struct {
	config.Store
	File       string `arg:"" placeholder:"FILE" help:"The backup."`
	Verify     bool   `help:"Read the whole backup and say what would happen; write nothing."`
	KeyFile    string `name:"key-file" placeholder:"FILE" help:"The server key of the backup. Without it, the key in the backup is taken, or the one that is in its place already."`
	AcceptLoss bool   `help:"Go on without the server key, or one of them: every session and grant that was made under it is lost."`
}

// Help says what is needed.
func (restoreCommand) Help() string {
	return "The store has to be empty, or not there yet, and no server may run on it. " +
		"Sessions and grants are kept only as digests under the server key: without that key, the restore is refused before " +
		"anything is written, and says how many of them would be lost. The key is put where the server looks for it " +
		"(secret_key_file), unless it is there.\n\n" + examples(
		"latchkey restore latchkey.backup --verify",
		"latchkey restore latchkey.backup --data /var/lib/latchkey --key-file secret.key",
		"latchkey restore latchkey.backup --data postgres://latchkey@db/latchkey --secret-key-file /etc/latchkey/secret.key")
}

func (c *restoreCommand) runAlone(ctx context.Context, p *person, _ *kong.Context) error {
	if err := c.Check(); err != nil {
		return err
	}
	r := &restoring{command: c, person: p}
	if err := r.inspect(ctx); err != nil {
		return err
	}
	if err := r.findKeys(); err != nil {
		return err
	}
	r.describe()
	if err := r.refusal(); err != nil {
		return err
	}
	if c.Verify {
		fmt.Fprintln(p.out, "It can be restored; nothing was written.")
		return nil
	}
	if err := r.write(ctx); err != nil {
		return err
	}
	return r.enter(ctx)
}

// restoring is one restore on its way.
type restoring struct {
	command  *restoreCommand
	person   *person
	manifest sqlstore.Manifest

	packed  []byte       // the key in the backup
	keyText []byte       // the key to be used; empty when there is none
	inPlace bool         // whether it is where the server looks for it already
	keys    keyring.Ring // of keyText
	missing []keyring.ServerKey
}

// open gives the archive in the backup, and the key in front of it.
func (r *restoring) open() (archive io.Reader, key []byte, file *os.File, err error) {
	file, err = os.Open(r.command.File)
	if err != nil {
		return nil, nil, nil, err
	}
	reader := bufio.NewReaderSize(file, 256<<10)
	for {
		// An empty or cut file is the archive reader's to refuse.
		magic, err := reader.Peek(2)
		if err != nil || bytes.Equal(magic, []byte{0x1f, 0x8b}) || len(key) > largestKey {
			return reader, key, file, nil
		}
		line, err := reader.ReadSlice('\n')
		key = append(key, line...)
		if err != nil {
			return reader, nil, file, nil
		}
	}
}

// largestKey bounds the key in a backup, so that another kind of file is not read as one.
const largestKey = 64 << 10

func (r *restoring) inspect(ctx context.Context) error {
	archive, key, file, err := r.open()
	if err != nil {
		return err
	}
	defer file.Close()
	r.packed = key
	r.manifest, err = sqlstore.Inspect(ctx, archive)
	return err
}

// findKeys finds the server key: in its place, in the file named, or in the backup.
func (r *restoring) findKeys() error {
	place := r.command.Store.KeyFile()
	there, err := os.ReadFile(place)
	switch {
	case err == nil && r.command.KeyFile == "":
		r.keyText, r.inPlace = there, true
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("read the server key: %w", err)
	case r.command.KeyFile != "":
		if r.keyText, err = os.ReadFile(r.command.KeyFile); err != nil {
			return fmt.Errorf("read the server key: %w", err)
		}
		r.inPlace = bytes.Equal(there, r.keyText)
		if there != nil && !r.inPlace {
			return fmt.Errorf("%s is there already and is another than %s: move it away, or leave out --key-file", place, r.command.KeyFile)
		}
	default:
		r.keyText = r.packed
	}
	if len(r.keyText) > 0 {
		if r.keys, err = keyring.Parse(r.keyText); err != nil {
			return err
		}
	}
	r.missing = r.keys.Missing(r.manifest.ServerKeys)
	return nil
}

func (r *restoring) describe() {
	m := r.manifest
	fmt.Fprintf(r.person.out, "%s: a backup of %s with %s, %s, %s, %s and %s.\n", r.command.File,
		m.CreatedAt.Format(time.RFC3339), count(m.Rows("tenants"), "tenant"), count(m.Rows("accounts"), "account"),
		count(m.Rows("sessions"), "session"), count(m.Rows("grants"), "grant"), count(m.Rows("audit"), "audit row"))
}

// refusal says what would be lost for want of a key. A key under which nothing lives is only missed when it is the
// last one, because a server wants to know that one.
func (r *restoring) refusal() error {
	var lost sqlstore.Uses
	var ids []string
	for _, key := range r.missing {
		uses := r.manifest.UnderKey[key.ID]
		if uses == (sqlstore.Uses{}) && key != r.newest() {
			continue
		}
		lost.Sessions, lost.Grants = lost.Sessions+uses.Sessions, lost.Grants+uses.Grants
		ids = append(ids, key.ID)
	}
	if len(ids) == 0 {
		return nil
	}
	loss := fmt.Sprintf("%s and %s", count(lost.Sessions, "live session"), count(lost.Grants, "live grant"))
	if r.command.AcceptLoss {
		fmt.Fprintf(r.person.err, "Without server key %s, %s are lost.\n", strings.Join(ids, ", "), loss)
		return nil
	}
	return problem.New(problem.NotConfigured, "the server key %s is missing; without it %s would be lost; nothing was written\n"+
		"give the key with --key-file FILE, or accept the loss with --accept-loss", strings.Join(ids, ", "), loss)
}

// newest is the key that the store was written under last; the zero key when there was none.
func (r *restoring) newest() keyring.ServerKey {
	if n := len(r.manifest.ServerKeys); n > 0 {
		return r.manifest.ServerKeys[n-1]
	}
	return keyring.ServerKey{}
}

// write puts the key in its place and fills the store. A key that it put there is removed when the rest fails.
func (r *restoring) write(ctx context.Context) error {
	archive, _, file, err := r.open()
	if err != nil {
		return err
	}
	defer file.Close()
	if err := r.makeKey(); err != nil {
		return err
	}
	place := r.command.Store.KeyFile()
	if !r.inPlace && len(r.keyText) > 0 {
		if err := server.WriteKeyFile(place, r.keyText); err != nil {
			return fmt.Errorf("write the server key: %w", err)
		}
	}
	err = r.fill(ctx, archive)
	if err != nil && !r.inPlace && len(r.keyText) > 0 {
		err = errors.Join(err, os.Remove(place))
	}
	return err
}

// makeKey makes a key for a store whose own is lost.
func (r *restoring) makeKey() error {
	if len(r.keyText) > 0 || len(r.manifest.ServerKeys) == 0 {
		return nil
	}
	var err error
	if r.keyText, err = keyring.New(rand.Reader); err != nil {
		return err
	}
	r.keys, err = keyring.Parse(r.keyText)
	return err
}

func (r *restoring) fill(ctx context.Context, archive io.Reader) error {
	store, err := sqlstore.Open(ctx, sqlstore.Options{
		Data: string(r.command.Data), Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	_, err = store.Import(ctx, archive)
	if err == nil && len(r.keys.Missing(r.manifest.ServerKeys)) > 0 {
		err = store.Update(ctx, r.supersede(ctx))
	}
	return errors.Join(err, store.Close())
}

// supersede makes our own key the store's newest where that one is lost, so that a server starts with it.
func (r *restoring) supersede(ctx context.Context) func(access.Tx) error {
	return func(tx access.Tx) error {
		own := r.keys.Fingerprints()[0]
		own.FirstUsedAt = time.Now()
		return tx.InsertServerKey(ctx, own)
	}
}

// enter opens the restored house once, which makes sure that it can be served.
func (r *restoring) enter(ctx context.Context) error {
	settings := config.Default()
	settings.Store = r.command.Store
	house, err := server.EnterHouse(ctx, settings, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	noted := house.Access.Audit.Note(ctx, access.CommandLine(r.person.name), "store.restore",
		"from a backup of "+r.manifest.CreatedAt.Format(time.RFC3339))
	if err := errors.Join(noted, house.Close(ctx)); err != nil {
		return err
	}
	fmt.Fprintf(r.person.out, "It is restored to %s.\n", r.command.Data)
	return nil
}
