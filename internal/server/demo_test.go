package server

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/access"
	"latchkey/internal/config"
	"latchkey/internal/storage/storetest"
)

func TestNodesSeedTheSameDemoDataAtOnceOnPostgreSQL(t *testing.T) {
	data := storetest.PostgreSQL(t)
	cfg := config.Default()
	cfg.Data = config.Location(data)
	cfg.SecretKeyFile = t.TempDir() + "/secret.key"
	var houses []*House
	for range 4 {
		house, err := OpenHouse(t.Context(), cfg, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = house.Close(context.Background()) })
		houses = append(houses, house)
	}
	demos := make([]Demo, len(houses))
	var nodes sync.WaitGroup
	for i, house := range houses {
		nodes.Go(func() {
			var err error
			if demos[i], err = house.SeedDemo(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	nodes.Wait()
	for _, demo := range demos[1:] {
		if diff := cmp.Diff(demos[0], demo); diff != "" {
			t.Error(diff)
		}
	}
	for action, want := range map[string]int{"tenant.add": 7, "agent.add": 2, "account.": 11} {
		rows, err := houses[0].Access.Audit.List(t.Context(), access.AuditFilter{Action: action})
		if err != nil || len(rows) != want {
			t.Errorf("%d rows of %s, want %d (%v)", len(rows), action, want, err)
		}
	}
}

func TestDemoDataLeaveATenantOfSomebodysOwnAlone(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		server, _, _ := newLoggedServer(t, data, nil) // with demo data
		house, ctx, by := server.house, t.Context(), access.CommandLine("test")
		tenant, err := house.Access.Tenants.ByCode(ctx, demoClient)
		if err != nil {
			t.Fatal(err)
		}
		err = house.Store.Update(ctx, func(tx access.Tx) error {
			tenant.Description = "Lakeside Inc."
			return tx.UpdateTenant(ctx, tenant)
		})
		if err != nil {
			t.Fatal(err)
		}
		account, err := house.Access.Accounts.ByName(ctx, tenant.ID, "alice")
		if err != nil {
			t.Fatal(err)
		}
		own := access.NewPassword{Plain: "my own and nobody else's", Weak: true}
		if _, err := house.Access.Accounts.SetPassword(ctx, by, account.ID, own); err != nil {
			t.Fatal(err)
		}
		if _, err := house.SeedDemo(ctx); err == nil || !strings.Contains(err.Error(), "start without --demo") {
			t.Errorf("error %v", err)
		}
		if same, err := house.Access.Accounts.PasswordIs(ctx, account.ID, own.Plain); err != nil || !same {
			t.Errorf("the password was changed (%v)", err)
		}
	})
}
