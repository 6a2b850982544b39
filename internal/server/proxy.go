package server

import (
	"net/http"
	"net/netip"
	"regexp"
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
	peer, _ := p.chain(r)
	return peer
}

// chain follows the proxies back to who sent a request, and counts the trusted ones on the way.
func (p proxies) chain(r *http.Request) (peer netip.Addr, hops int) {
	peer = socketPeer(r)
	if len(p.trusted) == 0 || !p.trusts(peer) {
		return peer, 0
	}
	chain := elements(r, "X-Forwarded-For")
	for i := len(chain) - 1; i >= 0 && p.trusts(peer); i-- {
		forwarded, ok := forwardedAddress(chain[i])
		if !ok {
			break
		}
		peer = forwarded.Unmap()
		hops++
	}
	return peer, max(hops, 1)
}

// elements gives the elements of a header that is a list; each proxy adds one at the end.
func elements(r *http.Request, header string) []string {
	list := strings.Split(strings.Join(r.Header.Values(header), ","), ",")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list
}

// forwarded gives what the outermost trusted proxy wrote into a header: the element as far from the end as there are
// trusted proxies, as with X-Forwarded-For. Proxies that hand on what they got instead of adding leave a shorter list.
// Empty when no trusted proxy wrote one.
func (p proxies) forwarded(r *http.Request, header string) string {
	if len(p.trusted) == 0 || r.Header.Get(header) == "" {
		return ""
	}
	_, hops := p.chain(r)
	if hops == 0 {
		return ""
	}
	list := elements(r, header)
	return list[max(len(list)-hops, 0)]
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
	return r.TLS != nil || strings.EqualFold(p.forwarded(r, "X-Forwarded-Proto"), "https")
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
	if proto := strings.ToLower(p.forwarded(r, "X-Forwarded-Proto")); proto == "http" || proto == "https" {
		scheme = proto
	}
	if forwarded := p.forwarded(r, "X-Forwarded-Host"); hostAndPort.MatchString(forwarded) {
		host = forwarded
	}
	return scheme + "://" + host
}

// hostAndPort is what X-Forwarded-Host may hold: a name or an address, perhaps with a port, and nothing else that could
// change what an address that is made of it means.
var hostAndPort = regexp.MustCompile(`^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`)
