package cli

import (
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/storage/storetest"
)

// addSessions adds sessions that end when they idle for so long; zero: never.
func addSessions(t *testing.T, store access.Store, first, n int, idle time.Duration) {
	t.Helper()
	ctx := t.Context()
	err := store.Update(ctx, func(tx access.Tx) error {
		account, err := tx.AccountByName(ctx, 1001, "jane")
		for i := range n {
			if err != nil {
				return err
			}
			s := access.Session{
				Dialect: access.Intelliview, SubjectID: account.ID, ActorID: account.ID, SubjectVersion: 1, ActorVersion: 1,
				KeyID: "k", CreatedAt: time.Now(), LastUsedAt: time.Now(), Idle: idle,
			}
			binary.BigEndian.PutUint32(s.Digest[:], uint32(first+i))
			_, _, err = tx.InsertSession(ctx, s)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestC2CheckWarnsOfMoreThanTenThousandSessionsWithoutATimeLimit(t *testing.T) {
	store := storetest.Open(t, t.TempDir())
	err := store.Update(t.Context(), func(tx access.Tx) error {
		tenant, err := tx.InsertTenant(t.Context(), access.Tenant{Kind: access.Company, Code: "ACME", CreatedAt: time.Now()})
		if err == nil {
			_, err = tx.InsertAccount(t.Context(), access.Account{TenantID: tenant, Kind: access.User, Name: "jane", Role: "api", CreatedAt: time.Now()})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	look := func() finding {
		f := &findings{}
		if err := store.View(t.Context(), func(r access.Records) error { return f.checkSessions(t.Context(), r) }); err != nil {
			t.Fatal(err)
		}
		return f.all[0]
	}
	addSessions(t, store, 0, 10_000, 0)
	addSessions(t, store, 10_000, 5, time.Hour) // these don't count
	if one := look(); one.Level != isFine || !strings.HasPrefix(one.Text, "10000 live sessions without a time limit") {
		t.Errorf("with 10,000 it finds %+v", one)
	}
	addSessions(t, store, 20_000, 1, 0)
	if one := look(); one.Level != isOdd || !strings.Contains(one.Text, "more than 10000 live sessions") {
		t.Errorf("with one more it finds %+v", one)
	}
}
