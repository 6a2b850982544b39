// Command plain answers Sessions_Validate the way a first version in Go would: net/http, encoding/xml, a map of sessions in
// memory; no store, no log, no metrics.
package main

import (
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
)

type (
	envelope struct {
		XMLName xml.Name `xml:"http://schemas.xmlsoap.org/soap/envelope/ Envelope"`
		Body    body     `xml:"http://schemas.xmlsoap.org/soap/envelope/ Body"`
	}
	body struct {
		Validate *validate         `xml:"http://api.myh2o.com/v20 Sessions_Validate,omitempty"`
		Response *validateResponse `xml:"http://api.myh2o.com/v20 Sessions_ValidateResponse,omitempty"`
	}
	validate struct {
		Request struct {
			Session struct{ SessionKey string }
			Debug   bool
		}
	}
	validateResponse struct {
		Result struct {
			Header struct {
				Success      bool
				SessionKey   string
				Impersonated bool
			}
			UserID, AgentID int32
			AgentNumber     string
		} `xml:"Sessions_ValidateResult"`
	}
)

// sessions is who each digest of a key stands for.
type sessions struct {
	mu    sync.RWMutex
	users map[[32]byte]int32
}

func (s *sessions) user(key string) (int32, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	user, found := s.users[sha256.Sum256([]byte(key))]
	return user, found
}

func (s *sessions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(r.Body)
	var in, out envelope
	if err != nil || xml.Unmarshal(text, &in) != nil || in.Body.Validate == nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	given := in.Body.Validate.Request.Session.SessionKey
	user, found := s.user(given)
	out.Body.Response = &validateResponse{}
	result := &out.Body.Response.Result
	result.Header.Success, result.Header.SessionKey = found, given
	result.UserID, result.AgentID, result.AgentNumber = user, 1001, "A-1001"
	answer, err := xml.Marshal(out)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	_, _ = w.Write([]byte(xml.Header))
	_, _ = w.Write(answer)
}

// main knows the session of the key given first, and serves on a free port of this machine, which it prints.
func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(listener.Addr())
	known := &sessions{users: map[[32]byte]int32{sha256.Sum256([]byte(os.Args[1])): 1001}}
	fmt.Fprintln(os.Stderr, http.Serve(listener, known))
	os.Exit(1)
}
