package console

import (
	"errors"
	"net/http"
	"strings"

	"latchkey/internal/problem"
)

// message is a page that says one thing.
type message struct {
	What, Advice string
	Path, Label  string // a link to go on with; none when Path is empty
}

func (x *exchange) message(status int, name, title string, body message) error {
	return x.show(page{Name: name, Template: "message", Title: title, Status: status, Body: body})
}

// home is the link to a door's first page.
func (x *exchange) home(m message) message {
	m.Path, m.Label = x.door.Path, "Go to "+x.door.Title
	return m
}

func (x *exchange) notFound() error {
	return x.message(http.StatusNotFound, "not-found", "There is no such page", x.home(message{
		What: "The address leads nowhere. Perhaps a letter is missing.",
	}))
}

func wrongMethod(allowed []string) func(*exchange) error {
	return func(x *exchange) error {
		x.w.Header().Set("Allow", strings.Join(allowed, ", "))
		return x.message(http.StatusMethodNotAllowed, "wrong-method", "This is no page to open", x.home(message{
			What: "The address belongs to a button. Nothing was done.",
		}))
	}
}

// plainHTTP is the only page where browsers would drop the cookies of a door, and a password would travel in the clear.
// A token leaves the address bar here too.
func (x *exchange) plainHTTP() error {
	if x.r.URL.RawQuery != "" && x.r.Method == http.MethodGet {
		return x.goTo(x.door.Path + "/SignIn")
	}
	return x.message(http.StatusForbidden, "plain-http", "Nobody can sign in over plain HTTP", message{
		What: "This connection is not encrypted: a password would travel where others can read it, and your browser would " +
			"not keep the cookie that a session needs. So " + x.door.Title + " signs nobody in here.",
		Advice: "Use an address that begins with https://. Operators: give the server a certificate (tls_cert and tls_key), or " +
			"name the proxy that speaks TLS for it in trusted_proxies. A sign-in link that was opened here is not spent.",
	})
}

// fromElsewhere refuses a form that another site sent (rules N-23: a cookie's SameSite alone is not to be relied on).
func (x *exchange) fromElsewhere() error {
	return x.message(http.StatusForbidden, "elsewhere", "This came from another site", x.home(message{
		What:   "A page of another site tried to do something here in your name. Nothing was done.",
		Advice: "If you pressed a button on one of our own pages, open the page anew and press it again.",
	}))
}

// unreadable refuses a form that cannot be read.
func (x *exchange) unreadable(err error) error {
	status := http.StatusBadRequest
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		status = http.StatusRequestEntityTooLarge
	}
	return x.message(status, "unreadable", "The form could not be read", x.home(message{What: "Nothing was done."}))
}

func (x *exchange) denied(detail string) error {
	if x.caller.Actor == nil { // the session is good, and has no leave to be at this door any more
		return x.notAdmitted()
	}
	what := "Your role does not allow it. Nothing was done."
	if detail != "" {
		what = sentence(detail) + " Nothing was done."
	}
	return x.message(http.StatusForbidden, "refused", "You have no leave for this", message{
		What: what, Path: x.here(), Label: "Back",
	})
}

// gone answers for what isn't there, and for what is none of the caller's business, alike.
func (x *exchange) gone() error {
	return x.message(http.StatusNotFound, "not-found", "This is not there", message{
		What: "It has ended or was removed, or it never was. Nothing was done.", Path: x.back(), Label: "Back",
	})
}

func (x *exchange) impossible(detail string) error {
	return x.message(http.StatusUnprocessableEntity, "impossible", "That was not possible", message{
		What: sentence(detail), Path: x.here(), Label: "Back",
	})
}

func (x *exchange) broken(incident string) error {
	return x.message(http.StatusInternalServerError, "incident", "Something went wrong here", message{
		What:   "It is our fault, not yours. Try again in a while.",
		Advice: "If it happens again, tell whoever runs the server this number: " + incident,
	})
}

// back gives the page of a form; for a page that isn't there, the door's first.
func (x *exchange) back() string {
	if x.route.page == "" || strings.Contains(x.route.page, "{id}") {
		return x.door.Path
	}
	return x.here()
}

// sentence makes a sentence of a problem's detail.
func sentence(detail string) string {
	if detail == "" {
		return "The request contradicts itself or lacks something."
	}
	return strings.ToUpper(detail[:1]) + strings.TrimSuffix(detail[1:], ".") + "."
}

// has reports whether an error is one of several problems.
func has(err error, codes ...problem.Code) bool {
	for _, code := range codes {
		if problem.Has(err, code) {
			return true
		}
	}
	return false
}
