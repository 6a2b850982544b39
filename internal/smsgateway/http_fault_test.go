package smsgateway

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"latchkey/internal/messaging"
)

// faulty is a provider that takes texts and fails in every way it can. It counts how often it took each.
type faulty struct {
	mu    sync.Mutex
	taken map[string]int
}

func (f *faulty) take(body []byte) {
	var text struct{ Ref string }
	_ = json.Unmarshal(body, &text)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.taken[text.Ref]++
}

func (f *faulty) count(ref string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.taken[ref]
}

// serve takes requests on one connection until something goes wrong.
func (f *faulty) serve(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	for {
		if rand.IntN(20) == 0 {
			return // between two requests, or before the first
		}
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		const taken = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"id\":\"abc\"}"
		switch rand.IntN(20) {
		case 0: // read, and not taken
			return
		case 1:
			f.take(body)
			return
		case 2:
			f.take(body)
			_, _ = io.WriteString(c, taken[:20+rand.IntN(30)])
			return
		case 3, 4:
			_, _ = io.WriteString(c, "HTTP/1.1 429 Slow down\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n")
		case 5:
			f.take(body)
			_, _ = io.WriteString(c, "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")
		case 6: // the answer comes, and the connection ends at once
			f.take(body)
			_, _ = io.WriteString(c, taken)
			return
		default:
			f.take(body)
			_, _ = io.WriteString(c, taken)
		}
	}
}

// Texts that are not sent are tried again, as a dispatcher does. However the provider fails, none may be taken twice, and
// what it took without saying so must be in doubt.
func TestHTTPUnderFaultsNothingIsTakenTwice(t *testing.T) {
	const all, callers = 3000, 8
	f := &faulty{taken: map[string]int{}}
	g, _ := openHTTP(t, httpSettings(t, startRaw(t, f.serve), func(s *HTTPSettings) {
		s.KeepConnection, s.Window = time.Minute, callers
		s.Headers = map[string]string{"Idempotency-Key": "{id}"} // which would let net/http repeat
	}))
	verdicts := make([]messaging.Verdict, all)
	var working sync.WaitGroup
	for caller := range callers {
		working.Go(func() {
			for n := caller; n < all; n += callers {
				part := aText()
				part.Message = messaging.MessageID(n + 1)
				verdicts[n] = messaging.NotSent
				for verdicts[n] == messaging.NotSent {
					verdicts[n] = g.Submit(context.Background(), part).Verdict
				}
			}
		})
	}
	working.Wait()
	counts := map[messaging.Verdict]int{}
	for n, verdict := range verdicts {
		counts[verdict]++
		ref := strconv.Itoa(n + 1)
		times := f.count(ref)
		if times > 1 || verdict == messaging.Taken && times != 1 || verdict == messaging.Refused {
			t.Errorf("text %d is %s and was taken %d times", n+1, verdict, times)
		}
	}
	t.Logf("of %d texts %d were taken and %d are in doubt", all, counts[messaging.Taken], counts[messaging.InDoubt])
	if counts[messaging.Taken] < all/2 || counts[messaging.InDoubt] == 0 {
		t.Error("the provider didn't fail as it should")
	}
}
