package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// foreignRelations counts what anybody keeps in a PostgreSQL database, in whatever schema.
const foreignRelations = `SELECT COUNT(*) FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'`

// Vacant reports whether nothing at all is kept at a place of Options.Data: the folder is not there or holds no file, the
// database holds no table, view or sequence of anybody's. It changes nothing.
func Vacant(ctx context.Context, data string) (bool, error) {
	o := Options{Data: data}
	if !o.Postgres() {
		files, err := os.ReadDir(data)
		if errors.Is(err, fs.ErrNotExist) {
			return true, nil
		}
		return len(files) == 0, err
	}
	db, err := postgresMigrations(o)
	if err != nil {
		return false, err
	}
	var relations int
	if err := db.QueryRowContext(ctx, foreignRelations).Scan(&relations); err != nil {
		return false, errors.Join(fmt.Errorf("looking whether the database is empty: %w", err), db.Close())
	}
	return relations == 0, db.Close()
}
