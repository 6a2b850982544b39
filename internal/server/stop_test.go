package server

import (
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
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 5 * time.Second}
	answer, err := client.Get(url)
	if err != nil {
		return 0
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

func TestAStopTurnsBalancersAwayBeforeTheListenerCloses(t *testing.T) {
	server, _, _ := newLoggedServer(t, t.TempDir(), func(c *config.Config) { c.StopDelay = time.Second })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ready, stopped := make(chan struct{}), make(chan error, 1)
	go func() { stopped <- server.Serve(ctx, listener, func() { close(ready) }) }()
	<-ready
	url := "http://" + listener.Addr().String()
	if got := status(t, url+"/readyz"); got != http.StatusOK {
		t.Fatalf("before the stop /readyz says %d", got)
	}
	inFlight, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer inFlight.Close()
	_, _ = fmt.Fprint(inFlight, "POST /v20/default.asmx HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 4\r\n"+
		"SOAPAction: \"http://api.myh2o.com/v20/Sessions_Validate\"\r\n\r\n<a")
	stop()
	for begun := time.Now(); !server.leaving.Load() && time.Since(begun) < 5*time.Second; {
		time.Sleep(time.Millisecond)
	}
	if got := status(t, url+"/readyz"); got != http.StatusServiceUnavailable {
		t.Errorf("a stop has begun, and /readyz says %d", got)
	}
	for _, path := range []string{"/healthz", "/v20/default.asmx?WSDL"} {
		if got := status(t, url+path); got != http.StatusOK {
			t.Errorf("a new request for %s is answered with %d", path, got)
		}
	}
	for begun := time.Now(); status(t, url+"/healthz") != 0; time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > 10*time.Second {
			t.Fatal("the listener never closes")
		}
	}
	if _, err := fmt.Fprint(inFlight, "/>"); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 1024)
	if n, err := inFlight.Read(answer); err != nil || !strings.HasPrefix(string(answer[:n]), "HTTP/1.1 ") {
		t.Errorf("what was in flight got %v %s", err, answer[:n])
	}
	if err := <-stopped; err != nil {
		t.Errorf("it stopped with %v", err)
	}
}
