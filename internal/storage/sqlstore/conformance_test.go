package sqlstore_test

import (
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/storage/storetest"
)

func TestStoreSQLite(t *testing.T) {
	storetest.Run(t, func(t testing.TB) access.Store { return storetest.Open(t, t.TempDir()) })
}

func TestStorePostgreSQL(t *testing.T) {
	storetest.Run(t, func(t testing.TB) access.Store { return storetest.Open(t, storetest.PostgreSQL(t)) })
}
