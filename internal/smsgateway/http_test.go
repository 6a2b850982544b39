package smsgateway

import (
	"bufio"
	"context"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/messaging"
)

func TestHTTPAnswers(t *testing.T) {
	const pause = 30 * time.Second
	cases := []struct {
		name   string
		answer http.HandlerFunc
		change func(*HTTPSettings)
		want   messaging.Result
	}{
		{
			"2xx is taken, with the id that the answer gives", says(201, `{"id": 12345678901234567890}`), nil,
			messaging.Result{Verdict: messaging.Taken, ProviderID: "12345678901234567890"},
		},
		{
			"2xx without the id is taken all the same", says(200, `{}`), nil,
			messaging.Result{Verdict: messaging.Taken, Reason: "the provider's answer holds no id"},
		},
		{
			"the id may be the body", says(200, " id-7\n"), func(s *HTTPSettings) { s.ID = "body" },
			messaging.Result{Verdict: messaging.Taken, ProviderID: "id-7"},
		},
		{
			"the id may be in a header", says(200, "", "X-Id", "id-8"), func(s *HTTPSettings) { s.ID = "header:x-id" },
			messaging.Result{Verdict: messaging.Taken, ProviderID: "id-8"},
		},
		{
			"the id may be found by a pattern", says(200, "OK: 991 queued"), func(s *HTTPSettings) { s.ID = "regexp:OK: ([0-9]+)" },
			messaging.Result{Verdict: messaging.Taken, ProviderID: "991"},
		},
		{
			"the id may be deep in the answer", says(200, `{"messages": [{"id": "m-1"}]}`), func(s *HTTPSettings) { s.ID = "json:messages.0.id" },
			messaging.Result{Verdict: messaging.Taken, ProviderID: "m-1"},
		},
		{"there may be no id", says(204, ""), func(s *HTTPSettings) { s.ID = "none" }, messaging.Result{Verdict: messaging.Taken}},
		{
			"400 is refused, with the provider's code", says(400, `{"code": 21211, "message": "+15551230042 is no number"}`), nil,
			messaging.Result{Verdict: messaging.Refused, Reason: "the provider answered 400, code 21211"},
		},
		{
			"a code that looks like a number is not shown", says(400, `{"code": "15551230042"}`), nil,
			messaging.Result{Verdict: messaging.Refused, Reason: "the provider answered 400"},
		},
		{
			"429 is throttled for as long as it says", says(429, "", "Retry-After", "7"), nil,
			messaging.Result{Verdict: messaging.NotSent, Throttled: true, Pause: 7 * time.Second, Reason: "the provider answered 429"},
		},
		{
			"429 is throttled until the time that it says",
			says(429, "", "Retry-After", httpNow.Add(90*time.Second).Format(http.TimeFormat)), nil,
			messaging.Result{Verdict: messaging.NotSent, Throttled: true, Pause: 90 * time.Second, Reason: "the provider answered 429"},
		},
		{
			"429 that says nothing is throttled for the gateway's pause", says(429, ""), nil,
			messaging.Result{Verdict: messaging.NotSent, Throttled: true, Pause: pause, Reason: "the provider answered 429"},
		},
		{
			"nobody waits for longer than 20 minutes (rules P-4)", says(429, "", "Retry-After", "99999999999"), nil,
			messaging.Result{Verdict: messaging.NotSent, Throttled: true, Pause: 20 * time.Minute, Reason: "the provider answered 429"},
		},
		{
			"a wrong login is no refusal of the text", says(401, ""), nil,
			messaging.Result{Verdict: messaging.NotSent, Pause: pause, Reason: "the provider answered 401: the provider doesn't let us in"},
		},
		{
			"money that is used up is no refusal of the text", says(402, `{"code": "balance"}`), nil, messaging.Result{
				Verdict: messaging.NotSent, Pause: pause, Reason: "the provider answered 402, code balance: the provider wants to be paid",
			},
		},
		{
			"an account that is shut is no refusal of the text", says(403, "", "Retry-After", "60"), nil, messaging.Result{
				Verdict: messaging.NotSent, Pause: time.Minute, Reason: "the provider answered 403: the provider doesn't let us send",
			},
		},
		{
			"a wrong address is no refusal of the text", says(404, ""), nil, messaging.Result{
				Verdict: messaging.NotSent, Pause: pause, Reason: "the provider answered 404: the address is wrong",
			},
		},
		{
			"a method that the address doesn't know is no refusal of the text", says(405, ""), nil, messaging.Result{
				Verdict: messaging.NotSent, Pause: pause, Reason: "the provider answered 405: the address is wrong",
			},
		},
		{
			"403 is a refusal where the settings know so", says(403, `{"code": "barred"}`),
			func(s *HTTPSettings) {
				s.Answers = []HTTPAnswer{{Status: "403", Place: "json:code", Matches: "^barred$", Means: MeansRefused}}
			},
			messaging.Result{Verdict: messaging.Refused, Reason: "the provider answered 403, code barred"},
		},
		{"413 is refused", says(413, ""), nil, messaging.Result{Verdict: messaging.Refused, Reason: "the provider answered 413"}},
		{"422 is refused", says(422, ""), nil, messaging.Result{Verdict: messaging.Refused, Reason: "the provider answered 422"}},
		{"5xx is in doubt", says(500, ""), nil, messaging.Result{Verdict: messaging.InDoubt, Reason: "the provider answered 500"}},
		{
			"5xx is not sent where the settings know so", says(503, "", "Retry-After", "3"),
			func(s *HTTPSettings) { s.Answers = []HTTPAnswer{{Status: "5xx", Means: MeansNotSent, Reason: "busy"}} },
			messaging.Result{Verdict: messaging.NotSent, Pause: 3 * time.Second, Reason: "the provider answered 503: busy"},
		},
		{"408 is in doubt", says(408, ""), nil, messaging.Result{Verdict: messaging.InDoubt, Reason: "the provider answered 408"}},
		{
			"2xx may be a refusal by what stands in it", says(200, `{"status": "rejected"}`),
			func(s *HTTPSettings) {
				s.Answers = []HTTPAnswer{{Status: "200", Place: "json:status", Matches: "^rejected$", Means: MeansRefused}}
			},
			messaging.Result{Verdict: messaging.Refused, Reason: "the provider answered 200"},
		},
		{
			"the first rule that fits counts", says(200, "x"),
			func(s *HTTPSettings) {
				s.Answers = []HTTPAnswer{{Status: "5xx", Means: MeansRefused}, {Means: MeansInDoubt}, {Means: MeansRefused}}
			},
			messaging.Result{Verdict: messaging.InDoubt, Reason: "the provider answered 200"},
		},
		{
			"an answer is read up to a limit", says(200, `{"id": "a"}`+strings.Repeat(" ", 1<<20)), nil,
			messaging.Result{Verdict: messaging.Taken, ProviderID: "a"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := startProvider(t, c.answer)
			g, _ := openHTTP(t, httpSettings(t, p.URL+"/send", c.change))
			if diff := cmp.Diff(c.want, submitted(t, g)); diff != "" {
				t.Error(diff)
			}
			if p.seen() != 1 {
				t.Errorf("the provider was asked %d times", p.seen())
			}
		})
	}
}

