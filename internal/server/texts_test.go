package server

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/access"
	"latchkey/internal/config"
	"latchkey/internal/keyring"
	"latchkey/internal/messaging"
	"latchkey/internal/problem"
	"latchkey/internal/smsgateway"
	"latchkey/internal/storage/storetest"
)

func TestTheDefaultsOfTextsAreThoseOfTheProduct(t *testing.T) {
	if diff := cmp.Diff(messaging.DefaultSettings(), smsSettings(config.Default().SMS)); diff != "" {
		t.Errorf("product (-), settings (+):\n%s", diff)
	}
}

func TestTheGatewaysOfAHouse(t *testing.T) {
	open := func(t *testing.T, file string) ([]Gateway, error) {
		cfg := config.Default()
		if file != "" {
			cfg.SMS.GatewaysFile = filepath.Join(t.TempDir(), "gateways.toml")
			if err := os.WriteFile(cfg.SMS.GatewaysFile, []byte(file), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return openGateways(cfg, keyring.Ring{}, slog.New(slog.DiscardHandler))
	}
	names := func(gateways []Gateway) (found []string) {
		for _, g := range gateways {
			found = append(found, g.Name+" "+g.Kind)
		}
		return found
	}
	for name, test := range map[string]struct {
		file string
		want []string
	}{
		"without a file there is the inbox":            {"", []string{"inbox inbox"}},
		"with a file the inbox is there, too":          {"[gateway.test]\nkind = \"inbox\"\n", []string{"inbox inbox", "test inbox"}},
		"a file may set up the inbox":                  {"[gateway.inbox]\nkind = \"inbox\"\ndeliver = true\n", []string{"inbox inbox"}},
		"an empty file is a file, and the inbox there": {"# nothing yet\n", []string{"inbox inbox"}},
	} {
		t.Run(name, func(t *testing.T) {
			gateways, err := open(t, test.file)
			if diff := cmp.Diff(test.want, names(gateways)); diff != "" || err != nil {
				t.Errorf("%s %v", diff, err)
			}
		})
	}
	t.Run("what the file sets is set", func(t *testing.T) {
		gateways, err := open(t, "[gateway.inbox]\nkind = \"inbox\"\ndeliver = true\n")
		if err != nil || !gateways[0].Traits().Receipts {
			t.Errorf("%+v %v", gateways, err)
		}
	})
	t.Run("a wrong file is told with its line", func(t *testing.T) {
		_, err := open(t, "[gateway.x]\nkind = \"pigeon\"\n")
		if problem.Of(err).Code != problem.NotConfigured || !strings.Contains(err.Error(), "gateways.toml:2") {
			t.Errorf("%v", err)
		}
	})
}

// serving runs a server until the test ends, and gives what to stop it with.
func serving(t *testing.T, data string) (*Server, Demo, *logged) {
	t.Helper()
	server, demo, log := newLoggedServer(t, data, nil)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { server.house.Messaging.Run(ctx); close(ended) }()
	t.Cleanup(func() { stop(); <-ended })
	return server, demo, log
}

func TestAServerSendsTextsAndCountsThem(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		server, demo, _ := serving(t, data)
		house, ctx := server.house, t.Context()
		tenant, err := house.Access.Tenants.ByCode(ctx, demo.Revio.Tenant)
		if err != nil {
			t.Fatal(err)
		}
		sent, profile, err := house.Messaging.Messages.SendFor(ctx, access.CommandLine("test"), tenant.ID,
			messaging.Outgoing{To: demoNumber, Text: "Hello."})
		if err != nil || profile.ID != demo.Revio.Profile {
			t.Fatalf("%+v %v", profile, err)
		}
		for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
			text, parts, err := house.Messaging.Messages.ByID(ctx, tenant.ID, sent.ID)
			if err != nil {
				t.Fatal(err)
			}
			if text.State == messaging.Submitted && len(parts) == 1 && parts[0].Gateway == messaging.InboxGateway {
				break
			}
			if time.Since(begun) > 20*time.Second {
				t.Fatalf("still %+v %+v", text, parts)
			}
		}
		// A part is counted after the commit that shows its text as submitted, so the counter may come a moment later.
		for _, want := range []string{`latchkey_sms_texts_total{event="accepted"} 1`, `latchkey_sms_parts_total{verdict="taken"} 1`, "latchkey_sms_stops_total 0"} {
			scrapedSoon(t, server, want)
		}
	})
}

// scrapedSoon waits until the metrics of the server hold a line, and fails the test when they don't within 20 s.
func scrapedSoon(t *testing.T, server *Server, want string) {
	t.Helper()
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		text := get(server.Handler(), "/metrics").Body.String()
		if strings.Contains(text, want+"\n") {
			return
		}
		if time.Since(begun) > 20*time.Second {
			t.Errorf("no %s in\n%s", want, text)
			return
		}
	}
}

