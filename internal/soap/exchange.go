package soap

import "net/http"

// exchange is the working memory of one SOAP request, kept for the next one.
type exchange struct {
	service *Service
}

func newExchange(s *Service) *exchange { return &exchange{service: s} }

// serveSOAP answers one SOAP request.
func (s *Service) serveSOAP(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusInternalServerError)
}
