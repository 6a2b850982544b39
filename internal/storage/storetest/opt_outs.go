package storetest

import (
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
	"latchkey/internal/optout"
)

func optOuts() []promise {
	return []promise{
		{"an opt-out comes back as it went in, and goes", optOutRoundTrip},
		{"of 200 that add one opt-out one is told that it did", raceOptOut},
		{"200 records of one number make a chain without a gap", raceEvidence},
		{"a text of a person is kept once, and read once by 200 readers", raceInbound},
		{"an event is disabled once by 200, and its name is free then", raceEvent},
		{"each of many announcements is given to one of 200 takers", raceAnnouncements},
		{"an announcement that no active event waits for is not kept", announcementsForNobody},
		{"a receipt that waits is removed once by 200", raceReport},
		{"texts that wait are told of once in a transaction", queueTold},
	}
}

func optOutRoundTrip(t *testing.T, w *world) {
	o := optout.OptOut{
		TenantID: w.tenant, Number: "+18504700000", Shown: "8504700000", ProfileID: 5, Source: optout.Person, Words: "STOP “it”",
		By: access.By{Subject: w.alice, Actor: w.bob, Name: "n", Door: "d", Peer: netip.MustParseAddr("192.0.2.7")}, CreatedAt: noon(),
	}
	w.writeSMS(func(tx messaging.Tx) (err error) {
		o.ID, _, err = tx.InsertOptOut(t.Context(), o)
		return err
	})
	list := func(f optout.Filter) []optout.OptOut {
		return getSMS(w, func(r messaging.Records) ([]optout.OptOut, error) { return r.OptOuts(t.Context(), f) })
	}
	for _, f := range []optout.Filter{{}, {Tenant: w.tenant, Number: o.Number, Source: optout.Person}} {
		w.same(list(f), []optout.OptOut{o})
	}
	for _, f := range []optout.Filter{{Tenant: 7}, {Number: "8504700000"}, {Source: optout.API}} {
		w.same(len(list(f)), 0)
	}
	for _, c := range []struct {
		d    optout.Deletion
		want int64
	}{
		{optout.Deletion{Tenant: w.tenant, Number: o.Number}, 0},
		{optout.Deletion{Tenant: w.tenant, Number: o.Number, Person: true, ForProfile: 6}, 0},
		{optout.Deletion{Tenant: w.tenant, Number: o.Number, Person: true}, 1},
		{optout.Deletion{Tenant: w.tenant, Number: o.Number, Person: true}, 0},
	} {
		w.writeSMS(func(tx messaging.Tx) error {
			n, err := tx.DeleteOptOuts(t.Context(), c.d)
			w.same(n, c.want)
			return err
		})
	}
}

// togetherSMS is together for transactions of package messaging.
func togetherSMS(w *world, write func(tx messaging.Tx, caller int) (bool, error)) int64 {
	w.t.Helper()
	return countTogether(w, func(caller int) (yes bool, err error) {
		err = w.sms().Update(w.t.Context(), func(tx messaging.Tx) (err error) {
			yes, err = write(tx, caller)
			return err
		})
		return yes, err
	})
}

func raceOptOut(t *testing.T, w *world) {
	n := togetherSMS(w, func(tx messaging.Tx, _ int) (bool, error) {
		_, added, err := tx.InsertOptOut(t.Context(), optout.OptOut{
			TenantID: w.tenant, Number: "+18504700000", Source: optout.API, CreatedAt: noon(),
		})
		return added, err
	})
	w.same(n, int64(1))
}

func raceEvidence(t *testing.T, w *world) {
	togetherSMS(w, func(tx messaging.Tx, caller int) (bool, error) {
		end, err := tx.LockEvidence(t.Context(), w.tenant, "+18504700000")
		if err != nil {
			return false, err
		}
		r := optout.Record{TenantID: w.tenant, Number: end.Number, Seq: end.Seq + 1, Kind: optout.KindStop, At: noon(), Previous: end.Last}
		r.Seal[0], r.Seal[1] = byte(caller), 1
		end.Seq, end.Last = r.Seq, r.Seal
		return true, tx.AppendEvidence(t.Context(), r, end)
	})
	records := getSMS(w, func(r messaging.Records) ([]optout.Record, error) {
		return r.EvidenceRecords(t.Context(), optout.Place{}, 1000)
	})
	var last optout.Record
	for _, r := range records {
		if r.Seq != last.Seq+1 || r.Previous != last.Seal {
			t.Fatalf("record %d follows %d", r.Seq, last.Seq)
		}
		last = r
	}
	heads := getSMS(w, func(r messaging.Records) ([]optout.Head, error) {
		return r.EvidenceHeads(t.Context(), optout.Place{}, 10)
	})
	if len(records) != callers || len(heads) != 1 || heads[0].Seq != callers || heads[0].Last != last.Seal {
		t.Errorf("%d records, the ends are %+v", len(records), heads)
	}
}

func raceInbound(t *testing.T, w *world) {
	in := messaging.InboundText{
		TenantID: w.tenant, ProfileID: 5, Gateway: "g", ProviderID: "p", From: "+18504700000", FromShown: "18504700000", To: "67312",
		Text: "please", Meaning: optout.MeansWish, Word: "word", At: noon(),
	}
	n := togetherSMS(w, func(tx messaging.Tx, _ int) (bool, error) {
		_, added, err := tx.InsertInbound(t.Context(), in)
		return added, err
	})
	w.same(n, int64(1))
	read := func() []messaging.InboundText {
		return getSMS(w, func(r messaging.Records) ([]messaging.InboundText, error) {
			return r.Inbounds(t.Context(), messaging.InboundFilter{Tenant: w.tenant, From: in.From, Review: true})
		})
	}
	found := read()
	in.ID = found[0].ID
	w.same(found, []messaging.InboundText{in})
	n = togetherSMS(w, func(tx messaging.Tx, caller int) (bool, error) {
		return tx.ReviewInbound(t.Context(), in.ID, fmt.Sprint(caller), noon())
	})
	w.same(n, int64(1))
	w.same(len(read()), 0)
}

