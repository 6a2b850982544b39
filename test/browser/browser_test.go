// Package browser_test goes through the two doors, MyAccount and the Partner Dashboard, in a real Chromium that runs
// against the built binary. Start reading with TestDoors, which lists what is shown; visitor_test.go is the person at
// the browser, look_test.go what every page is held against, soap_test.go the back offices around it. Pictures of all
// pages land in the folder screenshots, which git ignores.
package browser_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"latchkey/internal/storage/storetest"
	"latchkey/test/binary"
)

// walk is one behaviour, shown on a server of its own.
type walk struct {
	name     string
	show     func(t *testing.T, h *house)
	settings []string // further flags of the server
	engines  bool     // on PostgreSQL too
	bare     bool     // once more in a browser that runs no scripts
}

// shortLife is what runs out in a walk with a short setting. A slow machine, too, gets through such a walk within it.
const shortLife = 20 * time.Second

func walks() []walk {
	return []walk{
		{name: "a link signs in once, and its address is forgotten", show: linkSignsInOnce, engines: true, bare: true},
		{name: "robots that look at a link first spend nothing", show: robotsSpendNothing},
		{name: "a link on a portal's page leads in", show: linkOfAPortalLeadsIn},
		{name: "a link takes the door over from who was signed in", show: linkTakesTheDoorOver},
		{name: "the back button shows nothing old", show: backButtonShowsNothingOld},
		{name: "the wrong door refuses a link and leaves it good", show: wrongDoorRefuses},
		{name: "a dead link says so", show: deadLinksSaySo},
		{name: "an expired link says so", show: expiredLinkSaysSo, settings: []string{"--tokens-life=" + shortLife.String()}},
		{name: "keys are enough", show: keysAreEnough},

		{name: "a door asks who is there", show: doorAsksWhoIsThere, bare: true},
		{name: "a session ended at MyAccount is refused over SOAP", show: endedSessionIsRefused, bare: true},
		{name: "a grant withdrawn at MyAccount ends its session", show: withdrawnGrantEndsItsSession, engines: true, bare: true},
		{name: "the key of a grant is shown once", show: grantKeyIsShownOnce, bare: true},
		{name: "a password is changed by who knows it", show: passwordIsChanged, bare: true},
		{name: "an old sign-in is confirmed before a grant is given", show: oldSignInIsConfirmed, settings: []string{"--web-fresh-login=" + shortLife.String()}},

		{name: "the dashboard shows the subtree and nothing else", show: dashboardShowsTheSubtree, bare: true},
		{name: "a link made at the dashboard signs in", show: dashboardLinkSignsIn, bare: true},
		{name: "a disabled account is shut out", show: disabledAccountIsShutOut, bare: true},
		{name: "a link and a session are taken back at the dashboard", show: dashboardTakesBack},

		{name: "a form of another site does nothing", show: formOfAnotherSiteDoesNothing},
		{name: "plain HTTP signs nobody in", show: plainHTTPSignsNobodyIn},
		{name: "a page that is not there is said kindly", show: nothingIsSaidKindly},
		{name: "the descriptions for programs can be read", show: descriptionsCanBeRead},
		{name: "no secret stays behind", show: noSecretStaysBehind},
	}
}

func TestDoors(t *testing.T) {
	if !toolsAreHere(t) {
		return
	}
	program, browser := binary.Build(t), startChromium(t)
	for _, w := range walks() {
		enter := func(t *testing.T, data string, scriptless, glance bool) {
			key := filepath.Join(t.TempDir(), "secret.key")
			w.show(t, &house{
				Server: binary.Serve(t, program, data, key, w.settings...), program: program, data: data, key: key,
				browser: browser, scriptless: scriptless, glance: glance,
			})
		}
		t.Run(w.name, func(t *testing.T) { enter(t, t.TempDir(), false, false) })
		if w.bare {
			t.Run(w.name+", without scripts", func(t *testing.T) { enter(t, t.TempDir(), true, true) })
		}
		if w.engines {
			t.Run(w.name+", on PostgreSQL", func(t *testing.T) { enter(t, storetest.PostgreSQL(t), false, true) })
		}
	}
}

// toolsAreHere names a tool that is missing; with CI=true none may be.
func toolsAreHere(t *testing.T) bool {
	t.Helper()
	for _, tool := range []string{"chromium", "axe"} {
		if exec.Command("../../tool/has", tool).Run() == nil {
			continue
		}
		if os.Getenv("CI") == "true" {
			t.Errorf("%s is not here", tool)
		}
		t.Logf("skipped: Chromium, because %s is not here", tool)
		return false
	}
	return true
}
