package messaging_test

import (
	"testing"

	"latchkey/internal/messaging"
)

func TestATextIsStoredAndCarriedToItsGateway(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		p := w.profile("67312", nil)
		w.run(w.Services)
		m := w.send("8504700000", "Test Message from Rev.io")
		got := w.becomes(m.ID, messaging.Submitted)
		if got.ProfileID != p.ID || got.To != "+18504700000" || got.ToShown != "8504700000" || got.Parts != 1 {
			t.Errorf("the text is %+v", got)
		}
		parts := w.gateway.seen()
		if len(parts) != 1 || parts[0].From != "67312" || parts[0].To != "+18504700000" {
			t.Fatalf("the gateway took %+v", parts)
		}
		<-w.gateway.ready
		report := messaging.Report{Gateway: "fake", ProviderID: "1001-1", State: messaging.Delivered, To: "18504700000"}
		w.Must(w.Receiver.Reported(w.ctx, report))
		w.becomes(m.ID, messaging.Delivered)
	})
}
