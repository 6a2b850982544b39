package cli

import (
	"bytes"
	"regexp"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/server"
)

func TestTheListOfSessionsNamesTheDoorOfAWebSession(t *testing.T) {
	w := accesstest.New(t, t.TempDir(), nil)
	w.Clock.Advance(time.Since(w.Clock.Now())) // a list shows what is alive now
	w.User("jane", nil)
	w.Open(accesstest.Login("jane"))
	visitor, err := w.Gate.Prove(w.Ctx, access.Entry{Door: access.MyAccount}, accesstest.Login("jane"))
	w.Must(err)
	_, err = w.Sessions.Open(w.Ctx, visitor)
	w.Must(err)
	list := func(as listing) string {
		var out bytes.Buffer
		d := &desk{house: &server.House{Store: w.Store, Access: w.Services}, out: &out, err: &out}
		w.Must((&sessionList{listing: as}).runInside(w.Ctx, d))
		return out.String()
	}
	for _, line := range []string{`ACME/jane +ACME/jane +revio +192\.0\.2\.1 +live`, `ACME/jane +ACME/jane +myaccount +- +live`} {
		if text := list(listing{}); !regexp.MustCompile(line).MatchString(text) {
			t.Errorf("%s is missing in\n%s", line, text)
		}
	}
	if text := list(listing{JSON: true}); len(regexp.MustCompile(`"dialect"`).FindAllString(text, -1)) != 1 {
		t.Errorf("the web session has a dialect, or the other has none:\n%s", text)
	}
}
