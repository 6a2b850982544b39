package main

import (
	"context"
	"database/sql"
	"log/slog"
	"net/netip"
	"net/url"
	"path/filepath"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/config"
	"latchkey/internal/server"
	"latchkey/internal/storage/storetest"
)

// postgres gives the URL of an empty database, or "" where there is no PostgreSQL.
func (o options) database(name string) (string, error) {
	server := o.postgres
	if server == "" {
		found, there, err := storetest.StartPostgreSQL()
		if err != nil || !there {
			return "", err
		}
		server = found
	}
	db, err := sql.Open("pgx", server) // the store has registered the driver
	if err != nil {
		return "", err
	}
	defer db.Close()
	if _, err := db.Exec("CREATE DATABASE " + name); err != nil {
		return "", err
	}
	u, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
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

// row is a session as the store keeps it, for loops that write the rows and nothing else.
func (m *measured) row(digest access.Digest) access.Session {
	now := time.Now()
	return access.Session{
		Dialect: access.Revio, KeyID: "bench", SubjectID: m.account.ID, ActorID: m.account.ID,
		SubjectVersion: m.account.Version, ActorVersion: m.account.Version,
		Digest: digest, Peer: entry().Peer, CreatedAt: now, LastUsedAt: now, Idle: 30 * time.Minute, ExpiresAt: now.Add(720 * time.Hour),
	}
}