func TestTheAddressOfACallbackIsNotLoggedHoweverItIsWritten(t *testing.T) {
	for path, shown := range map[string]string{
		"//sms/callback/telco/0123456789abcdef/receipt":  "//sms/callback/[secret]",
		"/sms//callback//telco/0123456789abcdef/receipt": "/sms//callback/[secret]",
		"/SMS/Callback/telco/0123456789abcdef/receipt":   "/SMS/Callback/[secret]",
		"/below/sms/callback/telco/0123456789abcdef":     "/below/sms/callback/[secret]",
		"/sms/callbacks/telco/0123456789abcdef/receipt":  "/sms/callback/[secret]",
		"/sms/callback/": "/sms/callback/",
		"/sms/callback":  "/sms/callback",
		"/sms/callbac":   "/sms/callbac",
		"/lkt_0123456789abcdef/sms/callback/0123456789abcd": "/[secret]",
		"/sms/callback/telco/lkt_0123456789abcdef/receipt":  "/sms/callback/[secret]",
	} {
		if got := shownPath(path); got != shown {
			t.Errorf("%s is shown as %s, want %s", path, got, shown)
		}
	}
	server, _, log := newLoggedServer(t, t.TempDir(), nil)
	get(server.Handler(), "//sms/callback/telco/0123456789abcdef/receipt")
	if text := log.String(); strings.Contains(text, "0123456789abcdef") || !strings.Contains(text, `"path":"//sms/callback/[secret]"`) {
		t.Errorf("%s", text)
	}
}

func TestTheAddressOfACallbackIsNotLogged(t *testing.T) {
	server, _, log := newLoggedServer(t, t.TempDir(), nil)
	if answer := get(server.Handler(), smsgateway.CallbackPath+"telco/0123456789abcdef/receipt"); answer.Code != http.StatusNotFound {
		t.Errorf("%d", answer.Code)
	}
	if text := log.String(); strings.Contains(text, "0123456789abcdef") || !strings.Contains(text, `"path":"/sms/callback/[secret]"`) {
		t.Errorf("%s", text)
	}
}

func TestAServerSaysWhichGatewaysAreMissing(t *testing.T) {
	server, demo, log := newLoggedServer(t, t.TempDir(), nil)
	house, ctx := server.house, t.Context()
	house.warnOfGateways(ctx)
	if text := log.String(); strings.Contains(text, "is not set up") {
		t.Errorf("%s", text)
	}
	tenant, err := house.Access.Tenants.ByCode(ctx, demo.Revio.Tenant)
	if err != nil {
		t.Fatal(err)
	}
	p, err := house.Messaging.Profiles.Add(ctx, access.CommandLine("test"), messaging.Profile{TenantID: tenant.ID, From: "67399", Gateway: "web"})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serve, stop := context.WithCancel(ctx)
	if err := server.Serve(serve, listener, stop); err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("profile %d sends over web, which is not set up; 0 texts wait", p.ID); !strings.Contains(log.String(), want) {
		t.Errorf("no %q in %s", want, log.String())
	}
}

func TestACallbackForAMissingGatewayHasToBeSaidAgain(t *testing.T) {
	server, demo, _ := newLoggedServer(t, t.TempDir(), nil)
	house, ctx := server.house, t.Context()
	cfg := config.Default()
	cfg.PublicURL = "https://sms.example.com"
	cfg.SMS.GatewaysFile = filepath.Join(t.TempDir(), "gateways.toml")
	file := "[gateway.web]\nkind = \"http\"\nurl = \"http://127.0.0.1:1/send\"\njson = '{\"to\": \"{to}\", \"text\": \"{text}\"}'\n"
	if err := os.WriteFile(cfg.SMS.GatewaysFile, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	gateways, err := openGateways(cfg, house.Keys, house.Log)
	if err != nil {
		t.Fatal(err)
	}
	address := gateways[1].Gateway.(*smsgateway.HTTP).InboundURL()
	if answer := get(server.Handler(), address); answer.Code != http.StatusNotFound {
		t.Errorf("while no profile uses it: %d", answer.Code)
	}
	tenant, err := house.Access.Tenants.ByCode(ctx, demo.Revio.Tenant)
	if err != nil {
		t.Fatal(err)
	}
	by := access.CommandLine("test")
	p, err := house.Messaging.Profiles.Add(ctx, by, messaging.Profile{TenantID: tenant.ID, From: "67399", Gateway: "web"})
	if err != nil {
		t.Fatal(err)
	}
	if err := house.Messaging.Profiles.Disable(ctx, by, p.ID); err != nil {
		t.Fatal(err)
	}
	if answer := get(server.Handler(), address); answer.Code != http.StatusServiceUnavailable {
		t.Errorf("while a disabled profile is left: %d", answer.Code)
	}
	if answer := get(server.Handler(), address+"x"); answer.Code != http.StatusNotFound {
		t.Errorf("another address: %d", answer.Code)
	}
}
