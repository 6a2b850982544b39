package drill

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// gatewayName is how profiles and the gateways file call the counting gateway.
const gatewayName = "drill"

// gatewayWindow is how many texts the counting gateway is given at once, and so how many a server can have claimed when it
// is killed.
const gatewayWindow = 10

// slowestAnswer is what the counting gateway takes at most, so that kills come upon texts under way.
const slowestAnswer = 20 * time.Millisecond

// gateway is a provider of texts that counts how often it was given each. Close it when done.
type gateway struct {
	web *http.Server
	url string

	mu   sync.Mutex
	seen map[string]int // by what the text says; no two of a drill are alike
	slow *rand.Rand
}

func openGateway(seed uint64) (*gateway, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open the counting gateway: %w", err)
	}
	g := &gateway{url: "http://" + listener.Addr().String() + "/", seen: map[string]int{}, slow: rand.New(rand.NewPCG(seed, 0))}
	g.web = &http.Server{Handler: http.HandlerFunc(g.take), ReadHeaderTimeout: patience}
	go func() { _ = g.web.Serve(listener) }() // ends with close
	return g, nil
}

func (g *gateway) close() { _ = g.web.Close() }

// take counts a text before it answers: what was read was taken, whether its sender lives to hear so or not.
func (g *gateway) take(w http.ResponseWriter, r *http.Request) {
	var text struct{ ID, Text string }
	if err := json.NewDecoder(r.Body).Decode(&text); err != nil {
		http.Error(w, "no text", http.StatusBadRequest)
		return
	}
	g.mu.Lock()
	g.seen[text.Text]++
	wait := time.Duration(g.slow.Int64N(int64(slowestAnswer)))
	g.mu.Unlock()
	if pause(r.Context(), wait) != nil {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"id":"drill-%s"}`, text.ID) // who was killed hears nothing
}

// counts gives how often each text was taken.
func (g *gateway) counts() map[string]int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return maps.Clone(g.seen)
}

// settings is the gateways file that leads to it, and to no other: what a store may hold of real profiles goes nowhere.
const gatewaySettings = `[gateway.%s]
kind = "http"
url = %q
auth = "none"
json = '{"id": "{id}", "to": "{to}", "text": "{text}"}'
id = "json:id"
window = %d
pause = "1s"
`

// attach leads the profile of the demo data over the counting gateway, while a server runs.
func (g *gateway) attach(ctx context.Context, p *Place, profile string) error {
	_, err := p.command(ctx, "sms", "profile", "set", profile, "--gateway", gatewayName, "--sms-gateways-file", p.file("gateways.toml"))
	return err
}

// writeSettings writes the gateways file.
func (g *gateway) writeSettings(p *Place) error {
	return os.WriteFile(p.file("gateways.toml"), fmt.Appendf(nil, gatewaySettings, gatewayName, g.url, gatewayWindow), 0o600)
}
