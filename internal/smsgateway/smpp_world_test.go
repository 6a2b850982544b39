package smsgateway_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/linxGnu/gosmpp/data"

	"latchkey/internal/messaging"
	"latchkey/internal/smsgateway"
	"latchkey/internal/smsgateway/smsctest"
)

// patience is how long a test waits for what must happen. A machine may be slow; only a mistake takes that long.
const patience = 2 * time.Minute

// eachCentre runs a test against both message centres.
func eachCentre(t *testing.T, test func(t *testing.T, centre *smsctest.Centre)) {
	for _, kind := range smsctest.Kinds() {
		t.Run(kind.Name, func(t *testing.T) { test(t, smsctest.Start(t, kind)) })
	}
}

// settingsFor gives settings that reach a centre and are in a hurry.
func settingsFor(t *testing.T, centre *smsctest.Centre, change ...func(*smsgateway.SMPPSettings)) smsgateway.SMPPSettings {
	t.Helper()
	s, err := smsgateway.DefaultSMPP()
	if err != nil {
		t.Fatal(err)
	}
	s.Address, s.SystemID, s.Password = centre.Address, smsctest.SystemID, smsctest.Password
	s.RebindFrom, s.RebindTo = 5*time.Millisecond, 50*time.Millisecond
	s.ThrottledPause, s.QueueFullPause, s.JoinTimeout = 20*time.Millisecond, 40*time.Millisecond, 200*time.Millisecond
	for _, c := range change {
		c(&s)
	}
	return s
}

// stillClock stands still between its advances, so that what is measured by it doesn't depend on how slow the machine is.
type stillClock struct {
	begun time.Time
	moved atomic.Int64
}

func (c *stillClock) now() time.Time { return c.begun.Add(time.Duration(c.moved.Load())) }

func (c *stillClock) advance(by time.Duration) { c.moved.Add(int64(by)) }

func newGateway(t *testing.T, settings smsgateway.SMPPSettings, now func() time.Time) messaging.Gateway {
	t.Helper()
	gateway, err := smsgateway.New(settings, smsgateway.Deps{
		Name: "centre", Now: now, Random: rand.Reader, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return gateway
}

// running is a gateway that runs, with what it heard.
type running struct {
	messaging.Gateway
	*listener
	t      *testing.T
	centre *smsctest.Centre
	stop   func() // ends Run and waits for it
}

// run starts a gateway and comes back once it is bound as often as its settings say.
func run(t *testing.T, centre *smsctest.Centre, change ...func(*smsgateway.SMPPSettings)) *running {
	t.Helper()
	return runBy(t, time.Now, centre, change...)
}

// runBy is run by another clock.
func runBy(t *testing.T, now func() time.Time, centre *smsctest.Centre, change ...func(*smsgateway.SMPPSettings)) *running {
	t.Helper()
	settings := settingsFor(t, centre, change...)
	r := start(t, centre, settings, now)
	r.await("the binds", func() bool { return centre.Stats().Binds >= binds(settings) && r.bound() })
	return r
}

func binds(s smsgateway.SMPPSettings) int {
	if s.Bind == smsgateway.BindPair {
		return 2
	}
	return 1
}

// start starts a gateway.
func start(t *testing.T, centre *smsctest.Centre, settings smsgateway.SMPPSettings, now func() time.Time) *running {
	t.Helper()
	r := &running{Gateway: newGateway(t, settings, now), listener: &listener{}, t: t, centre: centre}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := r.Run(ctx, r.listener); err != nil {
			t.Errorf("Run: %v", err)
		}
	}()
	r.stop = sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(r.stop)
	return r
}

// bound tells whether a part would go out now, by one without a number: it is refused here, once there is a connection.
func (r *running) bound() bool {
	return r.Submit(context.Background(), messaging.Part{From: "15550100"}).Verdict == messaging.Refused
}

// await waits until something holds.
func (r *running) await(what string, holds func() bool) {
	r.t.Helper()
	await(r.t, what, holds)
}

func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("still waiting for %s", what)
		}
	}
}

// send submits and wants a verdict.
func (r *running) send(want messaging.Verdict, part messaging.Part) messaging.Result {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	got := r.Submit(ctx, part)
	if got.Verdict != want {
		r.t.Fatalf("Submit gave %+v, want %s", got, want)
	}
	return got
}

// taken submits until a text is taken, each time one of its own: where little time is given for an answer, a slow machine
// may miss it, and that text is in doubt.
func (r *running) taken(letters string) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	n := 0
	r.await("a text to be taken", func() bool {
		n++
		return r.Submit(ctx, text(r.t, 1, fmt.Sprint(letters, " ", n))).Verdict == messaging.Taken
	})
}

// listener keeps what it is told.
type listener struct {
	mu      sync.Mutex
	reports []messaging.Report
	texts   []messaging.Inbound
	refuse  int // so many times
}

var errNotKept = errors.New("the disk is full")

func (l *listener) Reported(_ context.Context, r messaging.Report) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.refuse > 0 {
		l.refuse--
		return errNotKept
	}
	l.reports = append(l.reports, r)
	return nil
}

func (l *listener) Received(_ context.Context, in messaging.Inbound) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.refuse > 0 {
		l.refuse--
		return errNotKept
	}
	l.texts = append(l.texts, in)
	return nil
}

// refuseNext lets the listener keep nothing so many times.
func (l *listener) refuseNext(times int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refuse = times
}

func (l *listener) heardReports() []messaging.Report {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]messaging.Report(nil), l.reports...)
}

func (l *listener) heardTexts() []messaging.Inbound {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]messaging.Inbound(nil), l.texts...)
}

// text is a single part.
func text(t testing.TB, id messaging.MessageID, letters string) messaging.Part {
	t.Helper()
	p := messaging.Part{
		Message: id, Number: 1, Of: 1, From: "+15550100000", To: "+15550199000", Text: letters, Coding: messaging.GSM7,
		ExpiresAt: time.Now().Add(4 * time.Hour),
	}
	septets, err := data.GSM7BIT.Encode(letters)
	if err != nil {
		p.Coding, septets = messaging.UCS2, bigEndian(letters)
	}
	p.UserData = septets
	return p
}

func bigEndian(letters string) []byte {
	var octets []byte
	for _, unit := range utf16.Encode([]rune(letters)) {
		octets = append(octets, byte(unit>>8), byte(unit))
	}
	return octets
}
