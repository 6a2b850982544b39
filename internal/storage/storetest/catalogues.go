package storetest

import (
	"fmt"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

func catalogues() []promise {
	return []promise{
		{"a catalogue comes back as it went in, each kind in order of id", catalogueRoundTrip},
		{"an entry replaces the one of its kind and id", catalogueReplace},
		{"200 new revisions follow one another", raceRevision},
		{"details of an agent that isn't there are refused", catalogueAgent},
		{"ZIP codes are added or replaced", catalogueZips},
		{"every tenant has a catalogue of its own", catalogueForeign},
	}
}

func (w *world) catalogues() catalogue.Store {
	w.t.Helper()
	s, ok := w.store.(interface{ Catalogue() catalogue.Store })
	if !ok {
		w.t.Fatal("the store keeps no catalogues")
	}
	return s.Catalogue()
}

// sell writes a catalogue, and fails the test when that fails.
func (w *world) sell(write func(catalogue.Tx) error) {
	w.t.Helper()
	if err := w.catalogues().Update(w.t.Context(), write); err != nil {
		w.t.Fatalf("Update: %v", err)
	}
}

func (w *world) put(tenant access.TenantID, e catalogue.Entries) {
	w.t.Helper()
	w.sell(func(tx catalogue.Tx) error { return tx.PutCatalogueEntries(w.t.Context(), tenant, e) })
}

// sold gives a tenant's revision and what it sells.
func (w *world) sold(tenant access.TenantID) (revision int64, entries catalogue.Entries) {
	w.t.Helper()
	err := w.catalogues().View(w.t.Context(), func(r catalogue.Records) (err error) {
		if revision, err = r.CatalogueRevision(w.t.Context(), tenant); err == nil {
			entries, err = r.CatalogueEntries(w.t.Context(), tenant)
		}
		return err
	})
	if err != nil {
		w.t.Fatalf("View: %v", err)
	}
	return revision, entries
}

// Entries gives two entries of every kind with every field set, in order of id; the agents' numbers are.
func Entries() catalogue.Entries {
	e := filled[catalogue.Entries](1000)
	e.Agents[0].Number, e.Agents[1].Number = "A-1", "A-2"
	e.Programs[0].CreatedAt = time.Time{}
	return e
}

func (w *world) secondAgent(tenant access.TenantID, number string) {
	w.update(func(tx access.Tx) error {
		_, err := tx.InsertAgent(w.t.Context(), access.Agent{TenantID: tenant, Number: number, Name: "Second"})
		return err
	})
}

func catalogueRoundTrip(_ *testing.T, w *world) {
	revision, entries := w.sold(w.tenant)
	w.same(revision, int64(0))
	w.same(entries, catalogue.Entries{})
	w.secondAgent(w.tenant, "A-2")
	want := Entries()
	backwards := Entries()
	p, a := backwards.Products, backwards.Agents
	p[0], p[1], a[0], a[1] = p[1], p[0], a[1], a[0]
	w.put(w.tenant, backwards)
	_, entries = w.sold(w.tenant)
	w.same(entries, want)
}

func catalogueReplace(_ *testing.T, w *world) {
	w.secondAgent(w.tenant, "A-2")
	want := Entries()
	w.put(w.tenant, want)
	changed := catalogue.Product{ID: want.Products[1].ID, Name: "new"}
	w.put(w.tenant, catalogue.Entries{Products: []catalogue.Product{changed}, Agents: []catalogue.AgentDetails{{Number: "A-1", Phone: "1"}}})
	want.Products[1], want.Agents[0] = changed, catalogue.AgentDetails{Number: "A-1", Phone: "1"}
	_, entries := w.sold(w.tenant)
	w.same(entries, want)
}

func raceRevision(t *testing.T, w *world) {
	n := countTogether(w, func(int) (bool, error) {
		err := w.catalogues().Update(t.Context(), func(tx catalogue.Tx) error {
			before, err := tx.CatalogueRevision(t.Context(), w.tenant)
			if err != nil {
				return err
			}
			next, err := tx.NextCatalogueRevision(t.Context(), w.tenant)
			if err == nil && next <= before {
				err = fmt.Errorf("revision %d follows %d", next, before)
			}
			if !tx.RaisedCatalogue(w.tenant) || tx.RaisedCatalogue(w.tenant+1) {
				t.Error("RaisedCatalogue doesn't tell whose revision this transaction made")
			}
			return err
		})
		return err == nil, err
	})
	revision, _ := w.sold(w.tenant)
	w.same(revision, n)
}

func catalogueAgent(t *testing.T, w *world) {
	err := w.catalogues().Update(t.Context(), func(tx catalogue.Tx) error {
		return tx.PutCatalogueEntries(t.Context(), w.tenant, catalogue.Entries{
			Providers: []catalogue.Provider{{ID: 1}}, Agents: []catalogue.AgentDetails{{Number: "nobody"}},
		})
	})
	if !problem.Has(err, problem.NoSuchAgent) {
		t.Errorf("got %v, want NoSuchAgent", err)
	}
	_, entries := w.sold(w.tenant)
	w.same(entries, catalogue.Entries{})
}

func catalogueZips(t *testing.T, w *world) {
	put := func(replace bool, zips ...string) {
		w.sell(func(tx catalogue.Tx) error { return tx.PutZipCodes(t.Context(), w.tenant, zips, replace) })
	}
	look := func(tenant access.TenantID, zip string) [2]bool {
		var found [2]bool
		err := w.catalogues().View(t.Context(), func(r catalogue.Records) (err error) {
			found[0], found[1], err = r.ZipCode(t.Context(), tenant, zip)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	w.same(look(w.tenant, "32561"), [2]bool{false, false})
	put(false, "32561", "00501", "32561")
	put(false, "32561", "10001")
	put(false)
	w.same([][2]bool{look(w.tenant, "32561"), look(w.tenant, "00501"), look(w.tenant, "10001")}, [][2]bool{{true, true}, {true, true}, {true, true}})
	w.same([][2]bool{look(w.tenant, "99999"), look(w.tenant, "\x00")}, [][2]bool{{false, true}, {false, true}})
	w.same(look(w.newTenant("OTHER", 0), "32561"), [2]bool{false, false})
	put(true, "10001")
	w.same([][2]bool{look(w.tenant, "32561"), look(w.tenant, "10001")}, [][2]bool{{false, true}, {true, true}})
	put(true)
	w.same(look(w.tenant, "10001"), [2]bool{false, false})
}

func catalogueForeign(t *testing.T, w *world) {
	other := w.newTenant("OTHER", 0)
	w.secondAgent(w.tenant, "A-2")
	w.secondAgent(other, "A-1")
	w.sell(func(tx catalogue.Tx) error { _, err := tx.NextCatalogueRevision(t.Context(), w.tenant); return err })
	mine := Entries()
	w.put(w.tenant, mine)
	theirs := catalogue.Entries{Products: []catalogue.Product{{ID: mine.Products[0].ID, Name: "theirs"}}, Agents: []catalogue.AgentDetails{{Number: "A-1"}}}
	w.put(other, theirs)
	revision, entries := w.sold(other)
	w.same(revision, int64(0))
	w.same(entries, theirs)
	revision, entries = w.sold(w.tenant)
	w.same(revision, int64(1))
	w.same(entries, mine)
}
