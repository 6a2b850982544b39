package console_test

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/console"
	"latchkey/internal/directory"
	"latchkey/internal/storage/storetest"
)

// house is the pages on a real store, behind TLS, with a tree of tenants: BEACON (a partner), COVE below it, and GULL
// beside it. ACME, the world's own tenant, is another root.
type house struct {
	*accesstest.World
	url              string
	log              *lines
	secure           bool // what the pages are told of a request's browser
	beacon, cove     access.Tenant
	gull             access.Tenant
	alice, bob       access.Account // users of ACME
	priya            access.Account // dashboard user of BEACON, administrator
	viewer           access.Account // dashboard user of BEACON who may change nothing
	issuer           access.Account // program of BEACON that may issue login tokens
	office, stranger access.Account // backup accounts of COVE and of GULL
}

// lines is what the pages told the server, as a test can read it.
type lines struct {
	lock sync.Mutex
	told []console.Outcome
}

func (l *lines) add(o console.Outcome) {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.told = append(l.told, o)
}

// last gives what was told last.
func (l *lines) last() console.Outcome {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.told[len(l.told)-1]
}

func (l *lines) String() string {
	l.lock.Lock()
	defer l.lock.Unlock()
	return fmt.Sprintf("%+v", l.told)
}

// eachEngine runs a test on a fresh house on each engine.
func eachEngine(t *testing.T, test func(h *house)) {
	t.Helper()
	accesstest.EachEngine(t, func(w *accesstest.World) { test(furnish(w)) })
}

// onSQLite runs a test on a fresh house on SQLite only: what it tests is the same on both engines.
func onSQLite(t *testing.T, test func(h *house)) {
	t.Helper()
	test(furnish(accesstest.New(t, t.TempDir(), nil)))
}

func furnish(w *accesstest.World) *house {
	h := &house{World: w, log: &lines{}, secure: true}
	h.people()
	pages, err := console.New(console.Deps{
		Access: w.Services, Subtree: directory.NewSubtree(w.Store, w.Services, w.Clock.Now), Now: w.Clock.Now,
		BaseURL: func(r *http.Request) string { return "https://" + r.Host },
		Peer:    peerOf, Secure: func(*http.Request) bool { return h.secure },
		Incident: func(context.Context) string { return "incident-17" },
		Done:     func(_ *http.Request, o console.Outcome) { h.log.add(o) },
	})
	w.Must(err)
	server := httptest.NewTLSServer(pages.Or(http.NotFoundHandler()))
	w.T.Cleanup(server.Close)
	h.url = server.URL
	return h
}

// peerOf takes a visitor's address from a header, so that a test can come from anywhere.
func peerOf(r *http.Request) netip.Addr {
	return netip.MustParseAddr(cmp.Or(r.Header.Get("Test-Peer"), "192.0.2.1"))
}

func (h *house) people() {
	h.alice = h.User("alice", func(a *access.Account) { a.Person = access.Person{FirstName: "Alice", LastName: "<Ames> & Co"} })
	h.bob = h.User("bob", nil)
	h.beacon = h.tenant(access.Partner, "BEACON", 0)
	h.cove = h.tenant(access.Company, "COVE", h.beacon.ID)
	h.gull = h.tenant(access.Company, "GULL", 0)
	h.Must(h.Roles.Put(h.Ctx, h.Operator(), access.Role{Name: "viewer"}))
	h.priya = h.member("priya", h.beacon, access.DashboardUser, "admin")
	h.viewer = h.member("viewer", h.beacon, access.DashboardUser, "viewer")
	h.issuer = h.member("issuer", h.beacon, access.User, "login-issuer")
	h.office = h.member("office", h.cove, access.BackupAccount, "none")
	h.stranger = h.member("stranger", h.gull, access.BackupAccount, "none")
}

func (h *house) tenant(kind access.TenantKind, code string, parent access.TenantID) access.Tenant {
	tenant, err := h.Tenants.Add(h.Ctx, h.Operator(), access.Tenant{
		Kind: kind, Code: code, Name: "The " + code, ParentID: parent, TimeZone: "America/New_York",
	})
	h.Must(err)
	return tenant
}

