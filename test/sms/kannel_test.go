package sms_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/messaging"
	"latchkey/internal/optout"
	"latchkey/internal/problem"
	"latchkey/internal/smsgateway"
	"latchkey/internal/smsgateway/smsctest"
	"latchkey/internal/storage/storetest"
)

// kannelHouse is the product on a store, with a gateways file that names a real Kannel, which calls it back.
type kannelHouse struct {
	*accesstest.World
	*messaging.Services
	ctx    context.Context
	alice  access.Caller
	kannel *smsctest.Kannel
}

const (
	kannelPassword = "sesame-opens-it"
	kannelOurs     = "+15550100000"
)

// overKannel runs it. The gateway is made as an operator makes one: from a gateways file with the preset. It reaches Kannel
// through what through gives for Kannel's address.
func overKannel(t *testing.T, data string, through func(url string) string) *kannelHouse {
	t.Helper()
	h := &kannelHouse{World: accesstest.New(t, data, nil), ctx: t.Context()}
	var gateway messaging.Gateway
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		smsgateway.Callbacks([]messaging.Gateway{gateway}, smsgateway.Absent{}).ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	callbacks := server.URL + smsgateway.CallbackPath
	gateway = fromFile(t, "http://127.0.0.1:13013/cgi-bin/sendsms", callbacks) // for its addresses
	inbound, ok := gateway.(interface{ InboundURL() string })
	if !ok {
		t.Fatalf("%T takes no texts from people", gateway)
	}
	h.kannel = smsctest.StartKannel(t, smsctest.KannelTold{
		User: "latchkey", Password: kannelPassword, GetURL: inbound.InboundURL() + smsgateway.KannelInboundQuery,
	})
	gateway = fromFile(t, through(h.kannel.URL), callbacks)
	settings := messaging.DefaultSettings()
	settings.Poll = 20 * time.Millisecond
	services, err := messaging.New(messaging.Deps{
		Store: h.Store.Messaging(), Keys: h.Keys, Gateways: map[string]messaging.Gateway{"kannel": gateway}, Now: time.Now,
		Random: rand.Reader, Settings: settings, Log: slog.New(slog.DiscardHandler),
	})
	h.Must(err)
	h.Services = services
	alice := h.User("alice", nil)
	standing := access.Standing{Account: alice, Tenant: h.Acme}
	h.alice = access.Caller{Dialect: access.Revio, Peer: accesstest.Here.Peer, Subject: &standing, Actor: &standing}
	profile, err := h.Profiles.Add(h.ctx, h.Operator(), messaging.Profile{TenantID: h.Acme.ID, From: kannelOurs, Gateway: "kannel", Default: true})
	h.Must(err)
	_, err = h.Events.Add(h.ctx, h.Operator(), messaging.Event{TenantID: h.Acme.ID, Name: "shipped", Template: "Your order is on its way.", ProfileID: profile.ID})
	h.Must(err)
	h.start(t)
	return h
}

// start runs the services until the test ends.
func (h *kannelHouse) start(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		h.Services.Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-ended })
}

func fromFile(t *testing.T, url, callbacks string) messaging.Gateway {
	t.Helper()
	path := filepath.Join(t.TempDir(), "gateways.toml")
	content := `[gateway.kannel]
kind = "http"
preset = "kannel"
url = "` + url + `"
user = "latchkey"
password = "` + kannelPassword + `"
callback_url = "` + callbacks + `"
`
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	entries, err := smsgateway.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	gateway, err := smsgateway.New(entries[0].Settings, smsgateway.Deps{
		Name: entries[0].Name, Now: time.Now, Random: rand.Reader, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		CallbackKeys: [][]byte{[]byte("a key of the test's")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return gateway
}

func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s did not come", what)
		}
	}
}

// send has alice send a text.
func (h *kannelHouse) send(text string) (messaging.Message, error) {
	m, _, err := h.Messages.Send(h.ctx, h.alice, messaging.Outgoing{To: "8504700000", Text: text})
	return m, err
}

// reaches waits until a text is in a state.
func (h *kannelHouse) reaches(t *testing.T, id messaging.MessageID, state messaging.State) {
	t.Helper()
	await(t, string(state), func() bool {
		m, _, err := h.Messages.ByID(h.ctx, h.Acme.ID, id)
		h.Must(err)
		return m.State == state
	})
}

