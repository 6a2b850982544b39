package storetest

import (
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
)

// pendingAt gives the ids of the profiles for which texts wait on a gateway.
func (w *world) pendingAt(gateway string) (ids []messaging.ProfileID) {
	w.t.Helper()
	pending := getSMS(w, func(r messaging.Records) ([]messaging.Pending, error) { return r.Pending(w.t.Context(), gateway) })
	for _, p := range pending {
		ids = append(ids, p.Profile.ID)
	}
	return ids
}

func smsTenantDisabled(t *testing.T, w *world) {
	middle := w.newTenant("MIDDLE", w.tenant)
	low := w.newTenant("LOW", middle)
	p := w.newProfile(w.aProfile("67312"))
	below := w.aProfile("67313")
	below.TenantID = low
	below = w.newProfile(below)
	first, _ := w.newText(w.aText(p, "+18504700001"))
	m := w.aText(below, "+18504700001")
	m.TenantID = low
	second, _ := w.newText(m)
	w.same(w.pendingAt("g"), []messaging.ProfileID{p.ID, below.ID})
	w.update(func(tx access.Tx) error { _, err := tx.DisableTenant(t.Context(), middle, noon()); return err })
	w.same(w.pendingAt("g"), []messaging.ProfileID{p.ID})
	w.same(len(w.claim(aClaim(below, "one", 10))), 0)
	w.same(w.text(second.ID), second)
	w.update(func(tx access.Tx) error { _, err := tx.DisableTenant(t.Context(), w.tenant, noon()); return err })
	w.same(len(w.pendingAt("g")), 0)
	w.same(len(w.claim(aClaim(p, "one", 10))), 0)
	w.same(w.text(first.ID), first)
	w.update(func(tx access.Tx) error { return tx.EnableTenant(t.Context(), w.tenant) })
	w.same(w.pendingAt("g"), []messaging.ProfileID{p.ID})
	w.same(len(w.claim(aClaim(p, "one", 10))), 1)
	w.update(func(tx access.Tx) error { return tx.EnableTenant(t.Context(), middle) })
	w.same(len(w.claim(aClaim(below, "one", 10))), 1)
}

func smsStranded(t *testing.T, w *world) {
	stranded := func(gateways ...string) []messaging.Stranded {
		return getSMS(w, func(r messaging.Records) ([]messaging.Stranded, error) { return r.Stranded(t.Context(), gateways) })
	}
	w.same(len(stranded()), 0)
	p, q := w.newProfile(w.aProfile("67312")), w.newProfile(w.aProfile("67313"))
	other, off := w.aProfile("67314"), w.aProfile("67315")
	other.Gateway = "h"
	off.DisabledAt = noon()
	other, off = w.newProfile(other), w.newProfile(off)
	for _, to := range []string{"+18504700001", "+18504700002"} {
		w.newText(w.aText(q, to))
	}
	w.same(stranded("h", "i"), []messaging.Stranded{{Profile: p}, {Profile: q, Texts: 2}})
	w.same(stranded("g"), []messaging.Stranded{{Profile: other}})
	w.same(len(stranded("g", "h")), 0)
	w.same(len(stranded()), 3)
	settled := func(gateways ...string) messaging.Message {
		m := w.aText(q, "+18504700003")
		m.SettleAt = noon().Add(time.Minute)
		m, _ = w.newText(m)
		w.writeSMS(func(tx messaging.Tx) error {
			n, err := tx.SettleMessages(t.Context(), noon().Add(time.Minute), gateways, 10)
			w.same(n, int64(1))
			return err
		})
		return w.text(m.ID)
	}
	w.same(settled("h").Reason, "no gateway called g is set up")
	w.same(settled("g", "h").Reason, "its time was over before it could be submitted")
	w.same(settled().State, messaging.Expired)
}
