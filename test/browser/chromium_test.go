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
const patience = 20 * time.Second

// visitor is somebody at a browser that has never been here before, with one tab open. Every step fails the test with
// a picture of what was there instead.
type visitor struct {
	t    *testing.T
	tab  context.Context
	home string // the server's address, without a slash at the end
	seen *sightings

	scriptless bool // the browser runs no script of any page
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

// newVisitor starts a Chromium on an empty profile, for the length of the test. It reaches this machine and nothing
// else.
func newVisitor(t *testing.T, h *house) *visitor {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(t.TempDir()),
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
	return openTab(t, h, allocator)
}

// another is a second person, in the same browser but sharing nothing with the first: neither cookies nor history.
func (v *visitor) another(h *house) *visitor {
	v.t.Helper()
	return openTab(v.t, h, v.tab, chromedp.WithNewBrowserContext())
}

func openTab(t *testing.T, h *house, parent context.Context, options ...chromedp.ContextOption) *visitor {
	t.Helper()
	tab, closeTab := chromedp.NewContext(parent, options...)
	t.Cleanup(closeTab)
	v := &visitor{
		t: t, tab: tab, home: h.Setting("LATCHKEY_URL"), scriptless: h.scriptless,
		seen: &sightings{documents: map[string]int{}},
	}
	// The browser lives as long as the context of its first action, which therefore has no deadline.
	started := make(chan error, 1)
	go func() { started <- chromedp.Do(tab, desktop.emulate()) }()
	select {
	case err := <-started:
		if err != nil {
			t.Fatalf("Chromium does not start: %v", err)
		}
	case <-time.After(binary.Patience):
		t.Fatal("Chromium does not start in time")
	}
	if err := chromedp.Listen(tab, v.seen.take); err != nil {
		t.Fatal(err)
	}
	if v.scriptless {
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
