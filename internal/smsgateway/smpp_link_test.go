package smsgateway_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/internal/messaging"
	"latchkey/internal/smsgateway"
	"latchkey/internal/smsgateway/smsctest"
)

func TestP3ACutLinkLeavesInDoubtWhatMayHaveArrived(t *testing.T) {
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		r := run(t, centre)
		for _, act := range []string{"cut_before", "cut_untaken"} {
			centre.Next(act)
			got := r.send(messaging.InDoubt, text(t, 1, act))
			if got.Reason == "" {
				t.Errorf("%s: no reason is given", act)
			}
			r.await("the rebind", r.bound)
		}
		centre.Next("cut_after")
		r.send(messaging.Taken, text(t, 1, "cut_after"))
		r.await("the rebind", func() bool { return centre.Stats().Binds == 4 && r.bound() })
		r.send(messaging.Taken, text(t, 1, "after it all"))
		if got := centre.Stats(); got.Doubles != 0 || got.Taken != 3 || got.Submits != 4 {
			t.Errorf("the message centre saw %+v", got)
		}
	})
}

func TestWithoutAConnectionNothingIsSent(t *testing.T) {
	centre := smsctest.Start(t, smsctest.Node())
	r := start(t, centre, settingsFor(t, centre, func(s *smsgateway.SMPPSettings) {
		s.Address, s.RebindFrom, s.RebindTo = "127.0.0.1:1", time.Minute, time.Minute
	}), time.Now)
	var got messaging.Result
	r.await("a failed connection", func() bool {
		got = r.send(messaging.NotSent, text(t, 1, "nobody there"))
		return strings.Contains(got.Reason, "refused")
	})
	if got.Pause != time.Minute || got.Throttled {
		t.Errorf("Submit gave %+v", got)
	}
}

// Thirty cuts with texts under way: none may be sent twice, none may be called not sent that arrived, and nothing of the
// connections may be left behind.
func TestThirtyCuts(t *testing.T) {
	centre := smsctest.Start(t, smsctest.Node())
	centre.Behave(smsctest.Behaviour{
		Receipts: "both", AnswerDelay: 1,
		Faults: []smsctest.Fault{{Every: 20, At: 3, Act: "cut_before"}, {Every: 40, At: 11, Act: "cut_after"}, {Every: 40, At: 31, Act: "cut_untaken"}},
	})
	before := runtime.NumGoroutine()
	r := run(t, centre)
	verdicts := map[string]messaging.Verdict{}
	var mu sync.Mutex
	var senders sync.WaitGroup
	for n := range 6 {
		senders.Go(func() {
			for i := 0; centre.Stats().Cuts < 30; i++ {
				p := text(t, messaging.MessageID(i), fmt.Sprintf("text %d of %d", i, n))
				result := r.Submit(t.Context(), p)
				for result.Verdict == messaging.NotSent {
					time.Sleep(time.Millisecond)
					result = r.Submit(t.Context(), p)
				}
				mu.Lock()
				verdicts[p.Text] = result.Verdict
				mu.Unlock()
			}
		})
	}
	senders.Wait()
	arrived := map[string]bool{}
	for _, taken := range centre.Taken() {
		arrived[taken.Text] = true
	}
	doubt := 0
	for letters, verdict := range verdicts {
		if verdict == messaging.InDoubt {
			doubt++
		} else if !arrived[letters] {
			t.Errorf("%s: %s, and it never arrived", letters, verdict)
		}
		delete(arrived, letters)
	}
	for letters := range arrived {
		t.Errorf("%s arrived and nobody knows", letters)
	}
	stats := centre.Stats()
	t.Logf("%d cuts, %d binds, %d texts, %d in doubt, %d taken", stats.Cuts, stats.Binds, len(verdicts), doubt, stats.Taken)
	if stats.Doubles > 0 || stats.Early > 0 || doubt == 0 {
		t.Errorf("the message centre saw %+v", stats)
	}
	r.stop()
	await(t, "the end of all goroutines", func() bool { return runtime.NumGoroutine() <= before })
}