func TestHTTPRedirectsAreNotFollowed(t *testing.T) {
	elsewhere := startProvider(t, says(200, ""))
	for status, want := range map[int]messaging.Verdict{
		301: messaging.InDoubt, 302: messaging.InDoubt, 303: messaging.InDoubt, 307: messaging.NotSent, 308: messaging.NotSent,
	} {
		p := startProvider(t, says(status, "", "Location", elsewhere.URL))
		g, _ := openHTTP(t, httpSettings(t, p.URL, nil))
		if result := submitted(t, g); result.Verdict != want {
			t.Errorf("%d: %+v, want %s", status, result, want)
		}
	}
	if elsewhere.seen() != 0 {
		t.Error("somebody else was asked")
	}
}

func TestHTTPFailuresBeforeAnythingIsWrittenAreNotSent(t *testing.T) {
	notSent := func(t *testing.T, result messaging.Result, reason string) {
		t.Helper()
		if result.Verdict != messaging.NotSent || result.Reason != reason || result.Throttled {
			t.Errorf("got %+v, want not sent: %s", result, reason)
		}
	}
	t.Run("a refused connection", func(t *testing.T) {
		p := startProvider(t, says(200, ""))
		p.Close()
		g, _ := openHTTP(t, httpSettings(t, p.URL, nil))
		result := submitted(t, g)
		notSent(t, result, "the connection was refused")
		if result.Pause != 30*time.Second {
			t.Error("others don't wait: ", result.Pause)
		}
	})
	t.Run("a name that there isn't", func(t *testing.T) {
		noNameServers(t)
		g, _ := openHTTP(t, httpSettings(t, "https://latchkey.invalid/send", nil))
		notSent(t, submitted(t, g), "the host's name can't be looked up")
	})
	t.Run("a certificate that nobody vouches for", func(t *testing.T) {
		secure := httptest.NewTLSServer(says(200, ""))
		secure.Config.ErrorLog = discard()
		defer secure.Close()
		g, _ := openHTTP(t, httpSettings(t, secure.URL, nil))
		notSent(t, submitted(t, g), "the host's certificate is not believed: x509: certificate signed by unknown authority")
	})
	t.Run("a server that doesn't speak TLS", func(t *testing.T) {
		p := startProvider(t, says(200, ""))
		g, _ := openHTTP(t, httpSettings(t, strings.Replace(p.URL, "http:", "https:", 1), nil))
		notSent(t, submitted(t, g), "the host doesn't speak TLS")
	})
	t.Run("a server that hangs in the middle of the handshake", func(t *testing.T) {
		url := startRaw(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c); _ = c.Close() })
		g, _ := openHTTP(t, httpSettings(t, strings.Replace(url, "http:", "https:", 1), func(s *HTTPSettings) {
			s.ConnectTimeout = 200 * time.Millisecond
		}))
		notSent(t, submitted(t, g), "no answer in time")
	})
	t.Run("no connection is free in time", func(t *testing.T) {
		release := make(chan struct{})
		p := startProvider(t, func(http.ResponseWriter, *http.Request) { <-release })
		g, _ := openHTTP(t, httpSettings(t, p.URL, func(s *HTTPSettings) { s.Window = 1 }))
		var first sync.WaitGroup
		first.Go(func() { g.Submit(context.Background(), aText()) })
		waitFor(t, "the first text", func() bool { return p.seen() == 1 })
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		defer cancel()
		notSent(t, g.Submit(ctx, aText()), "no answer in time")
		close(release)
		first.Wait()
		if p.seen() != 1 {
			t.Error("the second text was written after all")
		}
	})
	t.Run("given up before it began", func(t *testing.T) {
		p := startProvider(t, says(200, ""))
		g, _ := openHTTP(t, httpSettings(t, p.URL, nil))
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		result := g.Submit(ctx, aText())
		notSent(t, result, "given up by us")
		if result.Pause != 0 || p.seen() != 0 {
			t.Errorf("pause %v, asked %d times", result.Pause, p.seen())
		}
	})
}

