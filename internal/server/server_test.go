package server

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/keyring"
	"latchkey/internal/storage/storetest"
)

// logged is a log that can be read while it is written.
type logged struct {
	lock sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.text.String()
}

// newLoggedServer is a server with demo data on a data folder or database; adjust may be nil.
func newLoggedServer(t testing.TB, data string, adjust func(*config.Config)) (*Server, Demo, *logged) {
	t.Helper()
	cfg := config.Default()
	cfg.Data = config.Location(data)
	if cfg.Data.IsPostgres() {
		cfg.SecretKeyFile = filepath.Join(t.TempDir(), "secret.key")
		line, err := keyring.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if err := WriteKeyFile(cfg.SecretKeyFile, line); err != nil {
			t.Fatal(err)
		}
	}
	if adjust != nil {
		adjust(&cfg)
	}
	log := &logged{}
	ctx := context.Background()
	house, err := OpenHouse(ctx, cfg, slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = house.Close(ctx) })
	storetest.AwaitCurrent(t, house.Store)
	demo, err := house.SeedDemo(ctx)
	if err != nil {
		t.Fatal(err)
	}
	server, err := New(house, nil)
	if err != nil {
		t.Fatal(err)
	}
	return server, demo, log
}

func get(h http.Handler, target string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, target, nil))
	return answer
}

func TestTheServersOwnPages(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		server, demo, _ := newLoggedServer(t, data, nil)
		h := server.Handler()
		t.Run("tell that it is alive and ready", func(t *testing.T) {
			for _, path := range []string{"/healthz", "/readyz"} {
				if answer := get(h, path); answer.Code != http.StatusOK {
					t.Errorf("%s: %d %s", path, answer.Code, answer.Body)
				}
			}
		})
		t.Run("tell where the services are", func(t *testing.T) {
			if answer := get(h, "/"); !strings.Contains(answer.Body.String(), "http://example.com/v20/default.asmx") {
				t.Errorf("%s", answer.Body)
			}
		})
		t.Run("count what was asked, without names", func(t *testing.T) {
			openSession(t, h, demo)
			text := get(h, "/metrics").Body.String()
			if !strings.Contains(text, `latchkey_requests_total{code="",dialect="revio",operation="Sessions_Create",outcome="ok",status="200",version="soap11"} 1`) {
				t.Errorf("not counted in\n%s", text)
			}
			if strings.Contains(text, demo.Revio.First) {
				t.Error("a metric names an account")
			}
		})
		t.Run("are 404 where there is nothing", func(t *testing.T) {
			if answer := get(h, "/v20/other.asmx"); answer.Code != http.StatusNotFound {
				t.Errorf("%d", answer.Code)
			}
		})
	})
}

func TestV1AServiceAnswersInAnyCaseOfItsPath(t *testing.T) {
	server, _, _ := newLoggedServer(t, t.TempDir(), func(c *config.Config) {
		c.Revio.ExtraPaths = []string{"/Old/Api.asmx"}
		c.Intelliview.ExtraPaths = []string{"/Web/ServiceApi/DashboardApi.asmx"}
		c.SOSBackup.ExtraPaths = []string{"/Sandbox/Accounts.asmx"}
	})
	for _, path := range []string{
		"/v20/default.asmx?WSDL", "/V20/Default.ASMX?wsdl", "/old/api.asmx?WSDL",
		"/IntelliviewNXT/ServiceApi/DashboardApi.asmx?WSDL", "/intelliviewnxt/serviceapi/dashboardapi.asmx?wsdl",
		"/web/ServiceApi/DashboardApi.asmx?WSDL", "/sandbox/accounts.asmx?WSDL",
		"/WebApi/AccountManagementService/AccountManagementService.asmx?WSDL", "/WebAPI/accountmanagementservice/AccountManagementService.ASMX?wsdl",
	} {
		answer := get(server.Handler(), path)
		if answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), "<wsdl:definitions") {
			t.Errorf("%s: %d", path, answer.Code)
		}
	}
}

// requestLines gives the request lines of a log.
func requestLines(t *testing.T, log *logged) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for text := range strings.Lines(log.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		if line["msg"] == "request" {
			lines = append(lines, line)
		}
	}
	return lines
}