func TestP2ASilentPeerIsGivenUp(t *testing.T) {
	t.Run("an answer that doesn't come is in doubt", func(t *testing.T) {
		eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
			r := run(t, centre, func(s *smsgateway.SMPPSettings) { s.AnswerTimeout = 100 * time.Millisecond })
			centre.Next("ignore")
			if got := r.send(messaging.InDoubt, text(t, 1, "ignored")); got.Reason != "no answer in time" {
				t.Errorf("Submit gave %+v", got)
			}
			r.taken("the next one is answered")
		})
	})
	t.Run("a caller who stops waiting leaves the text in doubt", func(t *testing.T) {
		centre := smsctest.Start(t, smsctest.Node())
		r := run(t, centre, func(s *smsgateway.SMPPSettings) { s.AnswerTimeout = time.Second })
		centre.Next("ignore")
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if got := r.Submit(ctx, text(t, 1, "ignored")); got.Verdict != messaging.InDoubt {
			t.Errorf("Submit gave %+v", got)
		}
	})
	t.Run("what was given up keeps its place in the window", func(t *testing.T) {
		centre := smsctest.Start(t, smsctest.Node())
		r := run(t, centre, func(s *smsgateway.SMPPSettings) { s.AnswerTimeout, s.Window = 500*time.Millisecond, 1 })
		centre.Next("ignore")
		r.send(messaging.InDoubt, text(t, 1, "ignored"))
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // who doesn't wait at all is told at once, long before the link is given up
		if got := r.Submit(ctx, text(t, 2, "no room")); got.Verdict != messaging.NotSent || centre.Stats().Submits != 1 {
			t.Errorf("Submit gave %+v", got)
		}
		if got := r.send(messaging.NotSent, text(t, 2, "no room")); got.Reason != "the message centre answers no submits any more" {
			t.Errorf("a full window of unanswered submits: %+v", got)
		}
		r.await("the rebind", r.bound)
		r.taken("there is room again")
	})
	t.Run("an unanswered enquire_link ends the connection", func(t *testing.T) {
		centre := smsctest.Start(t, smsctest.Node())
		r := run(t, centre, func(s *smsgateway.SMPPSettings) {
			s.EnquireEvery, s.AnswerTimeout = 30*time.Millisecond, 100*time.Millisecond
			s.BindTimeout = time.Second // the first new bind may still meet the silence
		})
		await(t, "enquire_links", func() bool { return centre.Stats().Enquiries > 3 })
		centre.Behave(smsctest.Behaviour{Silent: true})
		r.await("the end", func() bool { return !r.bound() })
		centre.Behave(smsctest.Behaviour{})
		r.await("the rebind", r.bound)
	})
	t.Run("so does silence", func(t *testing.T) {
		centre := smsctest.Start(t, smsctest.Node())
		r := run(t, centre, func(s *smsgateway.SMPPSettings) { s.SilenceLimit = 150 * time.Millisecond })
		r.await("another bind", func() bool { return centre.Stats().Binds > 1 })
	})
	t.Run("and a bind that isn't answered", func(t *testing.T) {
		centre := smsctest.Start(t, smsctest.Node())
		centre.Behave(smsctest.Behaviour{Bind: "silent"})
		quick := settingsFor(t, centre, func(s *smsgateway.SMPPSettings) {
			s.BindTimeout, s.EnquireEvery = 100*time.Millisecond, 10*time.Millisecond
		})
		r := start(t, centre, quick, time.Now)
		r.await("more connections", func() bool { return centre.Stats().Connections > 2 })
		if got := centre.Stats(); got.Early > 0 {
			t.Errorf("%d PDUs came before the bind was answered", got.Early)
		}
		centre.Behave(smsctest.Behaviour{BindDelay: 40})
		r.await("a bind", r.bound)
		if got := centre.Stats(); got.Early > 0 {
			t.Errorf("%d PDUs came before the bind was answered", got.Early)
		}
	})
}

func TestAConnectionClosedAtTheBindIsARefusedLogin(t *testing.T) {
	centre := smsctest.Start(t, smsctest.Node())
	centre.Behave(smsctest.Behaviour{Bind: "close"})
	err := newGateway(t, settingsFor(t, centre), time.Now).Check(t.Context())
	if err == nil || !strings.Contains(err.Error(), "check system id and password") {
		t.Errorf("Check: %v", err)
	}
}

func TestALateAnswerIsTold(t *testing.T) {
	centre := smsctest.Start(t, smsctest.Node())
	r := run(t, centre, func(s *smsgateway.SMPPSettings) { s.AnswerTimeout = 50 * time.Millisecond })
	centre.Next("late")
	r.send(messaging.InDoubt, text(t, 9, "late"))
	centre.AnswerLate()
	r.await("the report", func() bool { return len(r.heardReports()) == 1 })
	got := r.heardReports()[0]
	if got.Message != 9 || got.Number != 1 || got.State != messaging.Submitted || got.ProviderID != centre.Taken()[0].ID {
		t.Errorf("told: %+v", got)
	}
}

func TestThePeersEnquiriesAreAnswered(t *testing.T) {
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		run(t, centre)
		if got := centre.Enquire(); got != 1 {
			t.Errorf("%d answers", got)
		}
	})
}

func TestThePeerMayUnbind(t *testing.T) {
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		r := run(t, centre)
		centre.Unbind()
		r.await("the rebind", func() bool { return centre.Stats().Binds == 2 && r.bound() })
	})
}

