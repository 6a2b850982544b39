package server

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"latchkey/internal/console"
	"latchkey/internal/soap"
)

// doors builds the web pages: MyAccount and the Partner Dashboard.
func (s *Server) doors() (*console.Console, error) {
	return console.New(console.Deps{
		Access: s.house.Access, Subtree: s.house.Subtree, Now: time.Now,
		BaseURL: s.proxies.baseURL, Peer: peer, Secure: s.keepsCookies, Incident: requestID,
		Done: func(r *http.Request, o console.Outcome) {
			if note, ok := r.Context().Value(requestKey{}).(*request); ok {
				note.record, note.seen, note.dialect, note.version = pageRecord(o), true, string(o.Door), "html"
			}
		},
	})
}

// pageRecord puts what the web pages say of a request into the words that all services have in common.
func pageRecord(o console.Outcome) soap.Record {
	return soap.Record{
		Operation: o.Page, Status: o.Status, Err: o.Err,
		Note: soap.Note{Subject: o.Subject, Actor: o.Actor, Code: o.Code, Incident: o.Incident, Refused: o.Code != ""},
	}
}

// keepsCookies reports whether the browser behind a request keeps cookies that are marked Secure: it does over TLS, be it
// to a trusted proxy, and on plain HTTP where it calls the server by a name of its own machine. The name is what the
// browser goes by; the socket says nothing, as a proxy on this machine is on loopback too.
func (s *Server) keepsCookies(r *http.Request) bool {
	return s.proxies.secure(r) || ownMachine(r.Host)
}

// ownMachine reports whether a Host header names the machine that the browser runs on.
func ownMachine(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.ToLower(strings.Trim(host, "[]")), ".")
	if address, err := netip.ParseAddr(host); err == nil {
		return address.IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