func TestHTTPWhatWasWrittenAndNotAnsweredIsInDoubt(t *testing.T) {
	read := func(c net.Conn) *http.Request {
		r, err := http.ReadRequest(bufio.NewReader(c))
		if err == nil {
			_, _ = io.Copy(io.Discard, r.Body)
		}
		return r
	}
	cases := []struct {
		name, reason string
		serve        func(net.Conn)
	}{
		{"the server reads and hangs", "written, but not answered: no answer in time", func(c net.Conn) {
			read(c)
			_, _ = io.Copy(io.Discard, c) // until the other side gives up
			_ = c.Close()
		}},
		{"the server reads and cuts", "written, but not answered: the connection was cut", func(c net.Conn) {
			read(c)
			_ = c.Close()
		}},
		{"the server cuts in the middle of the status", "written, but not answered: the connection was cut", func(c net.Conn) {
			read(c)
			_, _ = io.WriteString(c, "HTTP/1.1 20")
			_ = c.Close()
		}},
		{"the server doesn't speak HTTP and repeats what it read", "written, but not answered: the connection was cut", func(c net.Conn) {
			read(c)
			_, _ = io.WriteString(c, person+" "+aText().Text+" "+httpPassword+"\r\n\r\n")
			_ = c.Close()
		}},
		{"the server cuts in the middle of the answer", "the answer did not arrive whole: the connection was cut", func(c net.Conn) {
			read(c)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":")
			_ = c.Close()
		}},
		{"the server hangs in the middle of the answer", "the answer did not arrive whole: no answer in time", func(c net.Conn) {
			read(c)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":")
			_, _ = io.Copy(io.Discard, c)
			_ = c.Close()
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g, _ := openHTTP(t, httpSettings(t, startRaw(t, c.serve), func(s *HTTPSettings) {
				if strings.HasSuffix(c.reason, "no answer in time") {
					// All of it is waited for; on a slow machine the request must leave within it.
					s.ConnectTimeout, s.AnswerTimeout = 5*time.Second, 5*time.Second
				}
			}))
			if result := submitted(t, g); result.Verdict != messaging.InDoubt || result.Reason != c.reason {
				t.Errorf("got %+v", result)
			}
		})
	}
	t.Run("the server cuts without reading", func(t *testing.T) {
		g, _ := openHTTP(t, httpSettings(t, startRaw(t, func(c net.Conn) {
			_ = c.(*net.TCPConn).SetLinger(0)
			_, _ = io.ReadFull(c, make([]byte, 1)) // something was written, and the rest of it stays unread
			_ = c.Close()
		}), nil))
		if result := submitted(t, g); result.Verdict != messaging.InDoubt {
			t.Errorf("got %+v", result)
		}
	})
}