func TestWhatCannotBeReadIsRefusedAndSurvived(t *testing.T) {
	centre := smsctest.Start(t, smsctest.Node())
	r := run(t, centre)
	for _, hex := range []string{
		"00000010000000ff0000000000000001",                   // no such command
		"000000100000000500000000000000020",                  // a deliver_sm without a body; the odd digit is dropped
		"00000012000000050000000000000003ff41",               // half an address
		"00000010800000040000000000ffffff",                   // an answer to nothing
		"00000018000001020000000000000004000000000000000000", // an alert_notification, and the octet 00 of the next
	} {
		centre.Raw(hex[:len(hex)/2*2])
	}
	r.await("the gateway's recovery", r.bound)
	r.stop()
}

func TestTransmitterAndReceiver(t *testing.T) {
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		r := run(t, centre, func(s *smsgateway.SMPPSettings) { s.Bind = smsgateway.BindPair })
		centre.Behave(smsctest.Behaviour{Receipts: "tlv"})
		r.send(messaging.Taken, text(t, 1, "over one, back over the other"))
		r.await("the receipt", func() bool { return len(r.heardReports()) == 1 })
		centre.Cut()
		r.await("both to bind again", func() bool { return centre.Stats().Binds == 4 && r.bound() })
	})
	t.Run("a transmitter alone hears nothing", func(t *testing.T) {
		centre := smsctest.Start(t, smsctest.Node())
		centre.Behave(smsctest.Behaviour{Receipts: "tlv"})
		r := run(t, centre, func(s *smsgateway.SMPPSettings) { s.Bind = smsgateway.BindTransmitter })
		r.send(messaging.Taken, text(t, 1, "no receipt is asked for"))
		if last(centre).Registered != 0 || r.Traits().Receipts {
			t.Error("receipts are asked for or promised")
		}
	})
}

func TestStoppingWaitsForAnswersAndUnbinds(t *testing.T) {
	centre := smsctest.Start(t, smsctest.Node())
	centre.Behave(smsctest.Behaviour{AnswerDelay: 100})
	r := run(t, centre)
	result := make(chan messaging.Result, 1)
	go func() { result <- r.Submit(context.Background(), text(t, 1, "under way")) }()
	await(t, "the submit", func() bool { return centre.Stats().Submits == 1 })
	r.stop()
	if got := <-result; got.Verdict != messaging.Taken {
		t.Errorf("Submit gave %+v", got)
	}
	r.send(messaging.NotSent, text(t, 1, "too late"))
	await(t, "the unbind", func() bool { return centre.Stats().Sessions == 0 })
	if got := centre.Stats(); got.Cuts != 0 {
		t.Errorf("the message centre saw %+v", got)
	}
}

func TestTLS(t *testing.T) {
	key, certificate := certify(t)
	centre := smsctest.Start(t, smsctest.Node(), key, certificate)
	trusting := func(s *smsgateway.SMPPSettings) {
		s.TLS, s.CAFile, s.ServerName = true, smsgateway.Path(certificate), "centre.example"
	}
	t.Run("a certificate of the given authority and name", func(t *testing.T) {
		r := run(t, centre, trusting)
		r.send(messaging.Taken, text(t, 1, "over TLS"))
		if last(centre).Text != "over TLS" {
			t.Error("it didn't arrive")
		}
	})
	for name, change := range map[string]func(*smsgateway.SMPPSettings){
		"another name":          func(s *smsgateway.SMPPSettings) { s.ServerName = "other.example" },
		"an unknown authority":  func(s *smsgateway.SMPPSettings) { s.CAFile = "" },
		"no TLS where it is on": func(s *smsgateway.SMPPSettings) { s.TLS, s.CAFile, s.ServerName = false, "", "" },
	} {
		t.Run(name, func(t *testing.T) {
			binds := centre.Stats().Binds
			settings := settingsFor(t, centre, trusting, change, func(s *smsgateway.SMPPSettings) { s.BindTimeout = time.Second })
			if err := newGateway(t, settings, time.Now).Check(t.Context()); err == nil || centre.Stats().Binds != binds {
				t.Errorf("Check: %v", err)
			}
		})
	}
}

// certify makes a key and a certificate that is its own authority.
func certify(t *testing.T) (keyFile, certificateFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "centre.example"}, DNSNames: []string{"centre.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	keyFile, certificateFile = filepath.Join(folder, "key.pem"), filepath.Join(folder, "cert.pem")
	for file, block := range map[string]*pem.Block{
		keyFile: {Type: "PRIVATE KEY", Bytes: keyDER}, certificateFile: {Type: "CERTIFICATE", Bytes: der},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return keyFile, certificateFile
}
