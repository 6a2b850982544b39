package soap

import "net/http"

// serveDocument answers a GET without path info: discovery, service description or help.
func (s *Service) serveDocument(w http.ResponseWriter, r *http.Request) {
	http.NotFound(w, r)
}

// serveForm answers a request with path info, the name of an operation after ".asmx".
func (s *Service) serveForm(w http.ResponseWriter, r *http.Request, op string) {
	http.Error(w, "Request format is unrecognized for URL unexpectedly ending in '/"+op+"'.", http.StatusInternalServerError)
}
