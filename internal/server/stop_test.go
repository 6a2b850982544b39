package server

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"latchkey/internal/config"
)

// status asks over a connection of its own; zero when nobody answers.
func status(t *testing.T, url string) int {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
	answer, err := client.Get(url)
	if err != nil {
		return 0
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// serveAt serves on a free port until stop is called; stopped then says how it ended.
func serveAt(t *testing.T, server *Server) (url string, stop func(), stopped <-chan error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener, func() { close(ready) }) }()
	<-ready
	return "http://" + listener.Addr().String(), stop, ended
}

// awaitLeaving waits until a server has noticed that it is to stop.
func awaitLeaving(t *testing.T, server *Server) {
	t.Helper()
	for begun := time.Now(); !server.leaving.Load(); time.Sleep(time.Millisecond) {
		if time.Since(begun) > time.Minute {
			t.Fatal("the server does not notice that it is to stop")
		}
	}
}

// unfinished sends a request over a connection but for its last two bytes, once the server has asked for its body: from
// then on it is in flight.
func unfinished(t *testing.T, conn net.Conn) (finish func()) {
	t.Helper()
	_, _ = fmt.Fprint(conn, "POST /v20/default.asmx HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 4\r\n"+
		"Expect: 100-continue\r\nSOAPAction: \"http://api.myh2o.com/v20/Sessions_Validate\"\r\n\r\n")
	answers := bufio.NewReader(conn)
	for _, want := range []string{"HTTP/1.1 100 Continue\r\n", "\r\n"} {
		if line, err := answers.ReadString('\n'); err != nil || line != want {
			t.Fatalf("the server asks for the body with %q, %v", line, err)
		}
	}
	_, _ = fmt.Fprint(conn, "<a")
	return func() {
		t.Helper()
		if _, err := fmt.Fprint(conn, "/>"); err != nil {
			t.Fatal(err)
		}
		if line, err := answers.ReadString('\n'); err != nil || !strings.HasPrefix(line, "HTTP/1.1 ") {
			t.Errorf("what was in flight got %q, %v", line, err)
		}
	}
}

func TestAStopTurnsBalancersAwayBeforeTheListenerCloses(t *testing.T) {
	for delay := time.Second; !turnsAway(t, delay); delay *= 4 {
		if delay > time.Minute {
			t.Fatal("this machine is too slow to see it")
		}
	}
}

// turnsAway asks a server within the delay of its stop. Where the delay was over before all was asked, it tells nothing
// and gives false.
func turnsAway(t *testing.T, delay time.Duration) (inTime bool) {
	server, _, _ := newLoggedServer(t, t.TempDir(), func(c *config.Config) {
		c.StopDelay, c.Limits.BodyTimeout, c.Limits.RequestTimeout = delay, 5*time.Minute, 5*time.Minute
	})
	url, stop, stopped := serveAt(t, server)
	if got := status(t, url+"/readyz"); got != http.StatusOK {
		t.Fatalf("before the stop /readyz says %d", got)
	}
	inFlight, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer inFlight.Close()
	finish := unfinished(t, inFlight)
	begun := time.Now()
	stop()
	awaitLeaving(t, server)
	ready, healthy, wsdl := status(t, url+"/readyz"), status(t, url+"/healthz"), status(t, url+"/v20/default.asmx?WSDL")
	inTime = time.Since(begun) < delay
	if inTime && (ready != http.StatusServiceUnavailable || healthy != http.StatusOK || wsdl != http.StatusOK) {
		t.Errorf("a stop has begun: /readyz says %d, want 503, and new requests are answered with %d and %d", ready, healthy, wsdl)
	}
	for begun := time.Now(); status(t, url+"/healthz") != 0; time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > delay+time.Minute {
			t.Fatal("the listener never closes")
		}
	}
	finish()
	if err := <-stopped; err != nil {
		t.Errorf("it stopped with %v", err)
	}
	return inTime
}