// A GET may be sent again by itself, by the rules of HTTP; a text may not. net/http does it when a connection that was
// used before is closed.
func TestHTTPNothingIsSentTwiceByItself(t *testing.T) {
	byQuery := func(s *HTTPSettings) {
		s.Method, s.JSON, s.Query = http.MethodGet, "", map[string]string{"to": "{to}", "text": "{text}"}
		s.KeepConnection = time.Minute
	}
	byKey := func(s *HTTPSettings) {
		s.Headers = map[string]string{"Idempotency-Key": "latchkey-{id}"}
		s.KeepConnection = time.Minute
	}
	for name, change := range map[string]func(*HTTPSettings){"a GET": byQuery, "a POST with an Idempotency-Key": byKey} {
		t.Run(name, func(t *testing.T) {
			var seen atomic.Int32
			url := startRaw(t, func(c net.Conn) {
				defer c.Close()
				in := bufio.NewReader(c)
				for range 2 { // the first is answered, at the second the connection ends
					r, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, r.Body)
					if seen.Add(1) == 1 {
						_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\":\"a\"}")
					} else {
						return
					}
				}
			})
			g, _ := openHTTP(t, httpSettings(t, url, change))
			if result := submitted(t, g); result.Verdict != messaging.Taken {
				t.Fatalf("the first text: %+v", result)
			}
			if result := submitted(t, g); result.Verdict != messaging.InDoubt {
				t.Errorf("the second text: %+v", result)
			}
			if seen.Load() != 2 {
				t.Errorf("the provider saw %d requests for two texts", seen.Load())
			}
		})
	}
}

