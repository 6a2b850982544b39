package soap

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Most clients send all of a body before they look for an answer; closing the connection meanwhile would show them a
// broken connection in place of the status.
func TestX1AClientThatSendsEverythingFirstReadsThe413(t *testing.T) {
	server := httptest.NewServer(newRing(t, nil))
	defer server.Close()
	const size = 5 << 20
	for name, framing := range map[string][2]string{
		"with a length": {fmt.Sprintf("Content-Length: %d", size), strings.Repeat("x", size)},
		"in chunks":     {"Transfer-Encoding: chunked", fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", size, strings.Repeat("x", size))},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
			_, err = fmt.Fprintf(conn, "POST /a.asmx HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\n%s\r\n\r\n%s", framing[0], framing[1])
			if err != nil {
				t.Fatalf("while sending: %v", err)
			}
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatalf("while reading the answer: %v", err)
			}
			if answer.StatusCode != http.StatusRequestEntityTooLarge {
				t.Errorf("status %d", answer.StatusCode)
			}
		})
	}
}

// busy is a body that the server can't hold.
type busy struct{}

func (busy) Read(p []byte) (int, error) { return copy(p, "<soap:Envelope"), ErrBusy }

func TestABodyForWhichThereIsNoRoomIsAnsweredWith503(t *testing.T) {
	request := httptest.NewRequest(http.MethodPost, "/a.asmx", busy{})
	request.Header.Set("Content-Type", "text/xml")
	answer := httptest.NewRecorder()
	newRing(t, nil).ServeHTTP(answer, request)
	if answer.Code != http.StatusServiceUnavailable || answer.Body.Len() > 0 {
		t.Errorf("status %d, %q", answer.Code, answer.Body)
	}
}
