package browser_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// do takes steps that give nothing back.
func (v *visitor) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ask(v, what, chromedp.Steps(steps...))
}

// ask takes one step and gives what it found.
func ask[T any](v *visitor, what string, step chromedp.Action[T]) T {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.tab, patience)
	defer cancel()
	found, err := chromedp.Run(ctx, step)
	if err != nil {
		v.fail("%s: %v", what, err)
	}
	return found
}

// evaluate gives what an expression of JavaScript is worth in the page. It works where scripts of the page don't.
func evaluate[T any](v *visitor, expression string) T {
	v.t.Helper()
	return ask(v, expression, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// call is a command of the browser that gives nothing back.
func call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}

// open goes to an address of the server, as a click in a mail does, and gives the status of the page that comes.
func (v *visitor) open(path string) (status int) {
	v.t.Helper()
	address := path
	if strings.HasPrefix(path, "/") {
		address = v.home + path
	}
	return v.arrive("open "+path, chromedp.Navigate(address))
}

// press clicks on something that leads to another page, and gives that page's status. Like every selector here, it is
// one of CSS.
func (v *visitor) press(selector string) (status int) {
	v.t.Helper()
	return v.arrive("press "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// strike presses the Enter key where the focus is, which leads to another page, and gives that page's status.
func (v *visitor) strike() (status int) {
	v.t.Helper()
	return v.arrive("strike Enter", chromedp.KeyEvent(kb.Enter))
}

func (v *visitor) arrive(what string, step chromedp.Action[chromedp.Void]) (status int) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.tab, patience)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, step)
	if err != nil {
		v.fail("%s: %v", what, err)
	}
	v.seen.pages = append(v.seen.pages, sighting{v.address(), v.source()})
	return int(response.Status)
}

// fill replaces what stands in a field, key by key.
func (v *visitor) fill(selector, text string) {
	v.t.Helper()
	v.do("fill "+selector, chromedp.Clear(chromedp.CSS(selector)), chromedp.SendKeys(chromedp.CSS(selector), text))
}

// address is what the address bar shows.
func (v *visitor) address() string { return evaluate[string](v, `location.href`) }

// path is the address without scheme, host and port.
func (v *visitor) path() string {
	v.t.Helper()
	address, err := url.Parse(v.address())
	if err != nil {
		v.fail("%v", err)
	}
	return address.RequestURI()
}

func (v *visitor) source() string { return evaluate[string](v, `document.documentElement.outerHTML`) }

// page is the name that the page has for itself.
func (v *visitor) page() string { return evaluate[string](v, `document.body.dataset.page ?? ""`) }

// text is what somebody reads on the page, or in one part of it.
func (v *visitor) text(selector string) string {
	v.t.Helper()
	return evaluate[string](v, fmt.Sprintf(`document.querySelector(%q)?.innerText ?? ""`, selector))
}

func (v *visitor) count(selector string) int {
	v.t.Helper()
	return evaluate[int](v, fmt.Sprintf(`document.querySelectorAll(%q).length`, selector))
}

// expect fails the test when the page is not the one of that name.
func (v *visitor) expect(page string) {
	v.t.Helper()
	if got := v.page(); got != page {
		v.fail("the page is %q, want %q", got, page)
	}
}

// reads fails the test when the page, or that part of it, does not say each of the words.
func (v *visitor) reads(selector string, words ...string) {
	v.t.Helper()
	text := v.text(selector)
	for _, word := range words {
		if !strings.Contains(text, word) {
			v.fail("%s does not say %q but %q", selector, word, text)
		}
	}
}

// silent fails the test when the page's source has one of the words.
func (v *visitor) silent(words ...string) {
	v.t.Helper()
	source := v.source()
	for _, word := range words {
		if strings.Contains(source, word) {
			v.fail("the page's source has %q", word)
		}
	}
}

// history gives the addresses behind the back button, and the present one.
func (v *visitor) history() []string {
	v.t.Helper()
	var addresses []string
	for _, entry := range ask(v, "the history", chromedp.NavigationEntries()).Entries {
		addresses = append(addresses, entry.URL, entry.UserTypedURL)
	}
	return addresses
}

// cookies gives what this browser keeps for the server.
func (v *visitor) cookies() []*network.Cookie {
	v.t.Helper()
	return ask(v, "the cookies", func(ctx context.Context, t *chromedp.Target) ([]*network.Cookie, error) {
		found, err := cdp.Call(ctx, t, network.GetCookies, network.GetCookiesParams{URLs: []string{v.home}})
		return found.Cookies, err
	})
}

// fail ends the test, and leaves the page as it stands: its picture and its source.
func (v *visitor) fail(format string, args ...any) {
	v.t.Helper()
	v.t.Logf("what the page looks like: %s", v.keepEvidence())
	v.t.Fatalf(format, args...)
}

// keepEvidence is told nothing of what goes wrong here: the test has failed already, and says why.
func (v *visitor) keepEvidence() (file string) {
	ctx, cancel := context.WithTimeout(v.tab, patience)
	defer cancel()
	file = filepath.Join(album, "failed", strings.NewReplacer("/", "-", " ", "_").Replace(v.t.Name()))
	_ = os.MkdirAll(filepath.Dir(file), 0o755)
	if picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100)); err == nil {
		_ = os.WriteFile(file+".png", picture, 0o644)
	}
	if source, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.documentElement.outerHTML`)); err == nil {
		_ = os.WriteFile(file+".html", []byte(source), 0o644)
	}
	return file
}
