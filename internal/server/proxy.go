package server

import (
	"net/http"
	"net/netip"
	"strings"
)

// proxies decides whose word counts about who sent a request and under which name the server was addressed
// (features X-n). Only a proxy whose own socket address is in a trusted network is believed.
type proxies struct {
	trusted   []netip.Prefix
	publicURL string
}

// socketPeer gives the other end of the socket; invalid when there is none.
func socketPeer(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return peer.Addr().Unmap()
}

// trusts reports whether an address is a trusted proxy's.
func (p proxies) trusts(peer netip.Addr) bool {
	for _, network := range p.trusted {
		if network.Contains(peer) {
			return true
		}
	}
	return false
}

// client gives who sent a request: the last address in the chain of proxies that no trusted proxy stands for.
func (p proxies) client(r *http.Request) netip.Addr {
	peer := socketPeer(r)
	if len(p.trusted) == 0 {
		return peer
	}
	chain := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(chain) - 1; i >= 0 && p.trusts(peer); i-- {
		forwarded, ok := forwardedAddress(strings.TrimSpace(chain[i]))
		if !ok {
			break
		}
		peer = forwarded.Unmap()
	}
	return peer
}

// forwardedAddress reads one word of X-Forwarded-For. Some proxies add the port, and with it the brackets of IPv6.
func forwardedAddress(text string) (netip.Addr, bool) {
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr(), true
	}
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	return address, err == nil
}

// secure reports whether a request came over TLS, to this server or to a trusted proxy in front of it.
func (p proxies) secure(r *http.Request) bool {
	return r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" && p.trusts(socketPeer(r))
}

// baseURL gives scheme and host under which the server is known, without a slash at the end.
func (p proxies) baseURL(r *http.Request) string {
	if p.publicURL != "" {
		return strings.TrimSuffix(p.publicURL, "/")
	}
	scheme, host := "http", r.Host
	if r.TLS != nil {
		scheme = "https"
	}
	if p.trusts(socketPeer(r)) {
		if proto := r.Header.Get("X-Forwarded-Proto"); proto == "http" || proto == "https" {
			scheme = proto
		}
		if forwarded := r.Header.Get("X-Forwarded-Host"); forwarded != "" {
			host = forwarded
		}
	}
	return scheme + "://" + host
}
