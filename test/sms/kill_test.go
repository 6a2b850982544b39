package sms_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
	"latchkey/internal/smsgateway/smsctest"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
	"latchkey/test/binary"
)

const (
	kills  = 4
	window = 10 // the gateway's, and so the most that a dispatcher takes up at once
)

// The built server is killed again and again while it accepts and sends ten thousand texts. None that it acknowledged may be
// missing, none may reach the message centre twice, and in doubt is at most what was under way at each kill.
func TestKilledServersLoseNothingAndDoubleNothing(t *testing.T) {
	program := binary.Build(t)
	t.Run("SQLite", func(t *testing.T) { killWhileSending(t, program, t.TempDir(), false) })
	t.Run("PostgreSQL", func(t *testing.T) { killWhileSending(t, program, storetest.DurablePostgreSQL(t), false) })
	t.Run("one of two nodes over PostgreSQL", func(t *testing.T) {
		killWhileSending(t, program, storetest.DurablePostgreSQL(t), true)
	})
}

// killWhileSending kills one server after the other on the same store; with another, a second one lives on beside them.
func killWhileSending(t *testing.T, program, data string, another bool) {
	centre := smsctest.Start(t, smsctest.Node())
	holding := smsctest.Behaviour{Receipts: "both", ReceiptBase: "hex", Hold: true}
	centre.Behave(holding)
	s := &sending{t: t, program: program, data: data, centre: centre, folder: t.TempDir(), acknowledged: map[string]messaging.MessageID{}}
	s.prepare()
	var other *binary.Server
	if another {
		s.serve()
		other = s.server
	}
	s.serve()
	var callers sync.WaitGroup
	for range senders {
		callers.Go(s.call)
	}
	for kill := 1; kill <= kills; kill++ {
		s.reach(kill * all / (kills + 1))
		s.server.Kill()
		s.serve()
	}
	s.reach(all)
	s.enough.Store(true)
	callers.Wait()
	s.quiet()
	s.checkStore()
	centre.Behave(smsctest.Behaviour{Receipts: "both", ReceiptBase: "hex"})
	s.checkDelivered()
	for _, server := range []*binary.Server{s.server, other} {
		if server == nil {
			continue
		}
		if err := server.Stop(); err != nil {
			t.Errorf("a server did not stop in order: %v", err)
		}
	}
}

// sending is a load on servers that come and go on one store.
type sending struct {
	t             *testing.T
	program, data string
	centre        *smsctest.Centre
	folder        string
	server        *binary.Server
	target        atomic.Pointer[target]
	next, count   atomic.Int64
	enough        atomic.Bool

	mu           sync.Mutex
	acknowledged map[string]messaging.MessageID // by text
}

// target is where the running server answers, and as whom.
type target struct{ address, username, password, tenant string }

// prepare lets a first server make its demo data, and leads the demo profile over the message centre.
func (s *sending) prepare() {
	s.t.Helper()
	first := binary.Serve(s.t, s.program, s.data, s.file("secret.key"))
	if err := first.Stop(); err != nil {
		s.t.Fatal(err)
	}
	gateways := fmt.Sprintf("[gateway.centre]\nkind = \"smpp\"\naddress = %q\nsystem_id = %q\npassword = %q\nwindow = %d\n"+
		"rebind_from = \"20ms\"\nrebind_to = \"100ms\"\n", s.centre.Address, smsctest.SystemID, smsctest.Password, window)
	if err := os.WriteFile(s.file("gateways.toml"), []byte(gateways), 0o600); err != nil {
		s.t.Fatal(err)
	}
	s.store(sqlstore.Options{}, func(store messaging.Store) error {
		return store.Update(s.t.Context(), func(tx messaging.Tx) error {
			profiles, err := tx.Profiles(s.t.Context(), messaging.ProfileFilter{Active: true})
			if err != nil || len(profiles) != 1 {
				return fmt.Errorf("%d profiles, %w", len(profiles), err)
			}
			profiles[0].Gateway = "centre"
			return tx.UpdateProfile(s.t.Context(), profiles[0])
		})
	})
}

func (s *sending) file(name string) string { return filepath.Join(s.folder, name) }

// store opens the store for a moment.
func (s *sending) store(o sqlstore.Options, use func(messaging.Store) error) {
	s.t.Helper()
	o.Data, o.Now, o.Log = s.data, time.Now, slog.New(slog.DiscardHandler)
	store, err := sqlstore.Open(context.Background(), o)
	if err != nil {
		s.t.Fatal(err)
	}
	defer store.Close()
	if err := use(store.Messaging()); err != nil {
		s.t.Fatal(err)
	}
}

// serve starts the next server.
func (s *sending) serve() {
	s.t.Helper()
	s.server = binary.Serve(s.t, s.program, s.data, s.file("secret.key"), "--sms-gateways-file", s.file("gateways.toml"), "--sms-lease", "5s")
	s.target.Store(&target{
		address: s.server.Setting("LATCHKEY_URL") + "/v20/default.asmx", username: s.server.Setting("REVIO_USERNAME"),
		password: s.server.Setting("REVIO_PASSWORD"), tenant: s.server.Setting("REVIO_CLIENT"),
	})
}

