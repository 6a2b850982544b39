package browser_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
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

// fill replaces what stands in a field, at one go, as a password manager does.
func (v *visitor) fill(selector, text string) {
	v.t.Helper()
	field := chromedp.CSS(selector)
	v.do("fill "+selector, chromedp.WaitVisible(field), chromedp.Clear(field), chromedp.Focus(field),
		call(input.InsertText, input.InsertTextParams{Text: text}))
}

// reload asks for the page again, as the browser's button does, and sends a form again that it came from.
func (v *visitor) reload() (status int) {
	v.t.Helper()
	return v.arrive("reload", chromedp.Reload())
}

// back presses the browser's button of that name.
func (v *visitor) back() (status int) {
	v.t.Helper()
	return v.arrive("go back", chromedp.NavigateBack())
}

// tabTo presses the Tab key until an element has the focus. Wherever the focus goes on the way it must be seen.
func (v *visitor) tabTo(selector string) {
	v.t.Helper()
	const most = 40
	for range most {
		v.do("press Tab", chromedp.KeyEvent(kb.Tab))
		focus := evaluate[struct {
			There, Visible bool
			Element        string
		}](v, fmt.Sprintf(focused, selector))
		if !focus.Visible {
			v.t.Errorf("the focus cannot be seen on %s", focus.Element)
		}
		if focus.There {
			return
		}
	}
	v.fail("%d strokes of the Tab key do not reach %s", most, selector)
}

// focused tells where the focus is, and whether it shows: by an outline or a shadow that only the focus brings.
const focused = `(() => {
	const element = document.activeElement, style = getComputedStyle(element);
	const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
	return {
		There: element.matches(%q),
		Visible: element === document.body || element.matches(":focus-visible") && (outline || style.boxShadow !== "none"),
		Element: element.outerHTML.slice(0, 200),
	};
})()`

// write types into what has the focus.
func (v *visitor) write(text string) {
	v.t.Helper()
	v.do("type", chromedp.KeyEvent(text))
}

// address is what the address bar shows.
func (v *visitor) address() string { return evaluate[string](v, `location.href`) }

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

// reads fails the test when that part of the page says nothing, or not each of the words.
func (v *visitor) reads(selector string, words ...string) {
	v.t.Helper()
	text := v.text(selector)
	if strings.TrimSpace(text) == "" {
		v.fail("%s says nothing", selector)
	}
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
		addresses = append(addresses, entry.URL)
	}
	return addresses
}

// forgot fails the test when the token is still in the address, in what is behind the back button, or in the page.
func (v *visitor) forgot(token string) {
	v.t.Helper()
	for _, address := range v.history() {
		if strings.Contains(address, token) {
			v.t.Errorf("the token is in the history: %s", address)
		}
	}
	v.silent(token)
}

// cookies gives what this browser keeps for the server.
func (v *visitor) cookies() []*network.Cookie {
	v.t.Helper()
	return ask(v, "the cookies", func(ctx context.Context, t *chromedp.Target) ([]*network.Cookie, error) {
		found, err := cdp.Call(ctx, t, network.GetCookies, network.GetCookiesParams{URLs: []string{v.home}})
		return found.Cookies, err
	})
}

// fillSignIn signs in with a password on the page where that is done.
func (v *visitor) fillSignIn(tenant, name, password string) {
	v.t.Helper()
	v.fill("#password-sign-in [name=tenant]", tenant)
	v.fill("#password-sign-in [name=name]", name)
	v.fill("#password-sign-in [name=password]", password)
	v.press("form#password-sign-in button")
}

// signIn goes to a door and signs in with a password.
func (v *visitor) signIn(path, tenant, name, password string) {
	v.t.Helper()
	v.open(path)
	v.expect("sign-in")
	v.fillSignIn(tenant, name, password)
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
