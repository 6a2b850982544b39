package console

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/directory"
)

// Deps is what the pages are built from; every field is needed.
type Deps struct {
	Access  *access.Services
	Subtree *directory.Subtree
	Now     func() time.Time
	// BaseURL gives scheme and host under which the reader knows the server, without a slash at the end.
	BaseURL func(*http.Request) string
	// Peer gives who sent a request.
	Peer func(*http.Request) netip.Addr
	// Secure reports whether the reader's browser keeps cookies that are marked Secure: over TLS, and on the machine itself.
	Secure func(*http.Request) bool
	// Incident gives the number under which an internal error is logged and shown.
	Incident func(context.Context) string
	// Done is told what became of each request to a page, once it was answered.
	Done func(*http.Request, Outcome)
}

// Outcome is what is told of a request. It holds nothing that a visitor chose freely.
type Outcome struct {
	Door     access.Door
	Page     string // the name of what answered, of a list that is in the program
	Subject  string // the account that is signed in, as TENANT/name; empty when nobody is
	Actor    string // who really acted
	Status   int
	Code     string // of the problem, or of what else the page says is wrong; empty when all went well
	Incident string // the number of an internal error
	Err      error  // why it failed, as far as the visitor was not told
}

// Console answers for both doors.
type Console struct {
	Deps
	doors     []*door
	addresses *http.ServeMux
	templates func() (templates, error) // read when the first page is shown
	files     files
	origin    *http.CrossOriginProtection
}

// New builds the pages.
func New(deps Deps) (*Console, error) {
	c := &Console{
		Deps: deps, doors: []*door{myAccount(), partnerDashboard()},
		addresses: http.NewServeMux(), templates: sync.OnceValues(readTemplates), origin: http.NewCrossOriginProtection(),
	}
	var err error
	if c.files, err = readFiles(); err != nil {
		return nil, err
	}
	for _, d := range c.doors {
		c.mount(d)
	}
	return c, nil
}

// route is one address behind a door: what log and metrics call it, its method, its path below the door's, and what
// answers there.
type route struct {
	name         string
	method, path string
	run          func(*exchange) error
	open         bool // answers those who aren't signed in too
	// page is where the form of a POST stands; keep are the fields that come along in the address when that page has to
	// be shown anew, so that nobody types them twice. Never a secret.
	page string
	keep []string
}

// routes lists everything that answers behind a door.
func routes(d access.Door) []route {
	shared := []route{
		{name: "signInPage", method: "GET", path: "/SignIn", run: (*exchange).signInPage, open: true},
		{name: "signIn", method: "POST", path: "/SignIn", run: (*exchange).signIn, open: true},
		{name: "forgetLink", method: "POST", path: "/SignIn/Forget", run: (*exchange).forgetLink, open: true},
		{name: "signOut", method: "POST", path: "/SignOut", run: (*exchange).signOut, open: true},
		{name: "confirmPage", method: "GET", path: "/Confirm", run: (*exchange).confirmPage},
		{name: "confirm", method: "POST", path: "/Confirm", run: (*exchange).confirm},
	}
	if d == access.MyAccount {
		return append(shared,
			route{name: "overview", method: "GET", path: "", run: (*exchange).overview},
			route{name: "sessions", method: "GET", path: "/Sessions", run: (*exchange).sessions},
			route{name: "endSession", method: "POST", path: "/Sessions/{id}/End", run: (*exchange).endSession, page: "/Sessions"},
			route{name: "endOtherSessions", method: "POST", path: "/Sessions/EndOthers", run: (*exchange).endOtherSessions, page: "/Sessions"},
			route{name: "grants", method: "GET", path: "/Grants", run: (*exchange).grants},
			route{name: "giveGrant", method: "POST", path: "/Grants", run: (*exchange).giveGrant, page: "/Grants", keep: []string{"receiver", "how", "until"}},
			route{name: "withdrawGrant", method: "POST", path: "/Grants/{id}/Withdraw", run: (*exchange).withdrawGrant, page: "/Grants"},
			route{name: "activity", method: "GET", path: "/Activity", run: (*exchange).activity},
			route{name: "passwordPage", method: "GET", path: "/Password", run: (*exchange).passwordPage},
			route{name: "changePassword", method: "POST", path: "/Password", run: (*exchange).changePassword, page: "/Password"},
		)
	}
	const account = "/Accounts/{id}"
	return append(shared,
		route{name: "tree", method: "GET", path: "", run: (*exchange).tree},
		route{name: "ownAccount", method: "GET", path: "/YourAccount", run: (*exchange).ownAccount},
		route{name: "accounts", method: "GET", path: "/Accounts", run: (*exchange).accounts},
		route{name: "account", method: "GET", path: account, run: (*exchange).account},
		route{name: "issueLink", method: "POST", path: account + "/Link", run: (*exchange).issueLink, page: account},
		route{name: "withdrawLink", method: "POST", path: account + "/Link/{token}/Withdraw", run: (*exchange).withdrawLink, page: account},
		route{name: "disable", method: "POST", path: account + "/Disable", run: (*exchange).disable, page: account, keep: []string{"status"}},
		route{name: "enable", method: "POST", path: account + "/Enable", run: (*exchange).enable, page: account},
		route{name: "endMemberSession", method: "POST", path: account + "/Sessions/{session}/End", run: (*exchange).endMemberSession, page: account},
	)
}

// mount puts everything of a door at its address. Other methods there, and other addresses behind the door, are told so.
func (c *Console) mount(d *door) {
	methods := map[string][]string{}
	for _, r := range routes(d.ID) {
		pattern := strings.ToLower(d.Path + r.path)
		c.addresses.Handle(r.method+" "+pattern, c.handler(d, r))
		methods[pattern] = append(methods[pattern], r.method)
	}
	for pattern, allowed := range methods {
		if slices.Contains(allowed, http.MethodGet) {
			allowed = append(allowed, http.MethodHead)
		}
		slices.Sort(allowed)
		c.addresses.Handle(pattern, c.handler(d, route{name: "wrongMethod", run: wrongMethod(allowed), open: true}))
	}
	c.addresses.Handle(strings.ToLower(d.Path)+"/", c.handler(d, route{name: "notFound", run: (*exchange).notFound, open: true}))
}

// Or answers what belongs to the doors, paths without regard to case, and leaves the rest to next.
func (c *Console) Or(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		address := path.Clean(strings.ToLower(r.URL.Path))
		if file, found := c.files.at(address); found {
			file.ServeHTTP(w, r)
			return
		}
		for _, d := range c.doors {
			if home := strings.ToLower(d.Path); address == home || strings.HasPrefix(address, home+"/") {
				c.addresses.ServeHTTP(w, moved(r, address))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// moved gives a request for another path; the request as it came stays as it is, for the log.
func moved(r *http.Request, address string) *http.Request {
	to := *r
	to.URL = &url.URL{Path: address, RawQuery: r.URL.RawQuery}
	return &to
}
