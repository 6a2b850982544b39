package server

import (
	"net/http"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/api"
	"latchkey/internal/soap"
)

// programs builds the JSON interface for programs.
func (s *Server) programs() http.Handler {
	return api.New(api.Deps{
		Access: s.house.Access, Messaging: s.house.Messaging, Now: time.Now, Peer: peer, BaseURL: s.proxies.baseURL, Incident: requestID,
		Done: func(r *http.Request, o api.Outcome) {
			if note, ok := r.Context().Value(requestKey{}).(*request); ok {
				note.record, note.seen, note.dialect, note.version = record(o), true, string(access.JSON), "json"
			}
		},
	})
}

// record puts what the JSON interface says of a request into the words that all services have in common.
func record(o api.Outcome) soap.Record {
	return soap.Record{
		Operation: o.Operation, Status: o.Status, Err: o.Err,
		Note: soap.Note{
			Subject: o.Subject, Actor: o.Actor, Code: o.Code, Incident: o.Incident, Refused: o.Code != "" && !o.Unread,
		},
	}
}