func raceEvent(t *testing.T, w *world) {
	e := messaging.Event{TenantID: w.tenant, Name: "Late Bill", Template: "x", Trigger: "fire", CreatedBy: w.alice, CreatedRole: "api", CreatedAt: noon()}
	insert := func(tx messaging.Tx) (err error) {
		e.ID, err = tx.InsertEvent(t.Context(), e)
		return err
	}
	w.writeSMS(insert)
	found := getSMS(w, func(r messaging.Records) (messaging.Event, error) {
		return r.EventByName(t.Context(), w.tenant, " late bill")
	})
	w.same(found, e)
	n := togetherSMS(w, func(tx messaging.Tx, _ int) (bool, error) { return tx.DisableEvent(t.Context(), e.ID, noon()) })
	w.same(n, int64(1))
	w.writeSMS(insert)
}

func raceAnnouncements(t *testing.T, w *world) {
	const told = 500
	w.awaits("order.complete")
	w.update(func(tx access.Tx) error {
		for i := range told {
			err := tx.Announce(t.Context(), access.Announcement{
				Tenant: w.tenant, Name: "order.complete", Subject: fmt.Sprint(i), Values: map[string]string{"number": "8504700000"}, At: noon(),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	w.told(access.Change{Kind: access.ChangedQueue})
	var mu sync.Mutex
	times := map[string]int{}
	countTogether(w, func(int) (bool, error) {
		for {
			var taken []access.Announcement
			err := w.sms().Update(t.Context(), func(tx messaging.Tx) (err error) {
				taken, err = tx.TakeAnnouncements(t.Context(), 9)
				return err
			})
			if err != nil {
				return false, err
			}
			if len(taken) == 0 {
				wait := getSMS(w, func(r messaging.Records) (bool, error) { return r.AnnouncementsWait(t.Context()) })
				if !wait {
					return false, nil
				}
			}
			mu.Lock()
			for _, a := range taken {
				times[a.Subject]++
			}
			mu.Unlock()
		}
	})
	for subject, n := range times {
		if n != 1 {
			t.Errorf("%s was given %d times", subject, n)
		}
	}
	w.same(len(times), told)
}

// awaits adds an event of the world's tenant that a kind of announcement fires.
func (w *world) awaits(name string) messaging.EventID {
	w.t.Helper()
	var id messaging.EventID
	w.writeSMS(func(tx messaging.Tx) (err error) {
		id, err = tx.InsertEvent(w.t.Context(), messaging.Event{TenantID: w.tenant, Name: name, Trigger: name, CreatedAt: noon()})
		return err
	})
	return id
}

func announcementsForNobody(t *testing.T, w *world) {
	tell := func(tenant access.TenantID, name string) {
		w.update(func(tx access.Tx) error {
			return tx.Announce(t.Context(), access.Announcement{Tenant: tenant, Name: name, Subject: "order:1", At: noon()})
		})
	}
	waits := func() bool {
		return getSMS(w, func(r messaging.Records) (bool, error) { return r.AnnouncementsWait(t.Context()) })
	}
	other := w.newTenant("OTHER", 0)
	event := w.awaits("order.complete")
	w.heard.take()
	tell(w.tenant, "order.canceled")
	tell(w.tenant, "Order.Complete")
	tell(other, "order.complete")
	w.same(waits(), false)
	w.told()
	w.writeSMS(func(tx messaging.Tx) error { _, err := tx.DisableEvent(t.Context(), event, noon()); return err })
	tell(w.tenant, "order.complete")
	w.same(waits(), false)
	w.told()
	w.awaits("order.complete")
	tell(w.tenant, "order.complete")
	w.same(waits(), true)
	w.told(access.Change{Kind: access.ChangedQueue})
}

func raceReport(t *testing.T, w *world) {
	r := messaging.Report{
		Gateway: "g", ProviderID: "p", State: messaging.Delivered, Code: "1", From: "67312", To: "18504700000", TextStart: "x", At: noon(),
	}
	w.writeSMS(func(tx messaging.Tx) error {
		return tx.InsertReport(t.Context(), messaging.WaitingReport{Report: r, ReceivedAt: noon().Add(time.Second)})
	})
	waiting := getSMS(w, func(r messaging.Records) ([]messaging.WaitingReport, error) { return r.WaitingReports(t.Context(), 10) })
	w.same(waiting, []messaging.WaitingReport{{ID: waiting[0].ID, Report: r, ReceivedAt: noon().Add(time.Second)}})
	n := togetherSMS(w, func(tx messaging.Tx, _ int) (bool, error) { return tx.DeleteReport(t.Context(), waiting[0].ID) })
	w.same(n, int64(1))
}

func queueTold(_ *testing.T, w *world) {
	w.heard.take()
	w.writeSMS(func(tx messaging.Tx) error {
		tx.AnnounceQueue()
		tx.AnnounceQueue()
		return nil
	})
	w.told(access.Change{Kind: access.ChangedQueue})
}
