package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"log/slog"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/config"
	"latchkey/internal/server"
	"latchkey/internal/storage/storetest"
)

// database makes an empty PostgreSQL database and gives its URL, or "" where there is no PostgreSQL. A server of our own is
// gone, files and all, as soon as this process is; on another one the database is dropped at the end.
func (w *workshop) database(o options) (string, error) {
	server := o.postgres
	if server == "" {
		found, there, err := storetest.StartPostgreSQL()
		if err != nil || !there {
			return "", err
		}
		server = found
	}
	u, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	name := "latchkey_bench_" + strings.ToLower(rand.Text()[:12])
	if err := administer(server, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	if o.postgres != "" {
		w.later(func() {
			if err := administer(server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
				progress("the database %s is still there: %v", name, err)
			}
		})
	}
	u.Path = "/" + name
	return u.String(), nil
}

// administer runs one statement on a server. The store has registered the driver.
func administer(server, statement string) error {
	db, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec(statement)
	return err
}

// measured is a house in this process, with an account whose password is known.
type measured struct {
	*server.House
	tenant  access.Tenant
	account access.Account
	proof   access.Credentials
}

// openHouse opens a house for measuring: nothing is logged, and as many sessions as are wanted stay in memory.
func (w *workshop) openHouse(data string, inMemory int) (*measured, error) {
	ctx := context.Background()
	c := config.Default()
	c.Data = config.Location(data)
	c.SecretKeyFile = filepath.Join(w.folder, "secret.key")
	c.Sessions.InMemory = inMemory
	house, err := server.OpenHouse(ctx, c, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	m := &measured{House: house, proof: access.Credentials{
		Tenant: "BENCH", Name: "bench", Password: "eleven blue herons over the weir",
	}}
	by := access.By{Name: "bench", Door: "bench"}
	m.tenant, err = house.Access.Tenants.Add(ctx, by, access.Tenant{Kind: access.Company, Code: "BENCH", Name: "Bench"})
	if err != nil {
		return nil, err
	}
	agent, err := house.Access.Agents.Add(ctx, by, access.Agent{TenantID: m.tenant.ID, Number: "B-1", Name: "Bench"})
	if err != nil {
		return nil, err
	}
	m.account, err = house.Access.Accounts.Add(ctx, by, access.Account{
		TenantID: m.tenant.ID, AgentID: agent.ID, Kind: access.User, Name: m.proof.Name, Role: "api",
	}, access.NewPassword{Plain: m.proof.Password})
	return m, err
}

// entry is where the measured calls come in.
func entry() access.Entry {
	return access.Entry{Dialect: access.Revio, Peer: netip.AddrFrom4([4]byte{127, 0, 0, 1})}
}

// signIn opens a session and gives its key, as Sessions_Create does.
func (m *measured) signIn(ctx context.Context) (access.Secret, error) {
	caller, err := m.Access.Gate.Prove(ctx, entry(), m.proof)
	if err != nil {
		return "", err
	}
	caller, err = m.Access.Sessions.Open(ctx, caller)
	return caller.Key, err
}
