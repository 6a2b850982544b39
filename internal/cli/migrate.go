package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/alecthomas/kong"

	"latchkey/internal/config"
	"latchkey/internal/storage/sqlstore"
)

type migrateCommand struct {
	config.Store
	Status bool `help:"Say how far the schema is, and change nothing."`
}

// Help says when it is needed.
func (migrateCommand) Help() string {
	return "A server brings its store up to date when it starts. This does it beforehand, or makes an empty store where " +
		"there is none. Take a backup first; of several servers over one PostgreSQL database, stop the older ones.\n\n" +
		examples("latchkey migrate --status", "latchkey migrate --data /var/lib/latchkey")
}

func (c *migrateCommand) runAlone(ctx context.Context, p *person, _ *kong.Context) error {
	if c.Data == "" {
		return c.Check()
	}
	options := sqlstore.Options{Data: string(c.Data), Log: slog.New(slog.DiscardHandler)}
	status, err := sqlstore.MigrationStatus(ctx, options)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err != nil && c.Status {
		return fmt.Errorf("there is no store in %s", c.Data)
	}
	if err == nil && (c.Status || len(status.Pending) == 0) {
		c.tell(p, status)
		return nil
	}
	if _, err := sqlstore.Migrate(ctx, options); err != nil {
		return err
	}
	if status, err = sqlstore.MigrationStatus(ctx, options); err != nil {
		return err
	}
	c.tell(p, status)
	return nil
}

func (c *migrateCommand) tell(p *person, s sqlstore.SchemaStatus) {
	if len(s.Pending) == 0 {
		fmt.Fprintf(p.out, "The schema of %s is up to date: %d.\n", c.Data, s.Applied)
		return
	}
	fmt.Fprintf(p.out, "The schema of %s is %d of %d; to be applied:\n", c.Data, s.Applied, s.Known)
	for _, name := range s.Pending {
		fmt.Fprintf(p.out, "  %s\n", name)
	}
}