func TestTheRequestLog(t *testing.T) {
	server, demo, log := newLoggedServer(t, t.TempDir(), nil)
	h := server.Handler()
	key := openSession(t, h, demo)
	secret := demo.Revio.FirstPassword.Reveal()
	newPost("Sessions_Validate", `<Session><SessionKey>`+key+`</SessionKey></Session>`).send(h)
	newPost("Sessions_Validate", `<Session><SessionKey>`+key+`x</SessionKey></Session><Debug>true</Debug>`).send(h)
	newPost("Sessions_Create", `<Credentials><Username>`+secret+`</Username><Password>`+secret+`</Password></Credentials>`).send(h)
	newPost("Sessions_Create", `<Credentials><Password>`+secret).send(h)
	newPost("Impersonation_Authorize", `<Session><SessionKey>`+key+`</SessionKey></Session><ToUserName>`+demo.Revio.Second+`</ToUserName>`).send(h)

	lines := requestLines(t, log)
	t.Run("has one line per request", func(t *testing.T) {
		if len(lines) != 6 {
			t.Fatalf("%d lines", len(lines))
		}
	})
	t.Run("tells who called what and what came of it", func(t *testing.T) {
		for i, want := range []map[string]any{
			{"operation": "Sessions_Create", "outcome": "ok", "caller": "LAKESIDE/alice", "actor": "LAKESIDE/alice", "status": 200.0, "peer": "127.0.0.1"},
			{"operation": "Sessions_Validate", "outcome": "ok", "caller": "LAKESIDE/alice"},
			{"operation": "Sessions_Validate", "outcome": "refused", "code": "unknown_session"},
			{"operation": "Sessions_Create", "outcome": "refused", "code": "bad_login"},
			{"operation": "Sessions_Create", "outcome": "unreadable", "status": 400.0},
			{"operation": "Impersonation_Authorize", "outcome": "ok"},
		} {
			for key, value := range want {
				if lines[i][key] != value {
					t.Errorf("line %d: %s is %v, want %v", i, key, lines[i][key], value)
				}
			}
		}
	})
	t.Run("never holds a secret", func(t *testing.T) {
		for _, hidden := range []string{secret, key, key[:40]} {
			if strings.Contains(log.String(), hidden) {
				t.Errorf("the log holds %q", hidden)
			}
		}
	})
}