// closed lists the numbers whose person said STOP.
func (h *kannelHouse) closed() []optout.OptOut {
	found, err := h.OptOuts.List(h.ctx, optout.Filter{Tenant: h.Acme.ID, Source: optout.Person})
	h.Must(err)
	return found
}

// refused expects that no way of sending reaches the person.
func (h *kannelHouse) refused(t *testing.T) {
	t.Helper()
	before := h.kannel.Sent()
	_, err := h.send("after all")
	h.Wants(err, problem.InvalidInput)
	_, _, err = h.Messages.SendFor(h.ctx, h.Operator(), h.Acme.ID, messaging.Outgoing{To: "8504700000", Text: "after all"})
	h.Wants(err, problem.InvalidInput)
	outcomes, err := h.Events.Fire(h.ctx, h.alice, "shipped", []messaging.Recipient{{Number: "8504700000"}})
	h.Must(err)
	if len(outcomes) != 1 || outcomes[0].Skipped == "" {
		t.Errorf("an event's text: %+v", outcomes)
	}
	time.Sleep(300 * time.Millisecond) // long enough for a text to be on its way
	if after := h.kannel.Sent(); after != before {
		t.Errorf("the network was given %q", strings.TrimPrefix(after, before))
	}
}

// Over a real Kannel a text reaches the network and its receipt comes back; the person's STOP closes the number on every
// path, with one confirmation, and START opens it.
func TestKannelCarriesTextsReceiptsAndThePersonsWords(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		h := overKannel(t, data, func(url string) string { return url })
		h.kannel.Network()

		m, err := h.send(`Your "order" is on its way & paid: 5€`)
		h.Must(err)
		h.reaches(t, m.ID, messaging.Delivered)
		await(t, "the text", func() bool {
			return strings.Contains(h.kannel.Sent(), `<+15550100000 +18504700000 text Your "order" is on its way & paid: 5€>`)
		})

		h.kannel.Say("18504700000", "15550100000", "Stop.")
		await(t, "the STOP", func() bool { return len(h.closed()) == 1 })
		await(t, "the confirmation", func() bool { return strings.Contains(h.kannel.Sent(), "no more texts") })
		h.refused(t)
		if n := strings.Count(h.kannel.Sent(), "no more texts"); n != 1 {
			t.Errorf("the STOP was confirmed %d times", n)
		}

		h.kannel.Say("18504700000", "15550100000", "START")
		await(t, "the START", func() bool { return len(h.closed()) == 0 })
		again, err := h.send("welcome back")
		h.Must(err)
		h.reaches(t, again.ID, messaging.Delivered)
		verdict, err := h.Evidence.Verify(h.ctx, nil)
		h.Must(err)
		if len(verdict.Faults) > 0 || verdict.Records == 0 {
			t.Errorf("the evidence: %+v", verdict)
		}
	})
}

// mute hands requests on to a server and keeps its answers to itself.
func mute(t *testing.T, server string) (url string) {
	t.Helper()
	proxy := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		answer, err := http.Get(server + "?" + r.URL.RawQuery)
		if err == nil {
			_ = answer.Body.Close()
		}
		panic(http.ErrAbortHandler) // which cuts the connection
	}))
	t.Cleanup(proxy.Close)
	return proxy.URL
}

// A text that Kannel has taken, and whose answer is lost, is in doubt. It isn't sent again; its receipt, which our id travels
// with, decides.
func TestOverKannelAReceiptDecidesWhatIsInDoubt(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		h := overKannel(t, data, func(url string) string { return mute(t, url) })
		m, err := h.send("Your order is on its way.")
		h.Must(err)
		h.reaches(t, m.ID, messaging.Unknown)
		h.kannel.Network() // until now Kannel has kept it
		h.reaches(t, m.ID, messaging.Delivered)
		await(t, "the text", func() bool { return h.kannel.Sent() != "" })
		if sent := h.kannel.Sent(); strings.Count(sent, "on its way") != 1 {
			t.Errorf("the network was given %q", sent)
		}
	})
}
