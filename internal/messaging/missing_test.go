package messaging_test

import (
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
)

func TestADisabledTenantSendsNothing(t *testing.T) {
	eachEngine(t, func(s *messaging.Settings) { s.Validity = 2 * time.Second }, func(w *world) {
		w.profile("67312", func(p *messaging.Profile) { p.Default = true })
		w.vendorsEvent("one", "order.complete")
		text := w.send("8504700000", "Hello.")
		w.disable(w.Acme.ID)
		w.Must(w.Store.Update(w.ctx, func(tx access.Tx) error {
			return tx.Announce(w.ctx, access.Announcement{
				Tenant: w.Acme.ID, Name: "order.complete", Subject: "order:1", At: time.Now(), Values: map[string]string{"number": "8504700001"},
			})
		}))
		w.run(w.Services)
		w.becomes(text.ID, messaging.Expired)
		w.announced()
		same(t, len(w.texts()), 1)
		same(t, len(w.gateway.seen()), 0)
	})
}

func TestATenantBelowADisabledOneFiresNothing(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		upper, err := w.Tenants.Add(w.ctx, w.Operator(), access.Tenant{Kind: access.Company, Code: "UPPER", Name: "Upper"})
		w.Must(err)
		_, err = w.Tenants.Change(w.ctx, w.Operator(), w.Acme.ID, func(t *access.Tenant) { t.ParentID = upper.ID })
		w.Must(err)
		w.profile("67312", nil)
		w.vendorsEvent("one", "order.complete")
		w.disable(upper.ID)
		w.Must(w.Store.Update(w.ctx, func(tx access.Tx) error {
			return tx.Announce(w.ctx, access.Announcement{
				Tenant: w.Acme.ID, Name: "order.complete", Subject: "order:1", At: time.Now(), Values: map[string]string{"number": "8504700001"},
			})
		}))
		w.run(w.Services)
		w.announced()
		same(t, len(w.texts()), 0)
	})
}

func TestATextOverAGatewayThatIsNotSetUpSaysSo(t *testing.T) {
	eachEngine(t, func(s *messaging.Settings) { s.Validity = time.Second }, func(w *world) {
		other := w.profile("67313", nil)
		p := w.profile("67312", func(p *messaging.Profile) { p.Default, p.Gateway = true, "web" })
		text := w.send("8504700000", "Hello.")
		missing, err := w.MissingGateways(w.ctx)
		w.Must(err)
		same(t, missing, []messaging.MissingGateway{{Name: "web", Profiles: []messaging.ProfileID{p.ID}, Texts: 1}})
		_, err = w.Profiles.Change(w.ctx, w.Operator(), other.ID, func(p *messaging.Profile) { p.Gateway = "web" })
		w.Must(err)
		missing, err = w.MissingGateways(w.ctx)
		w.Must(err)
		same(t, len(missing), 1)
		same(t, missing[0].Profiles, []messaging.ProfileID{other.ID, p.ID})
		w.run(w.Services)
		same(t, w.becomes(text.ID, messaging.Expired).Reason, "no gateway called web is set up")
	})
}

func TestAMissingGatewayIsToldInASentence(t *testing.T) {
	many := messaging.MissingGateway{Name: "web", Texts: 7}
	for id := range messaging.ProfileID(25) {
		many.Profiles = append(many.Profiles, id+1)
	}
	for want, m := range map[string]messaging.MissingGateway{
		"profile 1001 sends over web, which is not set up; 1 text waits": {
			Name: "web", Profiles: []messaging.ProfileID{1001}, Texts: 1,
		},
		"profiles 1001, 1002 send over web, which is not set up; 0 texts wait": {
			Name: "web", Profiles: []messaging.ProfileID{1001, 1002},
		},
		"profiles 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 and 5 more send over web, " +
			"which is not set up; 7 texts wait": many,
	} {
		same(t, m.String(), want)
	}
}

// disable disables a tenant.
func (w *world) disable(id access.TenantID) {
	w.t.Helper()
	w.Must(w.Store.Update(w.ctx, func(tx access.Tx) error {
		_, err := tx.DisableTenant(w.ctx, id, time.Now())
		return err
	}))
}

// announced waits until every announcement was taken.
func (w *world) announced() {
	w.t.Helper()
	taken := soon(20*time.Millisecond, func() bool {
		waiting := true
		w.Must(w.store.View(w.ctx, func(r messaging.Records) (err error) {
			waiting, err = r.AnnouncementsWait(w.ctx)
			return err
		}))
		return !waiting
	})
	if !taken {
		w.t.Fatal("an announcement was never taken")
	}
}
