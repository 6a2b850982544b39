package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// formSize bounds a form in bytes; the longest that any page sends is far below.
const formSize = 64 << 10

// exchange is one request and its answer, at one door.
type exchange struct {
	*Console
	door   *door
	route  route
	w      http.ResponseWriter
	r      *http.Request
	caller access.Caller // the zero value on a route that is open
	// outcome is what the server is told at the end.
	outcome Outcome
}

// handler answers a route. Whatever a handler function returns as an error becomes a page in refuse.
func (c *Console) handler(d *door, r route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		x := &exchange{
			Console: c, door: d, route: r, w: w, r: request,
			outcome: Outcome{Door: d.ID, Page: r.name, Status: http.StatusOK},
		}
		defer func() { c.Done(request, x.outcome) }()
		defer func() {
			if failure := recover(); failure != nil {
				x.fail(fmt.Errorf("a page panicked: %v\n%s", failure, debug.Stack()))
			}
		}()
		x.guard()
		if err := x.answer(); err != nil {
			x.refuse(err)
		}
	})
}

// note keeps for the log which problem a page tells of, if there is one.
func (x *exchange) note(err error) {
	if err == nil {
		return
	}
	if code := problem.Of(err).Code; code != problem.Internal {
		x.outcome.Code = string(code)
	}
}

// known keeps for the log who is signed in.
func (x *exchange) known(caller access.Caller) {
	x.outcome.Subject, x.outcome.Actor = caller.Subject.Label(), caller.Actor.Label()
}

// guard sets the headers that every page has (rules N-23). The year of HSTS is the server's, for all it answers.
func (x *exchange) guard() {
	for name, value := range map[string]string{
		"Cache-Control":   "no-store",
		"Referrer-Policy": "no-referrer",
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; " +
			"frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
		"X-Content-Type-Options": "nosniff",
	} {
		x.w.Header().Set(name, value)
	}
	if x.Secure(x.r) { // elsewhere browsers pass over it, and complain
		x.w.Header().Set("Cross-Origin-Opener-Policy", "same-origin")
	}
}

func (x *exchange) answer() error {
	if !x.Secure(x.r) {
		return x.plainHTTP()
	}
	if x.origin.Check(x.r) != nil {
		return x.fromElsewhere()
	}
	if token, given := x.tokenInAddress(); given { // at any address: portals forget the page's name
		return x.takeToken(token)
	}
	if x.r.Method == http.MethodPost {
		x.r.Body = http.MaxBytesReader(x.w, x.r.Body, formSize)
		if err := x.r.ParseForm(); err != nil {
			return x.unreadable(err)
		}
	}
	if !x.route.open {
		caller, err := x.bySession()
		if err != nil {
			return err
		}
		x.caller = caller
		x.known(caller)
	}
	return x.route.run(x)
}

func (x *exchange) ctx() context.Context { return x.r.Context() }

func (x *exchange) entry() access.Entry { return access.Entry{Door: x.door.ID, Peer: x.Peer(x.r)} }

// bySession admits the caller by the session cookie.
func (x *exchange) bySession() (access.Caller, error) {
	return x.Access.Gate.BySession(x.ctx(), x.entry(), x.sessionKey())
}

// form gives a field of the form that was sent, without outer white space; passwords are read with secret.
func (x *exchange) form(name string) string { return strings.TrimSpace(x.r.PostForm.Get(name)) }

func (x *exchange) secret(name string) access.Secret { return access.Secret(x.r.PostForm.Get(name)) }

// number reads a number of the address; one that cannot be is zero, which nothing has.
func (x *exchange) number(name string) int64 {
	n, err := strconv.ParseInt(x.r.PathValue(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// goTo sends the browser on with a GET.
func (x *exchange) goTo(address string) error {
	x.outcome.Status = http.StatusSeeOther
	http.Redirect(x.w, x.r, address, http.StatusSeeOther)
	return nil
}

// local gives a time as the caller's tenant reads it; the zero time stays that.
func (x *exchange) local(t time.Time) time.Time { return in(x.caller.Actor.Tenant, t) }

func in(tenant access.Tenant, t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(tenant.Location())
}

// here gives the address of the page that the request belongs to: its own, or that of the form that was sent, with what
// may be kept of it.
func (x *exchange) here() string {
	if x.r.Method != http.MethodPost {
		return x.door.within(x.door.Path + strings.TrimPrefix(x.r.URL.RequestURI(), strings.ToLower(x.door.Path)))
	}
	kept := url.Values{}
	for _, name := range x.route.keep {
		if value := x.form(name); value != "" {
			kept.Set(name, value)
		}
	}
	address := url.URL{Path: x.door.Path + strings.ReplaceAll(x.route.page, "{id}", x.r.PathValue("id")), RawQuery: kept.Encode()}
	return address.String()
}

// refuse shows why something could not be done.
func (x *exchange) refuse(err error) {
	if failed := x.explain(err); failed != nil {
		x.fail(failed)
	}
}

// explain gives each kind of problem its page.
func (x *exchange) explain(err error) error {
	x.note(err)
	switch p := problem.Of(err); p.Code {
	case problem.UnknownSession:
		return x.sessionEnded()
	case problem.SignInAgain:
		return x.goTo(x.door.Path + "/Confirm?back=" + url.QueryEscape(x.here()))
	case problem.PermissionDenied:
		return x.denied(p.Detail)
	case problem.NoSuchAccount, problem.NoSuchTenant, problem.NoSuchSession, problem.NoSuchGrant, problem.NoSuchLoginToken:
		return x.gone()
	case problem.Internal:
		return err
	default:
		return x.impossible(p.Detail)
	}
}

// fail shows an internal error: a number, which stands in the log with the cause.
func (x *exchange) fail(err error) {
	incident := x.Incident(x.ctx())
	x.outcome.Code, x.outcome.Incident, x.outcome.Err = string(problem.Internal), incident, err
	if x.broken(incident) != nil { // the page of last resort is no template
		http.Error(x.w, "An internal error occurred. Incident "+incident+".", http.StatusInternalServerError)
	}
}
