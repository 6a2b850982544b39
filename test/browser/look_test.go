package browser_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// album is the folder of the pictures; git ignores it.
const album = "screenshots"

// device is what a page is looked at on.
type device struct {
	name          string
	width, height int64
	mobile        bool
}

var (
	desktop = device{"desktop", 1280, 900, false}
	phone   = device{"phone", 390, 844, true}
	narrow  = device{"narrow", 360, 740, false} // not as a phone, which would shrink a page that is too wide
)

func (d device) emulate() chromedp.Action[chromedp.Void] {
	if d.mobile {
		return chromedp.EmulateViewport(d.width, d.height, chromedp.EmulateMobile, chromedp.EmulatePortrait, chromedp.EmulateScale(2))
	}
	return chromedp.EmulateViewport(d.width, d.height)
}

// scheme makes the page believe that the person likes light or dark.
func scheme(name string) chromedp.Action[chromedp.Void] {
	return call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}},
	})
}

// look expects a page by its name, holds it against what every page must be, on phone and desktop, in light and dark,
// and keeps a picture of each. The page stays where it is. view tells apart the pictures of one page in several states.
func (v *visitor) look(page string, view ...string) {
	v.t.Helper()
	v.expect(page)
	page = strings.TrimPrefix(strings.Join(append([]string{page}, view...), "-"), "-")
	for _, complaint := range evaluate[[]string](v, manners) {
		v.t.Errorf("%s: %s", page, complaint)
	}
	if v.house.glance {
		return
	}
	v.do("look at it on a narrow screen", narrow.emulate())
	for _, element := range evaluate[[]string](v, wide) {
		v.t.Errorf("%s: %s does not fit on a screen of %d pixels", page, element, narrow.width)
	}
	for _, d := range []device{phone, desktop} {
		for _, colours := range []string{"dark", "light"} {
			v.do("look at it on a "+d.name+", "+colours, d.emulate(), scheme(colours))
			v.photograph(fmt.Sprintf("%s-%s-%s.png", page, d.name, colours))
			if d.mobile == (colours == "dark") { // both devices and both schemes, in half the time
				v.accessible(page + " on a " + d.name + ", " + colours)
			}
		}
	}
}

func (v *visitor) photograph(name string) {
	v.t.Helper()
	picture := ask(v, "take a picture", chromedp.FullScreenshot(100))
	if err := os.MkdirAll(album, 0o755); err != nil {
		v.fail("%v", err)
	}
	if err := os.WriteFile(filepath.Join(album, name), picture, 0o644); err != nil {
		v.fail("%v", err)
	}
}

// accessible lets axe-core look for what keeps people out: contrast, labels, landmarks, names of buttons.
func (v *visitor) accessible(where string) {
	v.t.Helper()
	axe, err := os.ReadFile("../../.cache/browser/node_modules/axe-core/axe.min.js")
	if err != nil {
		v.fail("%v", err)
	}
	v.do("bring axe-core", chromedp.Evaluate[chromedp.Void](string(axe)))
	for _, finding := range evaluate[[]string](v, `axe.run(document).then(result => result.violations.flatMap(rule =>
		rule.nodes.map(node => rule.id + ": " + rule.help + ": " + node.html + " " + node.failureSummary)))`) {
		v.t.Errorf("%s: %s", where, finding)
	}
}

// manners gives what a page lacks: its language, a title, one heading of the first rank, a main part, a label for
// everything that can be filled in, a word to password managers, and a method for every form.
const manners = `(() => {
	const lacks = [], all = selector => [...document.querySelectorAll(selector)];
	const want = (good, what) => good || lacks.push(what);
	want(document.documentElement.lang, "no lang");
	want(document.title.trim(), "no title");
	want(all("h1").length === 1, all("h1").length + " h1 in place of 1");
	want(all("main").length === 1, "no main");
	want(document.querySelector("meta[name=viewport]"), "no viewport");
	for (const field of all("input:not([type=hidden], [aria-hidden=true]), select, textarea"))
		want([...field.labels].some(label => label.innerText.trim()), "no label: " + field.outerHTML);
	for (const field of all("input[type=password]"))
		want(field.autocomplete, "no autocomplete: " + field.outerHTML);
	for (const form of all("form:not([method=post]):not([method=get])"))
		lacks.push("no method: " + form.outerHTML.slice(0, 200));
	return lacks;
})()`

// wide gives the elements that stick out of the screen when the page can be scrolled sideways.
const wide = `(() => {
	const root = document.documentElement;
	if (root.scrollWidth <= root.clientWidth) return [];
	return ["the page (" + root.scrollWidth + ")", ...[...document.body.querySelectorAll("*")]
		.filter(e => e.getBoundingClientRect().right > root.clientWidth + 1)
		.map(e => e.outerHTML.slice(0, 120)).slice(0, 5)];
})()`
