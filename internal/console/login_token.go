package console

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// A link arrives with its token in the address. The first GET moves the token into a cookie that lasts minutes and sends
// the browser on to the same page without it (rules N-13); that page says who will be signed in and where, and only its
// button spends the token (rules C-8, N-12).
//
// Visits are counted apart, so that an issuer can see that a mail scanner came before the person (features T-6). The
// clean page counts as opened. The address with the token counts as scanned when nobody looks at what comes back: a HEAD,
// a prefetch or preview that says so, or a GET without the Sec-Fetch-Dest: document that every browser since 2023 sends
// when a person follows a link. An older browser counts as both. What cannot be told is a scanner that is a whole
// browser: it follows, keeps cookies, and counts as opened.

// tokenShape and longestToken are what a token may look like to be put into a cookie. Whether it is one is the middle's to say.
var tokenShape = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

const longestToken = 200

// noToken stands in the cookie for a token that cannot be one.
const noToken = "none"

// tokenInAddress gives the token of a link, whatever the case of the parameter's name.
func (x *exchange) tokenInAddress() (token string, given bool) {
	if x.r.Method != http.MethodGet && x.r.Method != http.MethodHead {
		return "", false
	}
	return tokenIn(x.r.URL.RawQuery)
}

// tokenIn finds the token in a query, also where mail programs and careless portals spoilt the address so that the usual
// reading would leave it where it is: after &amp;, or with a semicolon behind it.
func tokenIn(query string) (token string, given bool) {
	unescaped := func(text string) string {
		if plain, err := url.QueryUnescape(text); err == nil {
			return plain
		}
		return text
	}
	for _, piece := range strings.FieldsFunc(query, func(r rune) bool { return r == '&' || r == ';' }) {
		name, value, _ := strings.Cut(piece, "=")
		name = unescaped(name)
		if strings.EqualFold(name[strings.LastIndex(name, ";")+1:], "token") {
			return strings.TrimSpace(unescaped(value)), true
		}
	}
	if lower := strings.ToLower(unescaped(query)); strings.Contains(lower, "token=") || strings.Contains(lower, tokenPrefix) {
		return noToken, true // spoilt beyond reading, and still not to stay in the address bar
	}
	return "", false
}

// tokenPrefix is how every login token begins.
const tokenPrefix = "lkt_"

// ahead reports whether a request says that it only looks ahead or makes a preview.
func ahead(r *http.Request) bool {
	for _, name := range [...]string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		if r.Header.Get(name) != "" {
			return true
		}
	}
	return false
}

// takeToken takes a token out of the address bar.
func (x *exchange) takeToken(token string) error {
	if len(token) > longestToken || !tokenShape.MatchString(token) {
		token = noToken
	}
	early, head := ahead(x.r), x.r.Method == http.MethodHead
	if early || head || x.r.Header.Get("Sec-Fetch-Dest") != "document" {
		_, _, err := x.Access.LoginTokens.Visit(x.ctx(), x.entry(), access.Secret(token), true)
		if problem.Has(err, problem.Internal) {
			return err
		}
	}
	if early {
		// A redirect would be followed ahead of time, too, and a page kept for the person who comes later.
		return x.message(http.StatusForbidden, "token-early", "Open this link yourself", message{
			What: "A sign-in link shows nothing before somebody opens it. It is not spent.",
		})
	}
	if !head {
		x.keep(linkCookie, token, linkLife)
	}
	return x.goTo(x.door.Path + "/SignIn")
}

// visit shows whom the token in the cookie would sign in.
func (x *exchange) visit(n notice) error {
	scanner := ahead(x.r) || x.r.Method == http.MethodHead
	token, who, err := x.Access.LoginTokens.Visit(x.ctx(), x.entry(), x.link(), scanner)
	if err != nil {
		return x.deadLink(err)
	}
	invitation := invitation{
		Called: called(who.Account), Name: who.Account.Name, Tenant: who.Tenant.Name, Link: fingerprint(x.link()),
		Until: in(who.Tenant, token.ExpiresAt), Zone: who.Tenant.Location().String(),
	}
	if old, err := x.bySession(); err == nil && old.Actor.Account.ID != who.Account.ID {
		invitation.Instead = called(old.Actor.Account)
	}
	status := http.StatusOK
	if n.Alarm {
		status = http.StatusConflict
	}
	return x.show(page{Name: "redeem", Title: "Sign in as " + isolate(invitation.Called), Status: status, Notice: n, Body: invitation})
}

// invitation is what the page before the button shows.
type invitation struct {
	Called, Name, Tenant string
	Link                 string // which token the page is about
	Until                time.Time
	Zone                 string
	Instead              string // who is signed in here now, if that is somebody else
}

// fingerprint names a token without giving anything of its 256 random bits away.
func fingerprint(token access.Secret) string {
	digest := sha256.Sum256([]byte(token.Reveal()))
	return hex.EncodeToString(digest[:8])
}

// redeem spends the token whose page was shown. When another link was opened since, in another tab, nothing is spent:
// the button would sign in somebody else than its page said.
func (x *exchange) redeem() error {
	if x.link().Empty() {
		return x.deadLink(problem.New(problem.NoSuchLoginToken, ""))
	}
	if x.form("link") != fingerprint(x.link()) {
		return x.visit(alarm("Another sign-in link was opened since that page was shown, so nothing was done. Look again who it is for."))
	}
	caller, err := x.Access.LoginTokens.Redeem(x.ctx(), x.entry(), x.link())
	if err != nil {
		return x.deadLink(err)
	}
	return x.enter(caller, x.door.Path)
}

// forgetLink drops a link that is somebody else's, so that the form for a password can be had again. The token is not
// spent.
func (x *exchange) forgetLink() error {
	x.drop(linkCookie)
	x.say("link-forgotten", 0)
	return x.goTo(x.door.Path + "/SignIn")
}

// deadLink is the page of a token that opens nothing here, and forgets it. It says nothing of the account (features T-11).
func (x *exchange) deadLink(err error) error {
	const askAnew = "Ask whoever sent it for a new one, and open that within a few minutes."
	status, name, title, body := http.StatusGone, "", "", message{Advice: askAnew}
	x.note(err)
	switch problem.Of(err).Code {
	case problem.LoginTokenUsed:
		name, title, body.What = "token-used", "This link was used already", "A sign-in link works once."
	case problem.LoginTokenExpired:
		name, title, body.What = "token-expired", "This link is too old", "A sign-in link works for a few minutes only."
	case problem.LoginTokenWithdrawn:
		name, title, body.What = "token-withdrawn", "This link does not work any more", "It was withdrawn, or something was changed since it was made, or it is for another network than yours."
	case problem.NoSuchLoginToken:
		status = http.StatusNotFound
		name, title, body.What = "token-unknown", "This link is not one of ours", "Perhaps a part of the address is missing, or the page stood open for too long."
	case problem.WrongDoor:
		status = http.StatusForbidden
		name, title, body.What = "token-wrong-door", "This link is for another door", "It opens "+x.door.other().Title+", not "+x.door.Title+". It was not spent."
		body.Advice = "Open it there, or ask whoever sent it for the right address."
	default:
		return err
	}
	x.drop(linkCookie)
	return x.show(page{Name: name, Template: "token", Title: title, Status: status, Body: body})
}