// call sends texts, each once whatever becomes of the call, until there are enough.
func (s *sending) call() {
	client := &http.Client{Transport: &http.Transport{}, Timeout: binary.Patience}
	for !s.enough.Load() {
		n := int(s.next.Add(1))
		id, err := s.target.Load().send(client, number(n), letters(n))
		if err != nil {
			time.Sleep(20 * time.Millisecond) // killed; the next one may be up by now
			continue
		}
		s.mu.Lock()
		s.acknowledged[letters(n)] = id
		s.mu.Unlock()
		s.count.Add(1)
	}
}

var answeredID = regexp.MustCompile(`<Success>true</Success>.*<ID>([0-9]+)</ID>`)

// send calls SMS_Send in an envelope written by hand.
func (to *target) send(client *http.Client, number, text string) (messaging.MessageID, error) {
	envelope := `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>` +
		`<SMS_Send xmlns="http://api.myh2o.com/v20"><Request><Credentials><Username>` + to.username + `</Username><Password>` +
		to.password + `</Password><Client>` + to.tenant + `</Client></Credentials><ToNumber>` + number + `</ToNumber><Message>` +
		text + `</Message></Request></SMS_Send></soap:Body></soap:Envelope>`
	post, err := http.NewRequest(http.MethodPost, to.address, strings.NewReader(envelope))
	if err != nil {
		return 0, err
	}
	post.Header.Set("Content-Type", "text/xml; charset=utf-8")
	post.Header.Set("SOAPAction", `"http://api.myh2o.com/v20/SMS_Send"`)
	response, err := client.Do(post)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err
	}
	found := answeredID.FindSubmatch(answer)
	if found == nil {
		return 0, fmt.Errorf("%s: %s", response.Status, answer)
	}
	id, err := strconv.ParseInt(string(found[1]), 10, 64)
	return messaging.MessageID(id), err
}

// reach waits until so many texts are acknowledged.
func (s *sending) reach(goal int) {
	s.t.Helper()
	for end := time.Now().Add(patience); int(s.count.Load()) < goal; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("only %d texts are acknowledged", s.count.Load())
		}
	}
}

// stored reads all texts, beside the running server.
func (s *sending) stored() (texts []messaging.Message) {
	s.t.Helper()
	s.store(sqlstore.Options{ReadOnly: true}, func(store messaging.Store) error {
		return store.View(s.t.Context(), func(r messaging.Records) error {
			texts = nil
			for page := (access.Page{Limit: 1000}); ; {
				some, err := r.Messages(s.t.Context(), messaging.MessageFilter{Page: page})
				texts = append(texts, some...)
				if err != nil || len(some) < page.Limit {
					return err
				}
				page.After = int64(some[len(some)-1].ID)
			}
		})
	})
	return texts
}

// quiet waits until no text waits to be sent or is being sent.
func (s *sending) quiet() {
	s.t.Helper()
	s.await("the queue to be empty", func(m messaging.Message) bool {
		return m.State != messaging.Accepted && m.State != messaging.Queued && m.State != messaging.Submitting
	})
}

func (s *sending) await(what string, holds func(messaging.Message) bool) {
	s.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(500 * time.Millisecond) {
		states := map[messaging.State]int{}
		left := 0
		for _, m := range s.stored() {
			states[m.State]++
			if !holds(m) {
				left++
			}
		}
		if left == 0 {
			return
		}
		if time.Now().After(end) {
			s.t.Fatalf("still waiting for %s: %v", what, states)
		}
	}
}

// checkStore looks for every acknowledged text, and compares what is in doubt with what the message centre took.
func (s *sending) checkStore() {
	s.t.Helper()
	taken := takenTexts(s.t, s.centre)
	byText := map[string]messaging.Message{}
	doubtful, arrived := 0, 0
	for _, m := range s.stored() {
		byText[m.Text] = m
		_, there := taken[m.Text]
		if m.State == messaging.Unknown {
			doubtful++
			if there {
				arrived++
			}
		}
		if m.State == messaging.Submitted && !there || m.State == messaging.Unknown && m.Reason == "" {
			s.t.Errorf("text %d is %s (%s), at the message centre: %t", m.ID, m.State, m.Reason, there)
		}
	}
	missing := 0
	for text, id := range s.acknowledged {
		if byText[text].ID != id {
			missing++
		}
	}
	stats := s.centre.Stats()
	s.t.Logf("%d kills; %d texts acknowledged, %d missing; %d stored; the message centre took %d, %d twice; in doubt %d, of which %d had arrived",
		kills, len(s.acknowledged), missing, len(byText), stats.Taken, stats.Doubles, doubtful, arrived)
	if missing > 0 || stats.Doubles > 0 || len(s.acknowledged) < all {
		s.t.Error("texts are missing or were sent twice")
	}
	if doubtful > kills*window {
		s.t.Errorf("%d texts are in doubt, at most %d were under way", doubtful, kills*window)
	}
	for text := range taken {
		if _, ours := byText[text]; !ours {
			s.t.Errorf("%q reached the message centre, and nobody sent it", text)
		}
	}
}

// checkDelivered waits for the receipts: what arrived is delivered, and only what did not arrive stays in doubt.
func (s *sending) checkDelivered() {
	s.t.Helper()
	taken := takenTexts(s.t, s.centre)
	s.await("all receipts", func(m messaging.Message) bool {
		_, there := taken[m.Text]
		return there && m.State == messaging.Delivered || !there && m.State == messaging.Unknown
	})
}