func (h *house) member(name string, tenant access.Tenant, kind access.AccountKind, role string) access.Account {
	return h.User(name, func(a *access.Account) { a.TenantID, a.AgentID, a.Kind, a.Role = tenant.ID, 0, kind, role })
}

// token has the issuer make a login token for an account.
func (h *house) token(a access.Account) (access.LoginToken, string) {
	h.T.Helper()
	caller, err := h.Gate.Prove(h.Ctx, access.Entry{Door: access.JSON, Peer: accesstest.Here.Peer},
		access.Credentials{Tenant: "BEACON", Name: "issuer", Password: accesstest.Password})
	h.Must(err)
	token, secret, err := h.LoginTokens.Issue(h.Ctx, caller, access.LoginTokenFor{Account: a.ID})
	h.Must(err)
	return token, secret.Reveal()
}

// tokenNow reads a login token.
func (h *house) tokenNow(id access.LoginTokenID) access.LoginToken {
	h.T.Helper()
	token, err := h.LoginTokens.ByID(h.Ctx, id)
	h.Must(err)
	return token
}

// unchanged asserts that f changes nothing at all.
func (h *house) unchanged(f func()) {
	h.T.Helper()
	h.changesOnly(func(*storetest.Contents) {}, f)
}

// onlyRecorded asserts that f changes nothing but that rows of the audit trail may be added, as for a wrong login.
func (h *house) onlyRecorded(f func()) {
	h.T.Helper()
	h.changesOnly(func(c *storetest.Contents) { c.Audit = nil }, f)
}

// onlyVisited asserts that f changes nothing but the counts of visits of login tokens.
func (h *house) onlyVisited(f func()) {
	h.T.Helper()
	h.changesOnly(func(c *storetest.Contents) {
		for i := range c.LoginTokens {
			c.LoginTokens[i].Opened, c.LoginTokens[i].Scanned = 0, 0
		}
	}, f)
}

// onlyNoted asserts that f changes nothing but that visits of login tokens are counted and refusals recorded.
func (h *house) onlyNoted(f func()) {
	h.T.Helper()
	h.changesOnly(func(c *storetest.Contents) {
		c.Audit = nil
		for i := range c.LoginTokens {
			c.LoginTokens[i].Opened, c.LoginTokens[i].Scanned = 0, 0
		}
	}, f)
}

func (h *house) changesOnly(leaveOut func(*storetest.Contents), f func()) {
	h.T.Helper()
	before := storetest.Everything(h.T, h.Store)
	f()
	after := storetest.Everything(h.T, h.Store)
	leaveOut(&before)
	leaveOut(&after)
	if diff := gocmp.Diff(before, after, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		h.T.Errorf("something was changed (-before +after):\n%s", diff)
	}
}

// visitor is a browser: it keeps cookies, follows redirects, and sends what browsers send along.
type visitor struct {
	*house
	client  *http.Client
	headers http.Header
	seen    []string // every address asked for, and every page read
}

// answer is what came back at the end, redirects followed.
type answer struct {
	status  int
	url     *url.URL
	header  http.Header
	page    string // its data-page
	source  string
	visitor *visitor
}

func (h *house) visitor() *visitor {
	h.T.Helper()
	jar, err := cookiejar.New(nil)
	h.Must(err)
	v := &visitor{house: h, headers: http.Header{
		"Sec-Fetch-Dest": {"document"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Site": {"same-origin"},
	}}
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	h.T.Cleanup(transport.CloseIdleConnections)
	v.client = &http.Client{Jar: jar, Transport: transport, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		v.seen = append(v.seen, r.URL.String())
		r.Header = v.headers.Clone()
		return nil
	}}
	return v
}

// do sends a request with the visitor's headers and reads the page that comes back.
func (v *visitor) do(method, address string, form url.Values) answer {
	v.T.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	request, err := http.NewRequestWithContext(v.Ctx, method, v.url+address, body)
	v.Must(err)
	request.Header = v.headers.Clone()
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := v.client.Do(request)
	v.Must(err)
	defer response.Body.Close()
	source, err := io.ReadAll(response.Body)
	v.Must(err)
	a := answer{status: response.StatusCode, url: response.Request.URL, header: response.Header, source: string(source), visitor: v}
	if found := dataPage.FindStringSubmatch(a.source); found != nil {
		a.page = found[1]
		v.checkPage(a)
	}
	v.seen = append(v.seen, a.url.String(), a.source, fmt.Sprint(a.header))
	return a
}

