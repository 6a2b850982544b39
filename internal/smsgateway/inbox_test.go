package smsgateway_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"testing"
	"time"

	"latchkey/internal/messaging"
	"latchkey/internal/smsgateway"
)

func newInbox(t *testing.T, settings smsgateway.InboxSettings) messaging.Gateway {
	t.Helper()
	gateway, err := smsgateway.New(settings, smsgateway.Deps{
		Name: "inbox", Now: time.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return gateway
}

func TestTheInboxTakesEveryText(t *testing.T) {
	inbox := newInbox(t, smsgateway.InboxSettings{})
	if err := inbox.Check(t.Context()); err != nil || inbox.Traits().Receipts || !inbox.Traits().Whole {
		t.Errorf("Check: %v, traits %+v", err, inbox.Traits())
	}
	for n := range 3000 { // more than it could keep receipts of
		got := inbox.Submit(t.Context(), messaging.Part{Message: messaging.MessageID(n), Number: 1, Of: 1})
		if got.Verdict != messaging.Taken || got.ProviderID == "" {
			t.Fatalf("Submit gave %+v", got)
		}
	}
}

func TestTheInboxCanDeliverAtOnce(t *testing.T) {
	inbox := newInbox(t, smsgateway.InboxSettings{Deliver: true})
	heard := &listener{refuse: 1} // the first report is not kept, and comes again
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- inbox.Run(ctx, heard) }()
	got := inbox.Submit(t.Context(), messaging.Part{Message: 7, Number: 1, Of: 1, From: "67312", To: "+18504700000"})
	await(t, "the report", func() bool { return len(heard.heardReports()) == 1 })
	report := heard.heardReports()[0]
	if report.Message != 7 || report.Number != 0 || report.State != messaging.Delivered || report.ProviderID != got.ProviderID || report.To != "+18504700000" {
		t.Errorf("the report is %+v", report)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
}
