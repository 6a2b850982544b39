package console

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"latchkey/internal/access"
)

// Every cookie of a door has the prefix that makes browsers refuse it unless it is Secure, for the whole host and no
// other (rules N-23). SameSite is Lax, for two reasons: the link of a mail or another portal leads here from another
// site, and a Strict cookie set on the way would not come along to the page that the link is sent on to; and somebody
// signed in who follows a link to a page here must not seem signed out. What Lax lets through from other sites is GET,
// which changes nothing; a POST from elsewhere is refused by its Sec-Fetch-Site or Origin besides.
const (
	sessionCookie = ""        // the session's key; it goes when the browser ends, and the server ends it before
	linkCookie    = "-link"   // a login token on its way from the address bar to the button
	noticeCookie  = "-notice" // what to say on the next page
)

// linkLife is how long a login token may wait for the button; no token lives longer (rules N-14).
const linkLife = 10 * time.Minute

// noticeLife is how long what is to be said waits for the next page.
const noticeLife = time.Minute

func (d *door) cookie(kind string) string { return "__Host-latchkey-" + string(d.ID) + kind }

// keep sets a cookie; life zero is until the browser ends.
func (x *exchange) keep(kind, value string, life time.Duration) {
	http.SetCookie(x.w, &http.Cookie{
		Name: x.door.cookie(kind), Value: value, Path: "/", MaxAge: int(life / time.Second),
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// drop takes a cookie back from a browser that sent it.
func (x *exchange) drop(kind string) {
	if x.kept(kind) != "" {
		x.keep(kind, "", -time.Second)
	}
}

// kept gives a cookie's value; empty when there is none.
func (x *exchange) kept(kind string) string {
	cookie, err := x.r.Cookie(x.door.cookie(kind))
	if err != nil {
		return ""
	}
	return cookie.Value
}

func (x *exchange) sessionKey() access.Secret { return access.Secret(x.kept(sessionCookie)) }
func (x *exchange) link() access.Secret       { return access.Secret(x.kept(linkCookie)) }

// say has the next page say something; of is a number in it.
func (x *exchange) say(about string, of int64) {
	x.keep(noticeCookie, about+"."+strconv.FormatInt(of, 10), noticeLife)
}

// said gives what the page before wanted said, once.
func (x *exchange) said() notice {
	about, number, _ := strings.Cut(x.kept(noticeCookie), ".")
	x.drop(noticeCookie)
	of, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return notice{}
	}
	return notices(about, of)
}