var dataPage = regexp.MustCompile(`<body data-page="([^"]*)"`)

func (v *visitor) get(address string) answer {
	v.T.Helper()
	return v.do(http.MethodGet, address, nil)
}

func (v *visitor) post(address string, fields ...string) answer {
	v.T.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return v.do(http.MethodPost, address, form)
}

// signIn signs in at a door with the password that everybody has.
func (v *visitor) signIn(door, tenant, name string) answer {
	v.T.Helper()
	return v.post(door+"/SignIn", "tenant", tenant, "name", name, "password", accesstest.Password.Reveal())
}

// at is a visitor who is signed in.
func (h *house) at(door, tenant, name string) *visitor {
	h.T.Helper()
	v := h.visitor()
	v.signIn(door, tenant, name).is(http.StatusOK, home(door))
	return v
}

func home(door string) string {
	if door == "/PartnerDashboard" {
		return "dashboard-overview"
	}
	return "myaccount-overview"
}

// cookie gives what the visitor keeps under a name; empty when nothing.
func (v *visitor) cookie(name string) string {
	v.T.Helper()
	at, err := url.Parse(v.url)
	v.Must(err)
	for _, c := range v.client.Jar.Cookies(at) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

const (
	myAccountKey   = "__Host-latchkey-myaccount"
	myAccountLink  = "__Host-latchkey-myaccount-link"
	dashboardKey   = "__Host-latchkey-dashboard"
	myAccountSays  = "__Host-latchkey-myaccount-notice"
	dashboardLinks = "__Host-latchkey-dashboard-link"
)

// is asserts an answer's status and page.
func (a answer) is(status int, page string) answer {
	a.visitor.T.Helper()
	if a.status != status || a.page != page {
		a.visitor.T.Fatalf("%s: status %d, page %q, want %d %q\n%s", a.url, a.status, a.page, status, page, a.text())
	}
	return a
}

// says asserts that the page has each of the words, as a reader sees them.
func (a answer) says(words ...string) answer {
	a.visitor.T.Helper()
	for _, word := range words {
		if !strings.Contains(a.text(), word) {
			a.visitor.T.Errorf("%s (%s) does not say %q:\n%s", a.url, a.page, word, a.text())
		}
	}
	return a
}

// silent asserts that the page's source has none of the words.
func (a answer) silent(words ...string) answer {
	a.visitor.T.Helper()
	for _, word := range words {
		if strings.Contains(a.source, word) {
			a.visitor.T.Errorf("%s (%s) has %q:\n%s", a.url, a.page, word, a.source)
		}
	}
	return a
}

var (
	headPart = regexp.MustCompile(`(?s)<head>.*</head>`)
	anyTag   = regexp.MustCompile(`(?s)<[^>]*>`)
	blanks   = regexp.MustCompile(`\s+`)
)

// text is the page without its tags.
func (a answer) text() string {
	text := anyTag.ReplaceAllString(headPart.ReplaceAllString(a.source, ""), " ")
	return strings.TrimSpace(blanks.ReplaceAllString(html.UnescapeString(text), " "))
}

// field gives the value of a hidden field, or of any other.
func (a answer) field(name string) string {
	a.visitor.T.Helper()
	for _, tag := range regexp.MustCompile(`<input[^>]*>`).FindAllString(a.source, -1) {
		if attribute(tag, "name") == name {
			return html.UnescapeString(attribute(tag, "value"))
		}
	}
	a.visitor.T.Fatalf("%s has no field %s:\n%s", a.url, name, a.source)
	return ""
}

// rows gives the ids in a data attribute of the page's rows.
func (a answer) rows(data string) []string {
	var ids []string
	for _, found := range regexp.MustCompile(` data-`+data+`="([0-9]+)"`).FindAllStringSubmatch(a.source, -1) {
		ids = append(ids, found[1])
	}
	slices.Sort(ids)
	return ids
}

func attribute(tag, name string) string {
	if found := regexp.MustCompile(`\s` + name + `="([^"]*)"`).FindStringSubmatch(tag); found != nil {
		return found[1]
	}
	return ""
}
