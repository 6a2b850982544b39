package browser_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"latchkey/test/binary"
)

// patience is how long one step may take: a page to come, an element to appear.
const patience = 2 * time.Minute

// visitor is somebody at a browser, with one tab open. Every step that fails ends the test with a picture of what was
// there instead.
type visitor struct {
	t     *testing.T
	house *house
	tab   context.Context
	home  string // the server's address, without a slash at the end
	seen  *sightings
}

// sightings is what a tab had to do with, from its first page to its last.
type sightings struct {
	mu        sync.Mutex
	documents map[string]int // the status of each page, by its address
	referrers []string       // what requests said of where they came from
	entries   []*log.Entry   // what the browser complained about
	faults    []string       // what scripts of a page wrote or failed at, and pages without a policy

	pages []sighting // touched by the test alone
}

// sighting is one page as it stood in the tab.
type sighting struct{ address, source string }

// foreignName is what the browser takes for a host elsewhere; it is this machine.
const foreignName = "elsewhere.test"

// startChromium starts one on an empty profile, for the length of the test. It reaches this machine and nothing else.
func startChromium(t *testing.T) (browser context.Context) {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP "+foreignName+" 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // the sandbox refuses root
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	return openTab(t, allocator)
}

// openTab opens one, and closes it when the test ends. A tab lives as long as the context of its first action, which
// therefore has no deadline.
func openTab(t *testing.T, parent context.Context, options ...chromedp.ContextOption) (tab context.Context) {
	t.Helper()
	tab, closeTab := chromedp.NewContext(parent, options...)
	t.Cleanup(closeTab)
	opened := make(chan error, 1)
	go func() { opened <- chromedp.Do(tab, desktop.emulate()) }()
	select {
	case err := <-opened:
		if err != nil {
			t.Fatalf("Chromium opens no tab: %v", err)
		}
	case <-time.After(binary.Patience):
		t.Fatal("Chromium opens no tab in time")
	}
	return tab
}

// newVisitor is a person who has never been at the house, in a browser context that shares nothing with any other:
// neither cookies nor history nor what is cached.
func newVisitor(t *testing.T, h *house) *visitor {
	t.Helper()
	v := &visitor{
		t: t, house: h, home: h.Setting("LATCHKEY_URL"), seen: &sightings{documents: map[string]int{}},
		tab: openTab(t, h.browser, chromedp.WithNewBrowserContext()),
	}
	if err := chromedp.Listen(v.tab, v.seen.take); err != nil {
		t.Fatal(err)
	}
	if h.scriptless {
		v.do("switch scripts off", call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	}
	t.Cleanup(v.expectNoComplaints)
	return v
}

func (s *sightings) take(event any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e := event.(type) {
	case *network.EventResponseReceived:
		if e.Type == network.ResourceTypeDocument {
			s.documents[e.Response.URL] = int(e.Response.Status)
			if e.Response.Headers["Content-Security-Policy"] == nil {
				s.faults = append(s.faults, "no Content-Security-Policy: "+e.Response.URL)
			}
		}
	case *network.EventRequestWillBeSent:
		if referrer, ok := e.Request.Headers["Referer"].(string); ok && referrer != "" {
			s.referrers = append(s.referrers, referrer)
		}
	case *log.EventEntryAdded:
		s.entries = append(s.entries, e.Entry)
	case *runtime.EventConsoleAPICalled:
		s.faults = append(s.faults, "console: "+string(e.Type))
	case *runtime.EventExceptionThrown:
		s.faults = append(s.faults, "exception: "+e.ExceptionDetails.Text)
	}
}

// complaints are what a developer would find in the console: failed scripts, refused styles, files that did not come.
// That a page itself answers 404 or 410 is how refusals are said, and no complaint.
func (s *sightings) complaints() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := append([]string(nil), s.faults...)
	for _, e := range s.entries {
		_, document := s.documents[e.URL]
		if !document || !strings.HasPrefix(e.Text, "Failed to load resource") {
			found = append(found, string(e.Level)+": "+e.Text+" "+e.URL)
		}
	}
	return found
}

func (v *visitor) expectNoComplaints() {
	for _, complaint := range v.seen.complaints() {
		v.t.Errorf("the browser complains: %s", complaint)
	}
}
