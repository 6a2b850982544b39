package soap

import (
	"net/http"
	"net/url"
	"strings"
)

// Texts of the original for a part of the description that does not exist. The second one is ours.
const (
	textNoDescription = "XML Web service description was not found."
	textNoSchema      = "XML schema was not found."
)

// query is the query of a request as ASP.NET reads it: words without an equals sign, joined by commas, stand under
// no name, and names are compared without regard to case.
type query struct {
	word  string
	named map[string]string
}

func parseQuery(raw string) query {
	q := query{named: map[string]string{}}
	var words []string
	for _, pair := range strings.Split(raw, "&") {
		name, value, named := strings.Cut(pair, "=")
		name, value = unescape(name), unescape(value)
		switch {
		case named:
			if _, again := q.named[strings.ToLower(name)]; !again {
				q.named[strings.ToLower(name)] = value
			}
		case pair != "":
			words = append(words, name)
		}
	}
	q.word = strings.Join(words, ",")
	return q
}

func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// serveDocument answers a GET without path info: discovery, service description or help.
func (s *Service) serveDocument(w http.ResponseWriter, r *http.Request) {
	q := parseQuery(r.URL.RawQuery)
	_, part := q.named["wsdl"]
	_, schema := q.named["schema"]
	switch {
	case schema:
		s.refuse(w, r, textNoSchema)
	case part:
		s.refuse(w, r, textNoDescription) // there is one document; it has no parts
	case strings.EqualFold(q.word, "wsdl"):
		s.document(w, r, s.wsdl(s.address(r)))
	case strings.EqualFold(q.word, "disco"):
		s.document(w, r, s.disco(s.address(r)))
	default:
		s.help(w, r, q)
	}
}

// document sends a description. It is built for each request and kept nowhere: a store with an entry for each Host
// header that anybody sends would fill the memory.
func (s *Service) document(w http.ResponseWriter, r *http.Request, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "text/xml; charset=utf-8")
	h.Set("Cache-Control", "private, max-age=0")
	h.Set("X-Content-Type-Options", "nosniff")
	_, err := w.Write(body)
	s.done(r, Record{Status: http.StatusOK, Err: err})
}

// refuse answers a request for a document or a form that cannot be met: a line of text.
func (s *Service) refuse(w http.ResponseWriter, r *http.Request, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "private, max-age=0")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(http.StatusInternalServerError)
	_, err := w.Write([]byte(text))
	s.done(r, Record{Status: http.StatusInternalServerError, Err: err})
}

// base returns scheme and host under which the client found the service.
func (s *Service) base(r *http.Request) string {
	if s.o.BaseURL != nil {
		return strings.TrimSuffix(s.o.BaseURL(r), "/")
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// address returns where the client found the service: scheme, host, port and path of the request.
func (s *Service) address(r *http.Request) string {
	return s.base(r) + r.URL.EscapedPath()
}

// local tells whether the request comes from this machine. Only the other end of the socket counts. A header
// that some proxy adds can take locality away, never give it: behind a proxy on this machine, all the world would be
// local otherwise.
func local(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if len(r.Header.Values(name)) > 0 {
			return false
		}
	}
	return socketPeer(r).IsLoopback()
}