func TestProxies(t *testing.T) {
	p := proxies{trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	request := func(peer string, header ...string) *http.Request {
		r := httptest.NewRequest(http.MethodGet, "http://inside:8080/", nil)
		r.RemoteAddr = peer + ":1234"
		for i := 0; i < len(header); i += 2 {
			r.Header.Add(header[i], header[i+1])
		}
		return r
	}
	t.Run("a stranger's headers count for nothing", func(t *testing.T) {
		r := request("192.0.2.1", "X-Forwarded-For", "127.0.0.1", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "evil")
		if p.client(r).String() != "192.0.2.1" || p.baseURL(r) != "http://inside:8080" {
			t.Errorf("%v %s", p.client(r), p.baseURL(r))
		}
	})
	t.Run("a trusted proxy is believed about the one before it, not further", func(t *testing.T) {
		r := request("10.0.0.1", "X-Forwarded-For", "127.0.0.1, 198.51.100.9, 10.0.0.2", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "api.example")
		if p.client(r).String() != "198.51.100.9" || p.baseURL(r) != "https://api.example" {
			t.Errorf("%v %s", p.client(r), p.baseURL(r))
		}
	})
	t.Run("of lists the element that the outermost trusted proxy wrote counts", func(t *testing.T) {
		for _, test := range []struct{ chain, hosts, protos, want string }{
			{"198.51.100.9", "evil.example, api.example", "http, https", "https://api.example"},
			{"198.51.100.9, 10.0.0.2", "evil.example, api.example, inner.example", "https, https, http", "https://api.example"},
			{"198.51.100.9, 10.0.0.2", "api.example, inner.example", "HTTPS, http", "https://api.example"},
			{"198.51.100.9, 10.0.0.2", "api.example", "https", "https://api.example"},
			{"", "evil.example, api.example", "http, https", "https://api.example"},
		} {
			r := request("10.0.0.1", "X-Forwarded-For", test.chain, "X-Forwarded-Host", test.hosts, "X-Forwarded-Proto", test.protos)
			if got := p.baseURL(r); got != test.want || !p.secure(r) {
				t.Errorf("%+v: %s, secure %t", test, got, p.secure(r))
			}
		}
	})
	t.Run("a host that is none is passed over", func(t *testing.T) {
		for _, host := range []string{"evil.example/x?", `a b"<script>`, "user@evil.example", "evil.example:port", "a.example:8080:1", "", "[::1", "a#b"} {
			r := request("10.0.0.1", "X-Forwarded-For", "198.51.100.9", "X-Forwarded-Host", host, "X-Forwarded-Proto", "gopher")
			if got := p.baseURL(r); got != "http://inside:8080" {
				t.Errorf("%q gives %s", host, got)
			}
		}
		for _, host := range []string{"api.example:8443", "[2001:db8::1]:443", "192.0.2.7", "my_host"} {
			r := request("10.0.0.1", "X-Forwarded-For", "198.51.100.9", "X-Forwarded-Host", host)
			if got := p.baseURL(r); got != "http://"+host {
				t.Errorf("%q gives %s", host, got)
			}
		}
	})
	t.Run("public_url wins", func(t *testing.T) {
		p := proxies{publicURL: "https://api.example/"}
		if got := p.baseURL(request("192.0.2.1")); got != "https://api.example" {
			t.Error(got)
		}
	})
}

// writeCertificate writes a self-signed certificate with a serial number.
func writeCertificate(t *testing.T, certFile, keyFile string, serial int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "test"},
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{
		certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "EC PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestServe(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writeCertificate(t, certFile, keyFile, 1)
	server, _, _ := newLoggedServer(t, filepath.Join(dir, "data"), func(c *config.Config) {
		c.TLSCert, c.TLSKey = certFile, keyFile
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ready, stopped := make(chan struct{}), make(chan error, 1)
	go func() { stopped <- server.Serve(ctx, listener, func() { close(ready) }) }()
	<-ready

	serial := func() int64 {
		conn, err := tls.Dial("tcp", listener.Addr().String(), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	t.Run("speaks TLS with the certificate of the files", func(t *testing.T) {
		if got := serial(); got != 1 {
			t.Errorf("certificate %d", got)
		}
	})
	t.Run("reads the certificate again when it changes, without a restart", func(t *testing.T) {
		writeCertificate(t, certFile, keyFile, 2)
		for begun := time.Now(); serial() != 2; time.Sleep(50 * time.Millisecond) {
			if time.Since(begun) > 10*time.Second {
				t.Fatal("still the old certificate")
			}
		}
	})
	t.Run("keeps the old certificate when the new one is broken", func(t *testing.T) {
		if err := os.WriteFile(certFile, []byte("nothing"), 0o600); err != nil {
			t.Fatal(err)
		}
		time.Sleep(lookAgainAfter + 100*time.Millisecond)
		if got := serial(); got != 2 {
			t.Errorf("certificate %d", got)
		}
	})
	t.Run("finishes what is in flight when it is told to stop", func(t *testing.T) {
		conn, err := tls.Dial("tcp", listener.Addr().String(), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		finish := unfinished(t, conn)
		stop()
		awaitLeaving(t, server)
		finish()
		if err := <-stopped; err != nil {
			t.Errorf("stopped with %v", err)
		}
	})
}

func TestTheKeyFile(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	cfg := config.Default()
	cfg.Data = config.Location(dir)
	open := func() error {
		house, err := OpenHouse(ctx, cfg, slog.New(slog.DiscardHandler))
		if err == nil {
			err = house.Close(ctx)
		}
		return err
	}
	if err := open(); err != nil {
		t.Fatal(err)
	}
	keyFile := filepath.Join(dir, "secret.key")
	first, err := os.ReadFile(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("is made at first start, for its owner only", func(t *testing.T) {
		if info, err := os.Stat(keyFile); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info, err)
		}
	})
	t.Run("is not made again when it is lost, as everything would be dead", func(t *testing.T) {
		if err := os.Remove(keyFile); err != nil {
			t.Fatal(err)
		}
		if err := open(); err == nil || !strings.Contains(err.Error(), "secret.key is missing") {
			t.Errorf("error %v", err)
		}
		if _, err := os.Stat(keyFile); err == nil {
			t.Error("a key was made")
		}
	})
	t.Run("is refused when it is another one", func(t *testing.T) {
		other, err := keyring.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if err := WriteKeyFile(keyFile, other); err != nil {
			t.Fatal(err)
		}
		if err := open(); err == nil || !strings.Contains(err.Error(), "none of the keys") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("opens again when it is put back", func(t *testing.T) {
		if err := os.WriteFile(keyFile, first, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := open(); err != nil {
			t.Error(err)
		}
	})
}

func TestTwoHundredDestroysOfOneKey(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		server, demo, _ := newLoggedServer(t, data, nil)
		h := server.Handler()
		key := openSession(t, h, demo)
		var (
			lock   sync.Mutex
			counts = map[string]int{}
			start  = make(chan struct{})
			done   sync.WaitGroup
		)
		for range 200 {
			done.Go(func() {
				call := newPost("Sessions_Destroy", `<Session><SessionKey>`+key+`</SessionKey></Session>`)
				<-start
				answer := call.send(h)
				lock.Lock()
				defer lock.Unlock()
				switch {
				case strings.Contains(answer, "<Success>true</Success><SessionKey>"+key):
					counts["success"]++
				case strings.Contains(answer, "<Error_Code>S2004</Error_Code>"):
					counts["S2004"]++
				default:
					counts[answer]++
				}
			})
		}
		close(start)
		done.Wait()
		if counts["success"] != 1 || counts["S2004"] != 199 {
			t.Errorf("answers %v", counts)
		}
	})
}

func TestTwoServicesAtOnePathAreRefused(t *testing.T) {
	cfg := config.Default()
	cfg.Data = config.Location(t.TempDir())
	cfg.Revio.ExtraPaths = []string{"/INTELLIVIEWNXT/ServiceApi/dashboardapi.asmx"}
	house, err := OpenHouse(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = house.Close(context.Background()) })
	if _, err := New(house, nil); err == nil || !strings.Contains(err.Error(), "extra_paths") {
		t.Errorf("error %v", err)
	}
}