func TestHTTPWhoWeAre(t *testing.T) {
	cases := []struct {
		name   string
		change func(*HTTPSettings)
		want   http.Header
	}{
		{"basic", nil, http.Header{"Authorization": {"Basic QUN1c2VyMDAwMTpzZXNhbWUtb3BlbnMtaXQ="}}},
		{"bearer", func(s *HTTPSettings) { s.Auth, s.User = AuthBearer, "" }, http.Header{"Authorization": {"Bearer " + httpPassword}}},
		{"headers of one's own", func(s *HTTPSettings) {
			s.Auth, s.Headers = AuthNone, map[string]string{"X-Key": "{user}:{password}", "Idempotency-Key": "lk-{id}"}
		}, http.Header{"X-Key": {httpUser + ":" + httpPassword}, "Idempotency-Key": {"lk-42"}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := startProvider(t, says(200, `{"id": "1"}`))
			g, _ := openHTTP(t, httpSettings(t, p.URL, c.change))
			submitted(t, g)
			r, _ := p.last(t)
			c.want.Set("User-Agent", "Latchkey")
			c.want.Set("Content-Type", "application/json")
			r.Header.Del("Content-Length")
			if diff := cmp.Diff(c.want, r.Header); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHTTPProxiesOfTheEnvironmentAreNotUsed(t *testing.T) {
	noNameServers(t)
	proxy := startProvider(t, says(200, `{"id": "proxy"}`))
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	g, _ := openHTTP(t, httpSettings(t, "http://latchkey.invalid/send", func(s *HTTPSettings) { s.PlainHTTP = true }))
	submitted(t, g)
	if proxy.seen() != 0 {
		t.Error("the environment's proxy was asked")
	}
	g, _ = openHTTP(t, httpSettings(t, "http://latchkey.invalid/send", func(s *HTTPSettings) { s.PlainHTTP, s.Proxy = true, Secret(proxy.URL) }))
	if result := submitted(t, g); result.ProviderID != "proxy" {
		t.Errorf("the proxy of the settings was not asked: %+v", result)
	}
}

func TestHTTPTLS(t *testing.T) {
	secure := httptest.NewTLSServer(says(200, `{"id": "1"}`))
	secure.Config.ErrorLog = discard()
	defer secure.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	if err := os.WriteFile(ca, block, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("the authority of ca_file is believed", func(t *testing.T) {
		g, _ := openHTTP(t, httpSettings(t, secure.URL, func(s *HTTPSettings) { s.CAFile = Path(ca) }))
		if result := submitted(t, g); result.Verdict != messaging.Taken {
			t.Errorf("got %+v", result)
		}
		if err := g.Check(context.Background()); err != nil {
			t.Error(err)
		}
	})
	t.Run("the certificate must carry server_name", func(t *testing.T) {
		g, _ := openHTTP(t, httpSettings(t, secure.URL, func(s *HTTPSettings) { s.CAFile, s.ServerName = Path(ca), "sms.example.net" }))
		if result := submitted(t, g); result.Verdict != messaging.NotSent {
			t.Errorf("got %+v", result)
		}
		if g.Check(context.Background()) == nil {
			t.Error("the check believes it")
		}
	})
}

func TestHTTPCheckSendsNothing(t *testing.T) {
	p := startProvider(t, func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != httpUser || password != httpPassword {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	t.Run("without an address it connects only", func(t *testing.T) {
		g, _ := openHTTP(t, httpSettings(t, p.URL, nil))
		if err := g.Check(context.Background()); err != nil || p.seen() != 0 {
			t.Errorf("%v; asked %d times", err, p.seen())
		}
	})
	t.Run("with one it asks whether we are let in", func(t *testing.T) {
		g, _ := openHTTP(t, httpSettings(t, p.URL, func(s *HTTPSettings) { s.Probe.URL = p.URL + "/account/{user}" }))
		if err := g.Check(context.Background()); err != nil {
			t.Error(err)
		}
		if r, body := p.last(t); r.Method != http.MethodGet || r.URL.Path != "/account/"+httpUser || body != "" {
			t.Errorf("%s %s %q", r.Method, r.URL, body)
		}
	})
	t.Run("a wrong password is said, but not shown", func(t *testing.T) {
		g, _ := openHTTP(t, httpSettings(t, p.URL, func(s *HTTPSettings) { s.Probe.URL, s.Password = p.URL, "wrong" }))
		if err := g.Check(context.Background()); err == nil || err.Error() != "the provider answered 401, not 2xx" {
			t.Error(err)
		}
	})
	t.Run("a server that isn't there is said", func(t *testing.T) {
		gone := startProvider(t, says(200, ""))
		gone.Close()
		g, _ := openHTTP(t, httpSettings(t, gone.URL, nil))
		if err := g.Check(context.Background()); err == nil || err.Error() != "the connection was refused" {
			t.Error(err)
		}
	})
}
